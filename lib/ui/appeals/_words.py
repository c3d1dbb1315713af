"""Words of threads that several screens share: status, deadline, author, event."""

import datetime as dt
from collections.abc import Mapping

from markupsafe import Markup

from lib.domain import formats
from lib.domain.appeals import rules
from lib.domain.appeals.rules import EntryKind, Side, Status
from lib.domain.appeals.terms import Badge
from lib.services.appeals.threads import Entry, Summary
from lib.ui.markup import EMPTY, escape, fill

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
_DAY = Markup('<span class="kb-due-{}">до {}</span>{}')
_MARK = Markup(' <span class="kb-due kb-due-{}">{}</span>')
_HEAD = Markup("<strong>{}</strong>{} · {} · <time>{}</time>")


def format_status(summary: Summary) -> str:
    """Return the name of a thread's status."""
    return rules.format_status(summary.kind, summary.status)


def build_due(summary: Summary) -> Markup:
    """Return a thread's deadline; a word beside it says that the day is near or past."""
    if summary.due_on is None:
        return escape(formats.NO_DATA)
    return build_deadline(summary.due_on, summary.badge)


def build_deadline(due_on: dt.date, badge: Badge) -> Markup:
    """Return a day by which something is due."""
    word = _BADGES[badge]
    mark = fill(_MARK, badge.value, word) if word else EMPTY
    return fill(_DAY, badge.value, formats.format_date(due_on), mark)


def format_rule(summary: Summary) -> str:
    """Return the rule that sets a deadline; its numbers stay on the line of their signs."""
    rule = summary.due_rule
    for sign in ("№ ", "п. ", "ст. ", "ПП "):
        rule = rule.replace(sign, f"{sign.rstrip()}\N{NO-BREAK SPACE}")
    return rule


def build_head(entry: Entry, summary: Summary) -> Markup:
    """Return who wrote an entry, what it is and when it was written."""
    author = entry.author or _SIDES[entry.side]
    side = f", {_SIDES[entry.side].lower()}" if entry.author else ""
    moment = formats.format_moment(entry.happened_at)
    return fill(_HEAD, author, side, _format_event(entry, summary), moment)


def _format_event(entry: Entry, summary: Summary) -> str:
    if entry.kind is not EntryKind.STATUS or entry.status is None:
        return _DONE[entry.kind]
    reopened = entry.side is Side.RESIDENT and entry.status is Status.NEW
    name = rules.format_status(summary.kind, entry.status)
    return f"Возвращено в работу, статус «{name}»" if reopened else f"Статус «{name}»"
