"""Debts recomputed from rows of PostgreSQL, without anything of the facts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from lib.domain import periods
from tests.kit.identity import fetch

Key = tuple[int, int | None]  # account and group
# when each debt was due, the oldest first, and how much; below nothing: an overpayment
Parts = list[tuple[dt.date | None, Decimal]]
ZERO = Decimal(0)


def get_due_on(month: dt.date) -> dt.date:
    return periods.add_months(month, 1).replace(day=10)


def read_charges() -> tuple[dict[Key, dict[dt.date, Decimal]], dict[Key, dict[dt.date, Decimal]]]:
    """Return what was charged, and the closing balances, by account and group, then by month."""
    charged: dict[Key, dict[dt.date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    closing: dict[Key, dict[dt.date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in fetch(
        "SELECT l.account_id, s.group_id, l.period, l.total + coalesce(l.penalty, 0) AS charged, "
        "l.closing FROM accrual l JOIN service s ON s.id = l.service_id UNION ALL "
        "SELECT account_id, group_id, period, accrued, closing FROM penalty"
    ):
        charged[row.account_id, row.group_id][row.period] += row.charged
        closing[row.account_id, row.group_id][row.period] += row.closing
    return charged, closing


def spread(
    balance: Decimal, charged: dict[dt.date, Decimal], month: dt.date, *, first: dt.date
) -> Parts:
    """Return the parts of a balance: it is owed for the latest charges, or for older ones."""
    if balance <= 0:
        return [(None, balance)] if balance else []
    parts: Parts = []
    count = min(14, periods.count_months(first, month) + 1)
    for back in range(count):
        of = periods.add_months(month, -back)
        taken = min(balance, max(charged.get(of, ZERO), ZERO))
        if taken:
            parts.append((get_due_on(of), taken))
        balance -= taken
    if balance:
        parts.append((get_due_on(periods.add_months(month, -count)), balance))
    return parts[::-1]


def read_payments(month: dt.date, day: dt.date) -> dict[Key, Decimal]:
    """Return what was known by a day and is counted after a month, by account and group."""
    paid: dict[Key, Decimal] = defaultdict(Decimal)
    for row in fetch(
        "SELECT p.id, p.account_id, p.paid_on, p.posted_on, p.period, p.amount, "
        "s.group_id AS of_service, t.group_id, t.amount AS part "
        "FROM payment p LEFT JOIN payment_part t ON t.account_id = p.account_id "
        "AND t.payment_id = p.id LEFT JOIN service s ON s.id = t.service_id"
    ):
        counted = (row.period or row.posted_on or row.paid_on).replace(day=1)
        if (row.posted_on or row.paid_on) <= day and counted > month:
            amount = row.amount if row.part is None else row.part
            paid[row.account_id, row.group_id or row.of_service] += amount
    assert not fetch("SELECT FROM register_part WHERE NOT is_carried LIMIT 1")
    assert not fetch("SELECT FROM online_payment WHERE status = 'paid' LIMIT 1")
    return paid


def pay(parts: Parts, paid: Decimal, due_on: dt.date) -> Parts:
    """Return what is left of debts after a payment: the oldest is paid first.

    Money that was returned is owed like the oldest debt, or like the last charge.
    """
    overpaid = sum((amount for due, amount in parts if due is None), ZERO)
    owed = [(due, amount) for due, amount in parts if due is not None]
    if paid < 0:
        rest = overpaid - paid
        oldest = min((due for due, _ in owed), default=due_on)
        return [*owed, (oldest, rest)] if rest > 0 else [*owed, (None, rest)]
    left: Parts = []
    for due, amount in sorted(owed):
        taken = min(amount, paid)
        paid -= taken
        if amount > taken:
            left.append((due, amount - taken))
    rest = overpaid - paid
    return [*left, (None, rest)] if rest else left


def recompute(month: dt.date, day: dt.date) -> dict[Key, Parts]:
    """Return the debts of every account and group on a day."""
    charged, closing = read_charges()
    first = _find_first(closing, month)
    debts = {
        key: spread(months.get(month, ZERO), charged[key], month, first=first)
        for key, months in closing.items()
    }
    last = periods.add_months(month, 1) - dt.timedelta(days=1)
    if day == last:
        return debts
    payments = read_payments(month, day)
    for key, paid in payments.items():
        if key[1] is not None:
            debts[key] = pay(debts.get(key, []), paid, get_due_on(month))
    assert all(group is not None for _, group in payments)
    return debts


def _find_first(closing: dict[Key, dict[dt.date, Decimal]], month: dt.date) -> dt.date:
    """Return the first of the months that follow each other up to a month."""
    known = {period for months in closing.values() for period in months}
    while periods.add_months(month, -1) in known:
        month = periods.add_months(month, -1)
    return month


def find_age(due_on: dt.date, day: dt.date, bounds: tuple[int, ...]) -> int:
    """Return the number of a debt's age: 0 until the due date, then 1, 2 and so on."""
    days = (day - due_on).days
    return 0 if days <= 0 else 1 + sum(days > bound for bound in bounds)


def sum_parts(parts: Iterable[Parts]) -> dict[dt.date | None, Decimal]:
    """Return the sum of each due date."""
    sums: dict[dt.date | None, Decimal] = defaultdict(Decimal)
    for known in parts:
        for due_on, amount in known:
            sums[due_on] += amount
    return dict(sums)
