"""Sums of the ledger by organisation and month, computed by PostgreSQL for the check of the facts.

They are written without what the facts are made with: no joins of files, no frames.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.rows import read_all


class SumRow(NamedTuple):
    """A sum: of which table and column, for which organisation and month."""

    kind: str
    organization: int
    period: dt.date
    name: str
    amount: Decimal


_AMOUNTS = (
    ("opening", "l.opening", "l.opening"),
    ("accrued", "l.accrued", "0"),
    ("recalculation", "l.recalculation", "0"),
    ("privilege", "l.privilege", "0"),
    ("coefficient", "l.coefficient_amount", "0"),
    ("penalty", "l.penalty", "l.accrued"),
    ("paid", "l.paid", "l.paid"),
    ("total", "l.total", "0"),
    ("closing", "l.closing", "l.closing"),
)
_SUMS = ", ".join(f"coalesce(sum(x.{name}), 0)" for name, _, _ in _AMOUNTS)
_OF_LINES = ", ".join(f"{column} AS {name}" for name, column, _ in _AMOUNTS)
_OF_PENALTIES = ", ".join(f"{column} AS {name}" for name, _, column in _AMOUNTS)
_NAMES = ", ".join(f"'{name}'" for name, _, _ in _AMOUNTS)
_CHARGES = text(
    "SELECT 'charges' AS kind, s.organization, s.period, n.name, n.amount FROM ("  # noqa: S608 - our names
    f"SELECT a.organization_id AS organization, x.period, ARRAY[{_SUMS}] AS sums FROM ("
    f"SELECT l.account_id, l.period, {_OF_LINES} FROM accrual l "
    f"UNION ALL SELECT l.account_id, l.period, {_OF_PENALTIES} FROM penalty l) x "
    "JOIN account a ON a.id = x.account_id "
    "JOIN billing_period b ON b.sender_id = a.sender_id AND b.period = x.period "
    "WHERE b.status = 'closed' GROUP BY 1, 2) s, "
    f"unnest(ARRAY[{_NAMES}], s.sums) AS n(name, amount)"
)
_PAYMENTS = text(
    "SELECT 'payments' AS kind, a.organization_id AS organization, "
    "date_trunc('month', p.paid_on)::date AS period, 'amount' AS name, sum(p.amount) AS amount "
    "FROM payment p JOIN account a ON a.id = p.account_id GROUP BY 2, 3"
)
_APPEALS = text(
    "SELECT 'appeals' AS kind, p.organization_id AS organization, "
    "date_trunc('month', p.sent_at AT TIME ZONE :zone)::date AS period, 'appeals' AS name, "
    "count(*)::numeric AS amount FROM appeal p GROUP BY 2, 3"
)


def list_sums(session: Session, *, zone: str) -> list[SumRow]:
    """Return every sum of every closed month, and those of payments and appeals.

    Payments are billing's own; those that only the portal knows are not in them.
    """
    return [
        *read_all(session.execute(_CHARGES), SumRow),
        *read_all(session.execute(_PAYMENTS), SumRow),
        *read_all(session.execute(_APPEALS, {"zone": zone}), SumRow),
    ]
