"""What is said beside the filters of a screen: what they do not do here, and what is missing."""

import datetime as dt

from lib import links
from lib.domain import formats, periods
from lib.domain.insight.view import Months
from lib.facts.questions import places
from lib.services.insight._context import Context

_CHANNEL, _SERVICE = "Способ оплаты", "Услуга"
_GROUP = "Группа услуг"
# the filters that change no figure of a screen, by their field of the view
_IGNORED = {
    links.INSIGHT_PAYMENTS: {"service": _SERVICE},
    links.COLLECTION: {"channel": _CHANNEL},
    links.DEBTS: {"channel": _CHANNEL},
    links.CONSUMPTION: {"channel": _CHANNEL},
    links.INSIGHT_APPEALS: {"group": _GROUP, "service": _SERVICE, "channel": _CHANNEL},
}


def list_remarks(context: Context, path: str) -> tuple[str, ...]:
    """Return which filters do not act on a screen, and why the periods are not compared."""
    found = [
        f"Фильтр «{name}» на этом экране не действует: цифры – по всем значениям."
        for field, name in _IGNORED.get(path, {}).items()
        if getattr(context.view, field)
    ]
    if path == links.HOME and context.view.channel:
        found.append("Фильтр «Способ оплаты» здесь действует только на «Поступило».")
    # debts are compared on two days, and have no need of the months between
    if path != links.DEBTS and (words := _tell_unlike(context)):
        found.append(words)
    return tuple(found)


def _tell_unlike(context: Context) -> str:
    """Say that the two periods have different months; empty if they can be compared."""
    span, view = context.view.span_before, context.view
    if span is None or context.scope_before is not None:
        return ""
    missing = _list_missing(context, span)
    now, before = formats.format_months(view.since, view.until), formats.format_months(*span)
    return (
        f"Периоды «{now}» и «{before}» целиком не сравниваются: за {', '.join(missing)} данных нет."
    )


def _list_missing(context: Context, before: Months) -> list[str]:
    """Return the months of the view, and of those compared with, that have no data, in spans."""
    spans: list[list[dt.date]] = []
    for since, until in sorted([(context.view.since, context.view.until), before]):
        rows = places.list_months(context.facts, context.scope.change(since=since, until=until))
        known = {row.period for row in rows}
        for step in range(periods.count_months(since, until) + 1):
            month = periods.add_months(since, step)
            if month in known or (spans and month <= spans[-1][-1]):
                continue
            if spans and spans[-1][-1] == periods.add_months(month, -1):
                spans[-1].append(month)
            else:
                spans.append([month])
    return [formats.format_months(span[0], span[-1]) for span in spans]
