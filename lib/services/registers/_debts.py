"""What accounts owe, group by group, for many at once: what a payment is spread over."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

import polars as pl
from sqlalchemy import text
from sqlalchemy.orm import Session

from db import loading
from db.queries.payments import history
from db.queries.registers import finding as queries
from db.session import DatabaseRole, Viewer
from lib.domain.payments.spreading import Layer

_BILLED = """
SELECT account_id FROM bill WHERE period = {period} AND line_count > 0
AND account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[])
"""
# in kopecks: whole numbers are read faster than any other
_BALANCES = """
SELECT l.account_id, s.group_id, sum((l.closing * 100)::bigint),
    sum(((l.total + coalesce(l.penalty, 0)) * 100)::bigint)
FROM accrual l JOIN service s ON s.id = l.service_id WHERE l.period = {period}
AND l.account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[]) GROUP BY 1, 2
UNION ALL SELECT account_id, group_id, (closing * 100)::bigint, (accrued * 100)::bigint
FROM penalty WHERE period = {period}
AND account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[])
"""
_CHARGES = """
SELECT account_id, group_id, period, (sum(charged) * 100)::bigint FROM (
    SELECT l.account_id, s.group_id, l.period, l.total + coalesce(l.penalty, 0) AS charged
    FROM accrual l JOIN service s ON s.id = l.service_id
    WHERE l.account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[])
    UNION ALL SELECT account_id, group_id, period, accrued FROM penalty
    WHERE account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[])
) owed GROUP BY 1, 2, 3 ORDER BY 3 DESC
"""
_KEY = {"account_id": pl.Int64(), "group_id": pl.Int64()}
_LAST = {"account_id": pl.Int64(), "last": pl.Date()}
_DEBTS = {**_KEY, "due": pl.Int64(), "charged": pl.Int64(), "last": pl.Date()}
_PAID = {**_KEY, "paid": pl.Int64()}


def last_closed(session: Session, accounts: pl.DataFrame) -> pl.DataFrame:
    """Return the last closed month of each account that has one: ``account_id`` and ``last``.

    Most have lines in their sender's latest month, so the months are gone through backwards.

    Args:
        session: of whoever may see every account.
        accounts: ``account_id`` and ``sender_id``, each account once.
    """
    found, left = [pl.DataFrame(schema=_LAST)], accounts
    closed = defaultdict(set)
    for row in queries.closed_periods(session):
        closed[row.period].add(row.sender_id)
    for period, senders in closed.items():
        asked = left.filter(pl.col("sender_id").is_in(senders))["account_id"]
        if asked.is_empty():
            continue
        billed = loading.fetch(
            session.connection(),
            _BILLED,
            schema={"account_id": pl.Int64()},
            parameters={"period": period, "accounts": loading.listed(asked)},
        )
        found.append(billed.with_columns(last=pl.lit(period)))
        left = left.join(billed, on="account_id", how="anti")
    return pl.concat(found)


def debts(session: Session, last: pl.DataFrame) -> pl.DataFrame:
    """Return what each account with a bill owes now, in kopecks, as its card shows it.

    ``due`` is without, ``unassigned`` is what was paid since to no group of the bill, beside
    each of the account's groups; ``charged`` is what the last closed month added.

    Args:
        session: of whoever may see every account.
        last: the accounts and the last closed month of each.
    """
    # a city's sums fit into this and not into the usual
    session.execute(text("SET LOCAL work_mem = '128MB'"))
    found = [pl.DataFrame(schema=_DEBTS)]
    paid = [pl.DataFrame(schema=_PAID)]
    for (period,), of_month in last.group_by("last"):
        accounts = of_month["account_id"]
        balances = loading.fetch(
            session.connection(),
            _BALANCES,
            schema={name: _DEBTS[name] for name in _DEBTS if name != "last"},
            parameters={"period": period, "accounts": loading.listed(accounts)},
        )
        found.append(balances.with_columns(last=pl.lit(period)))
        viewer = Viewer(DatabaseRole.OPERATOR, accounts=tuple(accounts))
        later = history.sum_later_parts(session, viewer=viewer, after=period)
        paid.append(loading.parse(later.encode(), schema=_PAID))
    sums = (
        pl.concat(found)
        .group_by("account_id", "group_id")
        .agg(pl.col("due", "charged").sum(), pl.col("last").first())
    )
    return _less_paid(sums, pl.concat(paid))


def _less_paid(owed: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    key = ["account_id", "group_id"]
    joined = owed.join(paid, on=key, how="left").with_columns(
        due=pl.col("due") - pl.col("paid").fill_null(0)
    )
    elsewhere = paid.join(owed, on=key, how="anti").group_by("account_id")
    unassigned = elsewhere.agg(unassigned=pl.col("paid").sum())
    return (
        joined.drop("paid")
        .join(unassigned, on="account_id", how="left")
        .with_columns(pl.col("unassigned").fill_null(0))
    )


def charges(session: Session, accounts: Collection[int]) -> dict[tuple[int, int], list[Layer]]:
    """Return what each month charged, the newest first, by account and group."""
    found = defaultdict[tuple[int, int], list[Layer]](list)
    read = loading.fetch(
        session.connection(),
        _CHARGES,
        schema={**_KEY, "period": pl.Date(), "charged": pl.Int64()},
        parameters={"accounts": loading.listed(accounts)},
    )
    for account, group, period, charged in read.iter_rows():
        found[account, group].append(Layer(period, Decimal(charged) / 100))
    return found
