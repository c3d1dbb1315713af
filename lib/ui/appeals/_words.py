"""Words of threads that several screens share: status, deadline, who speaks, what happened."""

import datetime as dt
from collections.abc import Mapping

from lib.domain import formats
from lib.domain.appeals import rules
from lib.domain.appeals.rules import EntryKind, Side, Status
from lib.domain.appeals.terms import Badge
from lib.services.appeals.threads import Entry, Summary
from lib.ui.markup import text

_BADGES: Mapping[Badge, str] = {
    Badge.GREEN: "",
    Badge.AMBER: "срок близко",
    Badge.RED: "срок прошёл",
    Badge.NONE: "",
}
_DONE: Mapping[EntryKind, str] = {
    EntryKind.MESSAGE: "Сообщение",
    EntryKind.ANSWER: "Ответ",
    EntryKind.QUESTION: "Вопрос заявителю",
    EntryKind.STATUS: "Статус",
    EntryKind.RATING: "Оценка",
    EntryKind.REDIRECT: "Передано в другую организацию",
    EntryKind.PRICE: "Цена",
    EntryKind.EXTENSION: "Новый срок",
}
_SIDES: Mapping[Side, str] = {
    Side.RESIDENT: "Заявитель",
    Side.STAFF: "Организация",
    Side.PORTAL: "Личный кабинет",
}


def status(one: Summary) -> str:
    """Name the status of a thread."""
    return rules.status(one.kind, one.status)


def due(one: Summary) -> str:
    """Return markup of a thread's deadline: the day, and a word where it is near or gone."""
    return formats.NO_DATA if one.due_on is None else deadline(one.due_on, one.badge)


def deadline(due_on: dt.date, badge: Badge) -> str:
    """Return markup of a day by which something is due."""
    word = _BADGES[badge]
    beside = f' <span class="kb-due kb-due-{badge.value}">{word}</span>' if word else ""
    return f'<span class="kb-due-{badge.value}">до {formats.day(due_on)}</span>{beside}'


def rule(one: Summary) -> str:
    """Return markup of the rule that sets a deadline; its numbers stay with their signs."""
    kept = one.due_rule
    for sign in ("№ ", "п. ", "ст. ", "ПП "):
        kept = kept.replace(sign, f"{sign.rstrip()}\N{NO-BREAK SPACE}")
    return text(kept)


def head(entry: Entry, one: Summary) -> str:
    """Return markup of who speaks, what it is and when."""
    who = entry.author or _SIDES[entry.side]
    side = f", {_SIDES[entry.side].lower()}" if entry.author else ""
    return (
        f"<strong>{text(who)}</strong>{side} · {text(_what(entry, one))} · "
        f"<time>{formats.moment(entry.happened_at)}</time>"
    )


def _what(entry: Entry, one: Summary) -> str:
    if entry.kind is not EntryKind.STATUS or entry.status is None:
        return _DONE[entry.kind]
    reopened = entry.side is Side.RESIDENT and entry.status is Status.NEW
    name = rules.status(one.kind, entry.status)
    return f"Возвращено в работу, статус «{name}»" if reopened else f"Статус «{name}»"
