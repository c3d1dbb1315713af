"""The view of an analyst: the filters of a screen, which lie in its address as a whole."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from lib.domain import periods

DEFAULT_MONTHS, MOST_MONTHS = 12, 120
NAMES = 99  # the number of the first column, which names the lines, for sorting
_LONGEST = 200
# the first and the last month, each by its first day
Months = tuple[dt.date, dt.date]
_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
_LARGEST = 2**31 - 1


class Compared(StrEnum):
    """The period that a view is compared with."""

    YEAR = "year"
    BEFORE = "before"
    NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the city: all of it, an organisation's part, a street or a house.

    Attributes:
        organization: key of the managing organisation; None means all.
        street: the street of houses of this organisation; only together with it.
        house: key of a house; only together with a street.
    """

    organization: int | None = None
    street: str | None = None
    house: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """The filters that hold on all screens of analysts.

    Attributes:
        since: the first month, by its first day.
        until: the last month.
        is_moving: the months are not in the address: the view moves on with each new month.
        compared: what the months are compared with.
        place: the part of the city.
        group: name of a service group; groups of several senders with one name are one.
        service: name of a service.
        channel: way of paying, as billing writes it.
        day: the day that debts are shown as of; None: the end of the last month.
        sort: number of the column by which tables are sorted, from 1; negative: descending.
            The first column, which names the lines, is ``NAMES``.
    """

    since: dt.date
    until: dt.date
    is_moving: bool = False
    compared: Compared = Compared.YEAR
    place: Place = Place()
    group: str | None = None
    service: str | None = None
    channel: str | None = None
    day: dt.date | None = None
    sort: int | None = None

    @property
    def months(self) -> int:
        """Return how many months the view has."""
        return periods.count_months(self.since, self.until) + 1

    @property
    def span_before(self) -> tuple[dt.date, dt.date] | None:
        """Return the first and last month of the compared period; None without one."""
        if self.compared is Compared.NOTHING:
            return None
        back = 12 if self.compared is Compared.YEAR else self.months
        return periods.add_months(self.since, -back), periods.add_months(self.until, -back)

    def change(self, **changes: object) -> Self:
        """Return the view with other filters; the months stay in the address from then on."""
        return replace(self, **changes)  # type: ignore[arg-type]  # dataclasses check the names


def read_view(query: Mapping[str, str], *, latest: dt.date) -> View:
    """Read a view from the query of an address; what cannot be read is as if it were missing.

    Args:
        query: the values of the address, by name.
        latest: the latest month of the facts, by its first day.
    """
    until = _read_month(query.get("until"))
    since = _read_month(query.get("since"))
    is_moving = until is None and since is None
    until = until or max(latest, since or latest)
    since = since or periods.add_months(until, 1 - DEFAULT_MONTHS)
    if since > until:
        since, until = until, since
    since = max(since, periods.add_months(until, 1 - MOST_MONTHS))
    return View(
        since=since,
        until=until,
        is_moving=is_moving,
        compared=_read_compared(query.get("compared")),
        place=_read_place(query),
        group=_read_text(query.get("group")),
        service=_read_text(query.get("service")),
        channel=_read_text(query.get("channel")),
        day=_read_day(query.get("day")),
        sort=_read_sort(query.get("sort")),
    )


def write_view(view: View) -> dict[str, str]:
    """Return the values of the address that ``read_view`` reads as the same view."""
    values = {
        "since": "" if view.is_moving else f"{view.since:%Y-%m}",
        "until": "" if view.is_moving else f"{view.until:%Y-%m}",
        "compared": "" if view.compared is Compared.YEAR else view.compared.value,
        "organization": str(view.place.organization or ""),
        "street": view.place.street or "",
        "house": str(view.place.house or ""),
        "group": view.group or "",
        "service": view.service or "",
        "channel": view.channel or "",
        "day": view.day.isoformat() if view.day else "",
        "sort": str(view.sort or ""),
    }
    return {name: value for name, value in values.items() if value}


def _read_place(query: Mapping[str, str]) -> Place:
    organization = _read_key(query.get("organization"))
    street = _read_text(query.get("street")) if organization else None
    house = _read_key(query.get("house")) if street else None
    return Place(organization, street, house)


def _read_month(value: str | None) -> dt.date | None:
    return _read_day(f"{value}-01") if value and len(value) == len("2014-10") else None


def _read_day(value: str | None) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(value or "")
    except ValueError:
        return None
    return found if _FIRST <= found <= _LAST else None


def _read_compared(value: str | None) -> Compared:
    return next((known for known in Compared if known == value), Compared.YEAR)


def _read_text(value: str | None) -> str | None:
    cleaned = (value or "").strip()[:_LONGEST]
    return cleaned if cleaned and cleaned.isprintable() else None


def _read_key(value: str | None) -> int | None:
    if not value or not (value.isascii() and value.isdecimal()):
        return None
    return int(value) if 0 < int(value) <= _LARGEST else None


def _read_sort(value: str | None) -> int | None:
    digits = (value or "").removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or not 0 < int(digits) <= NAMES:
        return None
    return int(value or "")
