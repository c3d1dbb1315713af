"""News: kinds, audiences and the checks before publication."""

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
    """The kind of a news item."""

    NEWS = "news"
    OUTAGE = "outage"


class Audience(StrEnum):
    """The audience of a news item; «sender» is only for items from billing."""

    ORGANIZATION = "organization"
    HOUSES = "houses"
    EVERYBODY = "everybody"
    SENDER = "sender"


class State(StrEnum):
    """Whether residents see a news item."""

    SHOWN = "опубликована"
    SCHEDULED = "ждёт своего времени"
    WITHDRAWN = "снята с публикации"


class NewsRefused(PortalError):
    """The item is not accepted; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A news item as its author typed it; moments are in the centre's time zone.

    Attributes:
        kind: news or an outage.
        title: one line.
        body: in Markdown.
        audience: whom it is for.
        houses: keys of the houses, if it is for houses.
        begins: the start of an outage.
        ends: the end of an outage.
        is_pinned: whether it stays on top of the list.
        at: the time of publication; empty means now.
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


def parse_moment(text: str, zone: dt.tzinfo) -> dt.datetime:
    """Parse a day and a time of a time zone: «25.10.2026 14:05».

    Raises:
        NewsRefused: the text is not a day and a time.
    """
    match = _TIME.fullmatch(text.strip())
    try:
        day, hour, minute = match.groups() if match else ("", "", "")
        return dt.datetime.combine(typed.parse_day(day), dt.time(int(hour), int(minute)), zone)
    except (ValueError, typed.TypedRefused) as wrong:
        raise NewsRefused(
            "День и время не распознаны. Введите их так: 25.10.2026 14:05."
        ) from wrong


def parse_outage(draft: Draft, zone: dt.tzinfo) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the start and end of an outage; None for other news.

    Raises:
        NewsRefused: it ends before it begins, or a moment cannot be read.
    """
    if draft.kind is not Kind.OUTAGE:
        return None, None
    if not draft.begins.strip() or not draft.ends.strip():
        raise NewsRefused("Укажите, когда отключение начнётся и когда закончится.")
    begins, ends = parse_moment(draft.begins, zone), parse_moment(draft.ends, zone)
    if begins >= ends:
        raise NewsRefused("Отключение заканчивается раньше, чем начинается: проверьте время.")
    return begins, ends


def check_draft(draft: Draft) -> None:
    """Check a draft before publication.

    Raises:
        NewsRefused: a field is missing or wrong.
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
    """Check the text of a news item.

    Raises:
        NewsRefused: the text is empty or too long.
    """
    if len(body) > LONGEST_BODY:
        raise NewsRefused(
            f"Текст длиннее {LONGEST_BODY} знаков: сократите его или дайте ссылку на документ."
        )
    if not body.strip():
        raise NewsRefused("Напишите текст новости.")


def get_state(
    *, published_at: dt.datetime, withdrawn_at: dt.datetime | None, now: dt.datetime
) -> State:
    """Return whether residents see a news item now."""
    if withdrawn_at is not None:
        return State.WITHDRAWN
    return State.SHOWN if published_at <= now else State.SCHEDULED
