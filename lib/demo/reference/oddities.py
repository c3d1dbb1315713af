"""Oddities: the special cases of real billing, who has them and when (DOMAIN §8.4).

A case that is bound to a month recurs once a year, in a different third of the year
for each sender, so that any four months contain all cases.
"""

from dataclasses import dataclass
from enum import StrEnum


class Case(StrEnum):
    """A special case of real billing that every screen must handle."""

    SPLIT_BALANCE = "overpayment in one group and debt in another"
    CLOSED_MID_PERIOD = "account closed and another opened within a month"
    REPLACED_METER = "meter replaced within a month"
    NEGATIVE_RECALCULATION = "recalculation larger than the charge it takes back"
    ZERO_MONTH = "month without any use"
    TARIFF_STEP = "tariff changed within a month"
    SHARED_FLAT = "two accounts in one flat"
    COMMUNAL_FLAT = "rooms with shares of one flat"
    AREA_38_1 = "area with a fraction"
    NAME_MISSING = "account without a name"
    DEBTOR = "debt older than three months"
    NEGATIVE_COMMON = "common use below zero, four digits, carried over"
    LONG_NAME = "service with a name of over eighty characters"
    LEADING_ZEROS = "account number with leading zeros"
    ODD_HOUSE = "house with a fraction and a lettered building"
    OPEN_PERIOD = "latest month not closed"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case occurs.

    Attributes:
        sender: code of the sender.
        accounts: numbers of its accounts; empty where the whole sender has it.
        month: 0 … 11, the calendar month in which it occurs; None if it always does.
    """

    case: Case
    sender: str
    accounts: tuple[int, ...] = ()
    month: int | None = None


UYUT, ZARYA, CENTR = "uyut", "zarya", "centr"


def _each_year(case: Case, *accounts: int, first: int) -> tuple[Place, ...]:
    return tuple(
        Place(case, sender, accounts, (first + 4 * third) % 12)
        for third, sender in enumerate((UYUT, ZARYA, CENTR))
    )


PLACES: tuple[Place, ...] = (
    Place(Case.SPLIT_BALANCE, UYUT, (1,)),
    *_each_year(Case.CLOSED_MID_PERIOD, 2, first=1),
    *_each_year(Case.REPLACED_METER, 3, first=0),
    *_each_year(Case.NEGATIVE_RECALCULATION, 4, first=3),
    *_each_year(Case.ZERO_MONTH, 6, first=2),
    *_each_year(Case.TARIFF_STEP, first=2),
    Place(Case.SHARED_FLAT, UYUT, (5, 6)),
    Place(Case.COMMUNAL_FLAT, CENTR, (7, 8)),
    Place(Case.AREA_38_1, UYUT, (7,)),
    Place(Case.NAME_MISSING, UYUT, (8,)),
    Place(Case.DEBTOR, ZARYA, (5,)),
    Place(Case.DEBTOR, CENTR, (9,)),
    Place(Case.NEGATIVE_COMMON, UYUT),
    Place(Case.LONG_NAME, CENTR),
    Place(Case.LEADING_ZEROS, ZARYA),
    Place(Case.ODD_HOUSE, UYUT),
    Place(Case.OPEN_PERIOD, ZARYA),
)


def list_accounts(case: Case, *, sender: str) -> tuple[int, ...]:
    """Return the numbers of the sender's accounts that have the case."""
    return tuple(n for place in _places(case, sender) for n in place.accounts)


def get_month(case: Case, *, sender: str) -> int:
    """Return the calendar month, from 0, in which the case occurs at the sender."""
    [place] = _places(case, sender)
    if place.month is None:
        raise ValueError(case)
    return place.month


def has(case: Case, *, sender: str) -> bool:
    """Tell whether the sender has the case at all."""
    return bool(_places(case, sender))


def _places(case: Case, sender: str) -> list[Place]:
    return [place for place in PLACES if (place.case, place.sender) == (case, sender)]
