"""Payments that two sources report: banks' registers, the portal itself and billing's packages."""

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    and_,
    any_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from db.models import (
    Account,
    CarriedPayment,
    OnlinePayment,
    Payment,
    RegisterPart,
    RegisterRow,
)
from db.rows import read_all

_ACCOUNTS = bindparam("accounts", type_=ARRAY(BigInteger))
_IS_PAIRED = exists().where(
    RegisterRow.account_id == Payment.account_id, RegisterRow.payment_id == Payment.id
)
_IS_ONLINE = or_(
    exists().where(
        CarriedPayment.account_id == Payment.account_id, CarriedPayment.payment_id == Payment.id
    ),
    exists().where(
        OnlinePayment.account_id == Payment.account_id, OnlinePayment.bank_id == Payment.reference
    ),
)
# payments from billing that no row of a register and no payment of the portal is paired with
_CANDIDATES = select(
    Payment.account_id,
    Payment.id,
    Payment.reference,
    Payment.amount,
    Payment.channel,
    Payment.paid_on,
).where(
    Payment.account_id == any_(_ACCOUNTS),
    Payment.is_reversal.is_(False),
    or_(
        Payment.paid_on.between(bindparam("since"), bindparam("until")),
        and_(
            Payment.reference.is_not(None),
            Payment.paid_on.between(bindparam("long_since"), bindparam("long_until")),
        ),
    ),
    ~_IS_PAIRED,
    ~_IS_ONLINE,
)
_UNCARRIED = (
    select(
        RegisterRow.register_id,
        RegisterRow.line,
        RegisterRow.account_id,
        Account.sender_id,
        RegisterRow.amount,
        RegisterRow.paid_on,
        RegisterRow.channel,
        RegisterRow.reference,
        RegisterRow.document,
        RegisterRow.payee_account,
        RegisterRow.decided_by,
    )
    .join(Account, Account.id == RegisterRow.account_id)
    .where(
        Account.sender_id == bindparam("sender"),
        RegisterRow.status == "posted",
        RegisterRow.payment_id.is_(None),
    )
)

_REGISTERS = bindparam("registers", type_=ARRAY(BigInteger))
_LINES = bindparam("lines", type_=ARRAY(BigInteger))
# one statement for a hundred thousand rows: their values are passed as arrays
_links = (
    func.unnest(_ACCOUNTS, _REGISTERS, _LINES, bindparam("payments", type_=ARRAY(BigInteger)))
    .table_valued("account_id", "register_id", "line", "payment_id", name="links")
    .render_derived()
)
_places = (
    func.unnest(_ACCOUNTS, _REGISTERS, _LINES)
    .table_valued("account_id", "register_id", "line", name="places")
    .render_derived()
)
_LINK = (
    update(RegisterRow)
    .where(RegisterRow.register_id == _links.c.register_id, RegisterRow.line == _links.c.line)
    .values(payment_id=_links.c.payment_id)
    .execution_options(synchronize_session=False)
)
_CARRY_PARTS = (
    update(RegisterPart)
    .where(
        RegisterPart.account_id == _links.c.account_id,
        RegisterPart.register_id == _links.c.register_id,
        RegisterPart.line == _links.c.line,
    )
    .values(is_carried=True)
    .execution_options(synchronize_session=False)
)
_WITHDRAW = (
    update(RegisterRow)
    .where(RegisterRow.register_id == _places.c.register_id, RegisterRow.line == _places.c.line)
    .values(status="unmatched", reason=bindparam("reason"))
    .execution_options(synchronize_session=False)
)
_DROP_PARTS = (
    delete(RegisterPart)
    .where(
        RegisterPart.account_id == _places.c.account_id,
        RegisterPart.register_id == _places.c.register_id,
        RegisterPart.line == _places.c.line,
    )
    .execution_options(synchronize_session=False)
)


class BillingPayment(NamedTuple):
    """A payment from a package of billing."""

    account_id: int
    id: int
    reference: str | None
    amount: Decimal
    channel: str
    paid_on: dt.date


class UncarriedRow(NamedTuple):
    """A posted row of a register that billing has not delivered yet."""

    register_id: int
    line: int
    account_id: int
    sender_id: int
    amount: Decimal
    paid_on: dt.date
    channel: str
    reference: str | None
    document: str | None
    payee_account: str | None
    decided_by: int | None


def lock_imports(session: Session, *, timeout: dt.timedelta | None = None) -> None:
    """Wait until no other import runs; the lock is held to the end of the transaction.

    Args:
        session: the owner's, or the operator's.
        timeout: how long to wait; None waits as long as it takes.

    Raises:
        OperationalError: the time is over (SQLSTATE 55P03).
    """
    if timeout is not None:
        milliseconds = int(timeout / dt.timedelta(milliseconds=1))
        session.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('kabinet import'))"))


def list_candidates(
    session: Session,
    *,
    accounts: Collection[int],
    since: dt.date,
    until: dt.date,
    margin: dt.timedelta,
) -> list[BillingPayment]:
    """Return billing's payments of some days that are not paired yet.

    Args:
        session: of a role that sees every account.
        accounts: keys of the accounts.
        since: the first day.
        until: the last day.
        margin: payments that have a reference may be this much earlier or later.
    """
    values = {
        "accounts": list(accounts),
        "since": since,
        "until": until,
        "long_since": since - margin,
        "long_until": until + margin,
    }
    return read_all(session.execute(_CANDIDATES, values), BillingPayment)


def list_uncarried(session: Session, *, sender_id: int) -> list[UncarriedRow]:
    """Return the posted rows of a sender's accounts that billing has not delivered yet."""
    return read_all(session.execute(_UNCARRIED, {"sender": sender_id}), UncarriedRow)


def link_rows(session: Session, *, links: Sequence[tuple[int, int, int, int]]) -> None:
    """Record which payments of billing some rows are: from now on, billing's parts count.

    Args:
        session: the owner's, or the operator's.
        links: key of the account, key of the register, line and key of the payment.
    """
    if links:
        values = _columns(links, "accounts", "registers", "lines", "payments")
        session.execute(_LINK, values)
        session.execute(_CARRY_PARTS, values)


def withdraw_rows(session: Session, *, places: Sequence[tuple[int, int, int]], reason: str) -> None:
    """Make posted rows wait for a person, and delete their parts.

    Args:
        session: the owner's.
        places: key of the account, key of the register and line.
        reason: why the rows wait.
    """
    if places:
        values = _columns(places, "accounts", "registers", "lines")
        session.execute(_WITHDRAW, {**values, "reason": reason})
        session.execute(_DROP_PARTS, values)


def _columns(rows: Sequence[tuple[int, ...]], *names: str) -> dict[str, list[int]]:
    """Return the columns of some rows, by name."""
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
