"""News: its kinds, whom it may be for, and what is refused before it is written."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from lib.domain import typed
from lib.domain.texts import clean_line
from lib.errors import PortalError

LONGEST_TITLE, LONGEST_BODY, LONGEST_REASON = 160, 20_000, 500
MOST_HOUSES = 5_000
_TIME = re.compile(r"(.*?)[\s,]+(?:в\s+)?([0-9]{1,2})[:.]([0-9]{2})", re.DOTALL)


class Kind(StrEnum):
    """What it is."""

    NEWS = "news"
    OUTAGE = "outage"


class Audience(StrEnum):
    """Whom it is for; «sender» is of billing's own packages alone."""

    ORGANIZATION = "organization"
    HOUSES = "houses"
    EVERYBODY = "everybody"
    SENDER = "sender"


class State(StrEnum):
    """Whether residents see it."""

    SHOWN = "опубликована"
    SCHEDULED = "ждёт своего времени"
    WITHDRAWN = "снята с публикации"


class NewsRefused(PortalError):
    """What was written cannot be published as it is."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A piece of news as its author sends it; moments are the centre's clocks' as typed.

    Attributes:
        kind: what it is.
        title: one line.
        body: Markdown.
        audience: whom it is for.
        houses: keys of houses, where it is for houses.
        begins: of an outage.
        ends: of an outage.
        is_pinned: whether it stays on top while it matters.
        at: when it is to be published; empty for now.
    """

    kind: Kind
    title: str
    body: str
    audience: Audience
    houses: tuple[int, ...] = ()
    begins: str = ""
    ends: str = ""
    is_pinned: bool = False
    at: str = ""


def moment(text: str, zone: dt.tzinfo) -> dt.datetime:
    """Read a day and a time of the centre's clocks: «25.10.2026 14:05».

    Raises:
        NewsRefused: it is something else.
    """
    read = _TIME.fullmatch(text.strip())
    try:
        day, hour, minute = read.groups() if read else ("", "", "")
        return dt.datetime.combine(typed.day(day), dt.time(int(hour), int(minute)), zone)
    except (ValueError, typed.TypedRefused) as wrong:
        raise NewsRefused(
            "День и время не распознаны. Введите их так: 25.10.2026 14:05."
        ) from wrong


def outage_span(draft: Draft, zone: dt.tzinfo) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return when an outage begins and ends; nothing for plain news.

    Raises:
        NewsRefused: it ends before it begins, or a moment cannot be read.
    """
    if draft.kind is not Kind.OUTAGE:
        return None, None
    if not draft.begins.strip() or not draft.ends.strip():
        raise NewsRefused("Укажите, когда отключение начнётся и когда закончится.")
    begins, ends = moment(draft.begins, zone), moment(draft.ends, zone)
    if begins >= ends:
        raise NewsRefused("Отключение заканчивается раньше, чем начинается: проверьте время.")
    return begins, ends


def check(draft: Draft) -> None:
    """Refuse what is empty, too long or for nobody.

    Raises:
        NewsRefused: what is to be put right.
    """
    if len(draft.title) > LONGEST_TITLE:
        raise NewsRefused(f"Заголовок длиннее {LONGEST_TITLE} знаков: сократите его.")
    if not clean_line(draft.title):
        raise NewsRefused("Напишите заголовок: по нему новость находят в списке.")
    check_body(draft.body)
    if draft.audience is Audience.HOUSES and not draft.houses:
        raise NewsRefused("Выберите дома, жители которых увидят новость.")
    if draft.audience is Audience.SENDER or len(draft.houses) > MOST_HOUSES:
        raise NewsRefused("Так адресовать новость нельзя: выберите дома или всю организацию.")


def check_body(body: str) -> None:
    """Refuse a text that is empty or too long.

    Raises:
        NewsRefused: what is to be put right.
    """
    if len(body) > LONGEST_BODY:
        raise NewsRefused(
            f"Текст длиннее {LONGEST_BODY} знаков: сократите его или дайте ссылку на документ."
        )
    if not body.strip():
        raise NewsRefused("Напишите текст новости.")


def state(
    *, published_at: dt.datetime, withdrawn_at: dt.datetime | None, now: dt.datetime
) -> State:
    """Tell whether residents see it."""
    if withdrawn_at is not None:
        return State.WITHDRAWN
    return State.SHOWN if published_at <= now else State.SCHEDULED
