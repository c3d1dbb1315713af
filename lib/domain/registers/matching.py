"""One payment is one: rows of banks' registers against the payments that billing brought.

The same reference is the same payment. What has none is matched one to one, as multisets, by
amount, channel and at most three days; where that can be done in more than one way, a person
decides.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

DAYS = 3
Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row", bound=Hashable)
Payment = TypeVar("Payment", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Key]):
    """A payment of one account, as one side knows it.

    Attributes:
        key: how that side calls it.
        reference: the bank's own name for it, if there is one.
        amount: in roubles.
        channel: how it was paid.
        paid_on: the day.
    """

    key: Key
    reference: str | None
    amount: Decimal
    channel: str
    paid_on: dt.date


@dataclass(frozen=True, slots=True)
class Matching(Generic[Row, Payment]):
    """What was found to be one, and the rows that only a person can decide on."""

    pairs: tuple[tuple[Row, Payment], ...]
    unclear: frozenset[Row]


def match(rows: Sequence[Entry[Row]], payments: Sequence[Entry[Payment]]) -> Matching[Row, Payment]:
    """Match the rows and payments of one account; the order of neither matters.

    A row in neither part of the answer is a payment that the other side does not have.
    """
    pairs: list[tuple[Row, Payment]] = []
    unclear: set[Row] = set()
    rows, payments = _by_reference(_sorted(rows), _sorted(payments), pairs, unclear)
    alike = defaultdict[tuple[Decimal, str], tuple[list[Entry[Row]], list[Entry[Payment]]]](
        lambda: ([], [])
    )
    for row in rows:
        alike[row.amount, row.channel][0].append(row)
    for payment in payments:
        alike[payment.amount, payment.channel][1].append(payment)
    for ours, theirs in alike.values():
        if ours and theirs:
            _by_day(ours, theirs, pairs, unclear)
    return Matching(tuple(pairs), frozenset(unclear))


def _sorted(entries: Iterable[Entry[Key]]) -> list[Entry[Key]]:
    """Order entries by what they are, so that equal sets are matched alike."""
    return sorted(entries, key=lambda one: (one.paid_on, one.reference or "", str(one.key)))


def _by_reference(
    rows: list[Entry[Row]],
    payments: list[Entry[Payment]],
    pairs: list[tuple[Row, Payment]],
    unclear: set[Row],
) -> tuple[list[Entry[Row]], list[Entry[Payment]]]:
    """Take out what has the same reference; of another amount it is for a person."""
    named = defaultdict[str, list[Entry[Payment]]](list)
    for payment in payments:
        if payment.reference is not None:
            named[payment.reference].append(payment)
    taken: set[Payment] = set()
    left = []
    for row in rows:
        same = named.get(row.reference) if row.reference is not None else None
        if not same:
            left.append(row)
            continue
        found = next((one for one in same if one.amount == row.amount), None)
        if found is None:
            unclear.add(row.key)
            taken.update(one.key for one in same)
        else:
            same.remove(found)
            taken.add(found.key)
            pairs.append((row.key, found.key))
    return left, [one for one in payments if one.key not in taken]


def _by_day(
    rows: list[Entry[Row]],
    payments: list[Entry[Payment]],
    pairs: list[tuple[Row, Payment]],
    unclear: set[Row],
) -> None:
    """Match equal amounts of one channel: those of the same day first, then the neighbours'."""
    days = {row.paid_on for row in rows} & {payment.paid_on for payment in payments}
    for day in sorted(days):
        ours = [row for row in rows if row.paid_on == day]
        theirs = [payment for payment in payments if payment.paid_on == day]
        found = _same_day(ours, theirs)
        pairs += ((row.key, payment.key) for row, payment in found)
        gone, spent = {row.key for row, _ in found}, {payment.key for _, payment in found}
        rows = [row for row in rows if row.key not in gone]
        payments = [payment for payment in payments if payment.key not in spent]
    for ours, theirs in _components(rows, payments):
        if _is_clear(ours, theirs):
            pairs += ((row.key, one.key) for row, one in _in_order(ours, theirs))
        else:
            unclear.update(row.key for row in ours)


def _may_be_one(row: Entry[Row], payment: Entry[Payment]) -> bool:
    """Tell whether two of one amount may be one: two references that differ are two payments."""
    has_room = row.reference is None or payment.reference is None
    return has_room and abs((row.paid_on - payment.paid_on).days) <= DAYS


def _same_day(
    rows: list[Entry[Row]], payments: list[Entry[Payment]]
) -> list[tuple[Entry[Row], Entry[Payment]]]:
    """Match as many as possible: what has a reference fits only what has none."""
    bare = [row for row in rows if row.reference is None]
    named = [row for row in rows if row.reference is not None]
    of_named = [one for one in payments if one.reference is not None]
    of_bare = [one for one in payments if one.reference is None]
    found = list(zip(bare, of_named, strict=False))
    rest = bare[len(found) :] + named
    return found + list(zip(rest, of_bare, strict=False))


def _components(
    rows: list[Entry[Row]], payments: list[Entry[Payment]]
) -> list[tuple[list[Entry[Row]], list[Entry[Payment]]]]:
    """Split what is left into parts that cannot be confused with each other."""
    parts: list[tuple[list[Entry[Row]], list[Entry[Payment]]]] = []
    for row in rows:
        theirs = [one for one in payments if _may_be_one(row, one)]
        if not theirs:
            continue
        keys = {one.key for one in theirs}
        joined = [part for part in parts if any(one.key in keys for one in part[1])]
        parts = [part for part in parts if part not in joined]
        known = {one.key for part in joined for one in part[1]}
        ours = [one for part in joined for one in part[0]] + [row]
        others = [one for part in joined for one in part[1]]
        parts.append((ours, others + [one for one in theirs if one.key not in known]))
    return parts


def _is_clear(rows: list[Entry[Row]], payments: list[Entry[Payment]]) -> bool:
    """Tell whether it makes no difference which is matched with which.

    It makes none where all of a side are of one day, or where nothing is left over.
    """
    if any(not _may_be_one(row, one) for row, one in _in_order(rows, payments)):
        return False
    days = {row.paid_on for row in rows}, {one.paid_on for one in payments}
    return len(rows) == len(payments) or all(len(side) == 1 for side in days)


def _in_order(
    rows: list[Entry[Row]], payments: list[Entry[Payment]]
) -> list[tuple[Entry[Row], Entry[Payment]]]:
    """Put the sides beside each other by date: if any way fits all, this one does."""
    return list(zip(_sorted(rows), _sorted(payments), strict=False))
