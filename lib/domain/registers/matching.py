"""Matching: finds the payments that a bank's register and billing both report.

Payments with the same reference are the same. Others are matched one to one, as multisets, by
amount, channel and at most three days. If there is more than one way to do it, a person decides.
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
    """A payment of one account, as one side reports it.

    Attributes:
        key: its key on that side.
        reference: the bank's identifier of it, if it has one.
        amount: in roubles.
        channel: how it was paid.
        paid_on: the day of the payment.
    """

    key: Key
    reference: str | None
    amount: Decimal
    channel: str
    paid_on: dt.date


@dataclass(frozen=True, slots=True)
class Matching(Generic[Row, Payment]):
    """The rows and payments that are the same, and the rows that a person must decide on."""

    pairs: tuple[tuple[Row, Payment], ...]
    unclear: frozenset[Row]


def match_payments(
    rows: Sequence[Entry[Row]], payments: Sequence[Entry[Payment]]
) -> Matching[Row, Payment]:
    """Match the rows and payments of one account; their order does not matter.

    A row in neither part of the result is a payment that the other side does not have.
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
    for same_rows, same_payments in alike.values():
        if same_rows and same_payments:
            _by_day(same_rows, same_payments, pairs, unclear)
    return Matching(tuple(pairs), frozenset(unclear))


def _sorted(entries: Iterable[Entry[Key]]) -> list[Entry[Key]]:
    """Sort entries by their content, so that the result does not depend on their order."""
    return sorted(entries, key=lambda entry: (entry.paid_on, entry.reference or "", str(entry.key)))


def _by_reference(
    rows: list[Entry[Row]],
    payments: list[Entry[Payment]],
    pairs: list[tuple[Row, Payment]],
    unclear: set[Row],
) -> tuple[list[Entry[Row]], list[Entry[Payment]]]:
    """Match by reference, and return the rest; a different amount makes a row unclear."""
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
        found = next((payment for payment in same if payment.amount == row.amount), None)
        if found is None:
            unclear.add(row.key)
            taken.update(payment.key for payment in same)
        else:
            same.remove(found)
            taken.add(found.key)
            pairs.append((row.key, found.key))
    return left, [payment for payment in payments if payment.key not in taken]


def _by_day(
    rows: list[Entry[Row]],
    payments: list[Entry[Payment]],
    pairs: list[tuple[Row, Payment]],
    unclear: set[Row],
) -> None:
    """Match equal amounts of one channel: of the same day first, then of the days around it."""
    days = {row.paid_on for row in rows} & {payment.paid_on for payment in payments}
    for day in sorted(days):
        rows_of_day = [row for row in rows if row.paid_on == day]
        payments_of_day = [payment for payment in payments if payment.paid_on == day]
        found = _same_day(rows_of_day, payments_of_day)
        pairs += ((row.key, payment.key) for row, payment in found)
        matched_rows = {row.key for row, _ in found}
        matched_payments = {payment.key for _, payment in found}
        rows = [row for row in rows if row.key not in matched_rows]
        payments = [payment for payment in payments if payment.key not in matched_payments]
    for part_rows, part_payments in _components(rows, payments):
        if _is_clear(part_rows, part_payments):
            pairs += (
                (row.key, payment.key) for row, payment in _in_order(part_rows, part_payments)
            )
        else:
            unclear.update(row.key for row in part_rows)


def _may_be_same(row: Entry[Row], payment: Entry[Payment]) -> bool:
    """Tell whether two entries of one amount may be the same; different references may not."""
    is_open = row.reference is None or payment.reference is None
    return is_open and abs((row.paid_on - payment.paid_on).days) <= DAYS


def _same_day(
    rows: list[Entry[Row]], payments: list[Entry[Payment]]
) -> list[tuple[Entry[Row], Entry[Payment]]]:
    """Match as many as possible; an entry with a reference fits only one without."""
    unnamed = [row for row in rows if row.reference is None]
    named = [row for row in rows if row.reference is not None]
    named_payments = [payment for payment in payments if payment.reference is not None]
    unnamed_payments = [payment for payment in payments if payment.reference is None]
    found = list(zip(unnamed, named_payments, strict=False))
    rest = unnamed[len(found) :] + named
    return found + list(zip(rest, unnamed_payments, strict=False))


def _components(
    rows: list[Entry[Row]], payments: list[Entry[Payment]]
) -> list[tuple[list[Entry[Row]], list[Entry[Payment]]]]:
    """Split the rest into parts with no possible match between two parts."""
    parts: list[tuple[list[Entry[Row]], list[Entry[Payment]]]] = []
    for row in rows:
        candidates = [payment for payment in payments if _may_be_same(row, payment)]
        if not candidates:
            continue
        keys = {payment.key for payment in candidates}
        joined = [part for part in parts if any(payment.key in keys for payment in part[1])]
        parts = [part for part in parts if part not in joined]
        joined_rows = [other for part in joined for other in part[0]] + [row]
        joined_payments = [payment for part in joined for payment in part[1]]
        joined_keys = {payment.key for payment in joined_payments}
        new = [payment for payment in candidates if payment.key not in joined_keys]
        parts.append((joined_rows, joined_payments + new))
    return parts


def _is_clear(rows: list[Entry[Row]], payments: list[Entry[Payment]]) -> bool:
    """Tell whether every way to match these has the same effect.

    It has if all entries of a side are of one day, or if no entry is left over.
    """
    if any(not _may_be_same(row, payment) for row, payment in _in_order(rows, payments)):
        return False
    days = {row.paid_on for row in rows}, {payment.paid_on for payment in payments}
    return len(rows) == len(payments) or all(len(side) == 1 for side in days)


def _in_order(
    rows: list[Entry[Row]], payments: list[Entry[Payment]]
) -> list[tuple[Entry[Row], Entry[Payment]]]:
    """Pair the sides in the order of dates: if any way fits all entries, this one does."""
    return list(zip(_sorted(rows), _sorted(payments), strict=False))
