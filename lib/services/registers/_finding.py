"""Whose each row of a register is, and which rows are for a person to decide on."""

from decimal import Decimal

import polars as pl
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.queries.registers import matches
from lib import clock
from lib.domain.registers.reason import Reason
from lib.exchange.registers.statement import Statement
from lib.services.registers import _accounts, _debts

_SETTLED = ("paid", "refunded")
_ONLINE = {
    "reference": pl.String(),
    "online_account": pl.Int64(),
    "online_amount": pl.Decimal(14, 2),
    "is_settled": pl.Boolean(),
}


def find(
    session: Session, statement: Statement, rows: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add each row's account and, where nothing can post it by itself, the ``reason``.

    ``is_online`` marks the payments that the portal made itself and counts already.

    Returns:
        The rows, and the last closed month of each account that has one.
    """
    rows = _with_online(session, statement, _accounts.find(session, rows))
    accounts = rows.select("account_id", "sender_id").drop_nulls().unique()
    last = _debts.last_closed(session, accounts)
    rows = rows.join(last, on="account_id", how="left", maintain_order="left")
    is_ours = pl.col("online_amount").is_not_null()
    is_same = pl.col("is_settled") & (pl.col("online_amount") == pl.col("amount"))
    reason = (
        pl.when(pl.col("key_reason").is_not_null())
        .then("key_reason")
        .when(is_ours)
        .then(pl.when(~is_same).then(pl.lit(Reason.PORTAL_UNSETTLED.value)))
        .when(pl.col("account_reason").is_not_null())
        .then("account_reason")
        .when(pl.col("amount") <= 0)
        .then(pl.lit(Reason.BAD_SUM.value))
        .when(pl.col("paid_on") > clock.today())
        .then(pl.lit(Reason.DATE_AHEAD.value))
        .when(pl.col("closed_on") < pl.col("paid_on"))
        .then(pl.lit(Reason.ACCOUNT_CLOSED.value))
        .when(pl.col("paid_on") < pl.col("last"))
        .then(pl.lit(Reason.PERIOD_CLOSED.value))
    )
    return rows.with_columns(
        reason=reason,
        is_online=is_ours & is_same & pl.col("key_reason").is_null(),
        account_id=pl.coalesce("online_account", "account_id"),
    ), last


def _with_online(session: Session, statement: Statement, rows: pl.DataFrame) -> pl.DataFrame:
    """Put the portal's own payments beside the rows that only its acquirer's registers can have."""
    made: list[AnyRow] = []
    if statement.format.is_acquirer:
        references = rows["reference"].drop_nulls().unique().to_list()
        made = list(matches.online(session, references=references))
    online = pl.DataFrame(
        [(one.bank_id, one.account_id, one.amount, one.status in _SETTLED) for one in made],
        schema=_ONLINE,
        orient="row",
    ).unique("reference", keep="first", maintain_order=True)
    return rows.join(online, on="reference", how="left", maintain_order="left")


def is_settled(made: AnyRow, amount: Decimal) -> bool:
    """Tell whether the portal has the money of its own payment, and as much of it."""
    return made.status in _SETTLED and made.amount == amount
