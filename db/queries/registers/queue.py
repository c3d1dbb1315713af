"""Payments of registers that wait for a person, and the accounts that they may be for."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.models import Account, House, Organization, Premise, Register, RegisterRow
from db.rows import read_all

_WAITING = (
    select(
        RegisterRow.register_id,
        RegisterRow.line,
        RegisterRow.account_id,
        RegisterRow.account_text,
        RegisterRow.payer,
        RegisterRow.paid_on,
        RegisterRow.amount,
        RegisterRow.reason,
        Register.registry_no,
        Register.registry_on,
        Organization.name.label("organization"),
        func.count().over().label("total_count"),
        func.sum(RegisterRow.amount).over().label("total_amount"),
    )
    .outerjoin(Register, Register.id == RegisterRow.register_id)
    .outerjoin(Organization, Organization.id == RegisterRow.organization_id)
    .where(RegisterRow.status == "unmatched")
    .order_by(RegisterRow.register_id, RegisterRow.line)
    .limit(bindparam("limit"))
)
_OF_ORGANIZATION = _WAITING.where(RegisterRow.organization_id == bindparam("organization"))
_SUGGESTED = (
    select(
        Account.id,
        Account.number,
        Account.organization_id,
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
    )
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .where(
        or_(
            Account.id == any_(bindparam("accounts", type_=ARRAY(BigInteger))),
            Account.number == any_(bindparam("numbers", type_=ARRAY(Text))),
        )
    )
    .order_by(Account.id)
)


class WaitingRow(NamedTuple):
    """A payment that waits for a person.

    Attributes:
        register_id: key of its register.
        line: its line there.
        account_id: the account that it seems to be for.
        account_text: the account as the bank wrote it.
        payer: the payer that the bank names.
        paid_on: the day of the payment.
        amount: in roubles.
        reason: why it waits, by ``lib.domain.registers.reason``.
        registry_no: the bank's number of the register; None if the viewer may not see it.
        registry_on: the date of the register.
        organization: name of the organisation that it seems to be for.
        total_count: how many payments wait, without the limit.
        total_amount: their sum.
    """

    register_id: int
    line: int
    account_id: int | None
    account_text: str
    payer: str | None
    paid_on: dt.date
    amount: Decimal
    reason: str
    registry_no: str | None
    registry_on: dt.date | None
    organization: str | None
    total_count: int
    total_amount: Decimal


class AccountRow(NamedTuple):
    """An account that a payment may be for, with its address."""

    id: int
    number: str
    organization_id: int
    city: str
    street: str | None
    house: str
    building: str | None
    premise: str
    premise_kind: str


def list_waiting(session: Session, *, organization_id: int | None, limit: int) -> list[WaitingRow]:
    """Return the oldest payments that wait, of one organisation; None means of all."""
    if organization_id is None:
        return read_all(session.execute(_WAITING, {"limit": limit}), WaitingRow)
    values = {"organization": organization_id, "limit": limit}
    return read_all(session.execute(_OF_ORGANIZATION, values), WaitingRow)


def list_accounts(
    session: Session, *, accounts: Collection[int], numbers: Collection[str]
) -> list[AccountRow]:
    """Return the accounts that have one of these keys or numbers."""
    values = {"accounts": list(accounts), "numbers": list(numbers)}
    return read_all(session.execute(_SUGGESTED, values), AccountRow)
