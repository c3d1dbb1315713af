"""What is said beside the filters of a screen: what they do not do here, and what is missing."""

from lib import links
from lib.domain import formats
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
    first, last = places.find_span(context.facts, context.scope)
    if first is None or last is None:
        return ""
    now, before = formats.format_months(view.since, view.until), formats.format_months(*span)
    known = formats.format_months(first, last)
    return (
        f"Периоды «{now}» и «{before}» целиком не сравниваются: данные есть за {known}, "
        "и не у каждого месяца есть пара."
    )
