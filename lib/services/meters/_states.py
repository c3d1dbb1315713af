"""Whether a meter accepts readings today and for which month, or why not and what to do."""

import datetime as dt

from db.queries.meters.meters import MeterRow
from lib.domain import formats
from lib.domain.meters.windows import Window

_BROKEN = (
    "Счётчик числится неисправным, показания по нему не принимаются: плату считают по среднему "
    "до трёх месяцев, затем по нормативу. Замените счётчик и сообщите в организацию."
)
_REMOVED = "Счётчик снят{when}: показания по нему больше не нужны."
_CLOSED = "Лицевой счёт закрыт{when}: показания больше не нужны."
_EXPIRED = "Поверка истекла{when}: показания примем, когда организация получит новый акт поверки."


def describe_intake(row: MeterRow, window: Window, today: dt.date) -> tuple[dt.date | None, str]:
    """Return the month that a reading of today is for, or None, and a sentence about it.

    Args:
        row: a meter with its account, as ``queries.meters.meters.list_meters`` returns it.
        window: of its organisation and service.
        today: the business date.
    """
    refused = _refusal(row, window, today)
    if refused:
        return None, refused
    closed = frozenset(row.closed or ())
    return window.period(today, closed=closed), window.words(today, closed=closed)


def is_removed(row: MeterRow) -> bool:
    """Tell whether the meter was removed."""
    return row.removed_on is not None or row.status == "removed"


def _refusal(row: MeterRow, window: Window, today: dt.date) -> str:
    if row.closed_on is not None and row.closed_on <= today:
        return _CLOSED.format(when=_on(row.closed_on))
    if is_removed(row):
        return _REMOVED.format(when=_on(row.removed_on))
    if row.status == "broken":
        return _BROKEN
    until = row.next_verification_on
    is_expired = row.status == "expired" or (until is not None and until < today)
    if is_expired and not window.accepts_expired:
        return _EXPIRED.format(when=_on(until))
    return ""


def _on(day: dt.date | None) -> str:
    return f" {formats.format_date(day)}" if day else ""
