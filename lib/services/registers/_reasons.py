"""Which rows of a register wait for a person, and why."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl
from sqlalchemy.orm import Session

from db.queries.registers import portal as queries
from db.queries.registers.portal import PortalPayment
from lib import clock
from lib.domain.registers.reason import Reason
from lib.exchange.registers.statement import Statement
from lib.services.registers import _accounts, _debts

# states of a payment made in the portal: the bank has confirmed that it has the money
_SETTLED = ("paid", "refunded")
_ONLINE = {
    "reference": pl.String(),
    "online_account": pl.Int64(),
    "online_amount": pl.Decimal(14, 2),
    "is_settled": pl.Boolean(),
}


def find_reasons(
    session: Session, statement: Statement, rows: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add the account of each row, and the ``reason`` why it cannot be posted automatically.

    ``is_online`` marks payments that were made in the portal and count already.

    Returns:
        The rows, and the last closed month of each account that has one.
    """
    rows = _join_online(session, statement, _accounts.find_accounts(session, rows))
    accounts = rows.select("account_id", "sender_id").drop_nulls().unique()
    last = _debts.find_last_closed(session, accounts)
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


def _join_online(session: Session, statement: Statement, rows: pl.DataFrame) -> pl.DataFrame:
    """Join payments made in the portal: only registers of its acquirer can contain them."""
    payments: Sequence[PortalPayment] = ()
    if statement.format.is_acquirer:
        references = rows["reference"].drop_nulls().unique().to_list()
        payments = queries.list_portal_payments(session, references=references)
    online = pl.DataFrame(
        [
            (payment.bank_id, payment.account_id, payment.amount, payment.status in _SETTLED)
            for payment in payments
        ],
        schema=_ONLINE,
        orient="row",
    ).unique("reference", keep="first", maintain_order=True)
    return rows.join(online, on="reference", how="left", maintain_order="left")


def is_settled(payment: PortalPayment, amount: Decimal) -> bool:
    """Tell whether the bank has confirmed a payment of the portal, for this amount."""
    return payment.status in _SETTLED and payment.amount == amount
