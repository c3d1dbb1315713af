"""Decisions of staff on payments of registers."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from db.models import (
    Account,
    Register,
    RegisterFormat,
    RegisterPart,
    RegisterRow,
    ServiceGroup,
)
from db.rows import read_all, read_one

_LOCKED = (
    select(
        RegisterRow.register_id,
        RegisterRow.line,
        RegisterRow.status,
        RegisterRow.reason,
        RegisterRow.organization_id,
        RegisterRow.account_id,
        RegisterRow.amount,
        RegisterRow.paid_on,
        RegisterRow.channel,
        RegisterRow.reference,
        RegisterRow.document,
        RegisterRow.payee_account,
        RegisterRow.decided_at,
        RegisterRow.decision_key,
        RegisterFormat.is_acquirer,
    )
    .join(Register, Register.id == RegisterRow.register_id)
    .join(RegisterFormat, RegisterFormat.code == Register.format_code)
    .where(RegisterRow.register_id == bindparam("register"), RegisterRow.line == bindparam("line"))
    .with_for_update(of=RegisterRow)
)
_ACCOUNTS = select(Account.id, Account.sender_id, Account.number, Account.organization_id).where(
    Account.number == bindparam("number")
)
_PARTS = (
    select(ServiceGroup.name, RegisterPart.amount)
    .join(ServiceGroup, ServiceGroup.id == RegisterPart.group_id)
    .where(
        RegisterPart.account_id == bindparam("account"),
        RegisterPart.register_id == bindparam("register"),
        RegisterPart.line == bindparam("line"),
    )
    .order_by(ServiceGroup.sort, ServiceGroup.name)
)


class LockedRow(NamedTuple):
    """A payment of a register that a decision is made on.

    Attributes:
        register_id: key of its register.
        line: its line there.
        status: ``unmatched`` while it waits, otherwise the outcome.
        reason: why it waits.
        organization_id: the organisation that it seems to be for.
        account_id: the account that it is for, or seems to be for.
        amount: in roubles.
        paid_on: the day of the payment.
        channel: how it was paid.
        reference: the bank's identifier of the payment.
        document: the number of the bill that was paid.
        payee_account: the settlement account that it was paid to.
        decided_at: when it was decided.
        decision_key: key of the form that was sent then.
        is_acquirer: whether the register is of the portal's own payments.
    """

    register_id: int
    line: int
    status: str
    reason: str | None
    organization_id: int | None
    account_id: int | None
    amount: Decimal
    paid_on: dt.date
    channel: str
    reference: str | None
    document: str | None
    payee_account: str | None
    decided_at: dt.datetime | None
    decision_key: str | None
    is_acquirer: bool


class AccountRow(NamedTuple):
    """An account that a payment can be posted to."""

    id: int
    sender_id: int
    number: str
    organization_id: int


class PartRow(NamedTuple):
    """What one group got of a payment."""

    name: str
    amount: Decimal


class NewPart(NamedTuple):
    """A part of a payment that is to be recorded."""

    account_id: int
    register_id: int
    line: int
    group_id: int
    amount: Decimal


def lock_row(session: Session, *, register_id: int, line: int) -> LockedRow | None:
    """Return a payment and lock it to the end of the transaction; None if it does not exist."""
    return read_one(session.execute(_LOCKED, {"register": register_id, "line": line}), LockedRow)


def list_accounts(session: Session, *, number: str) -> list[AccountRow]:
    """Return every account that has a number."""
    return read_all(session.execute(_ACCOUNTS, {"number": number}), AccountRow)


def list_parts(session: Session, *, account_id: int, register_id: int, line: int) -> list[PartRow]:
    """Return what each group got of a payment, in the order of the bill."""
    values = {"account": account_id, "register": register_id, "line": line}
    return read_all(session.execute(_PARTS, values), PartRow)


def add_parts(session: Session, *, parts: Sequence[NewPart]) -> None:
    """Record how a payment was split; billing does not have it yet."""
    if parts:
        values = [{**part._asdict(), "is_carried": False} for part in parts]
        session.execute(insert(RegisterPart), values)


def record_decision(
    session: Session,
    *,
    register_id: int,
    line: int,
    status: str,
    account_id: int | None,
    payment_id: int | None,
    login_id: int,
    request_key: str,
    now: dt.datetime,
) -> None:
    """Record the outcome of a payment that waited, and forget the payer that the bank named."""
    session.execute(
        update(RegisterRow)
        .where(RegisterRow.register_id == register_id, RegisterRow.line == line)
        .values(
            status=status,
            reason=None,
            account_id=account_id,
            payment_id=payment_id,
            payer=None,
            decided_by=login_id,
            decision_key=request_key,
            decided_at=now,
        )
    )


def change_reason(
    session: Session, *, register_id: int, line: int, reason: str, account_id: int
) -> None:
    """Give a payment that waits another reason, and the account that it seems to be for."""
    session.execute(
        update(RegisterRow)
        .where(RegisterRow.register_id == register_id, RegisterRow.line == line)
        .values(reason=reason, account_id=account_id)
    )
