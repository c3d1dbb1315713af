"""Registers: what an import holds its rows against, and what a person has to look at."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    Bill,
    BillingPeriod,
    Organization,
    Register,
    RegisterFormat,
    RegisterFormatColumn,
    ServiceGroup,
)

_ACCOUNTS = bindparam("accounts", type_=ARRAY(BigInteger))
_NUMBERS = bindparam("numbers", type_=ARRAY(Text))
_FOUND = select(
    Account.number, Account.els, Account.id, Account.sender_id, Account.organization_id,
    Account.closed_on,
)  # fmt: skip
_BY_NUMBER = _FOUND.where(Account.number == any_(_NUMBERS)).order_by(Account.id)
_BY_ELS = _FOUND.where(Account.els == any_(_NUMBERS)).order_by(Account.id)
_GROUPS = (
    select(
        ServiceGroup.id,
        ServiceGroup.sender_id,
        ServiceGroup.external_id,
        ServiceGroup.name,
        ServiceGroup.recipient_organization_id,
        Organization.account,
    )
    .join(Organization, Organization.id == ServiceGroup.recipient_organization_id)
    .order_by(ServiceGroup.sort, ServiceGroup.name)
)
_PAYEES = select(Organization.id, Organization.account).where(Organization.account.is_not(None))
_CLOSED = (
    select(BillingPeriod.sender_id, BillingPeriod.period)
    .where(BillingPeriod.status == "closed")
    .order_by(BillingPeriod.period.desc())
)
_BILLED = select(Bill.account_id).where(
    Bill.period == bindparam("period"), Bill.account_id == any_(_ACCOUNTS), Bill.line_count > 0
)
_DOCUMENTS = (
    select(Bill.account_id, Bill.number)
    .where(Bill.account_id == any_(_ACCOUNTS), Bill.number == any_(_NUMBERS))
    .distinct()
)


def formats(session: Session) -> tuple[Sequence[RegisterFormat], Sequence[RegisterFormatColumn]]:
    """Return every format and every column of each."""
    return (
        session.scalars(select(RegisterFormat).order_by(RegisterFormat.code)).all(),
        session.scalars(select(RegisterFormatColumn)).all(),
    )


def is_known(session: Session, *, digest: str) -> bool:
    """Tell whether a file of this content has come already."""
    return session.scalar(select(exists().where(Register.digest == digest))) or False


def add(session: Session, **values: Any) -> int:
    """Add a file and return its key."""
    return int(session.scalars(insert(Register).values(**values).returning(Register.id)).one())


def assign(session: Session, *, register_id: int, organization_id: int | None) -> None:
    """Say whose a register is: of one organisation, or of several."""
    if organization_id is not None:
        session.execute(
            update(Register)
            .where(Register.id == register_id)
            .values(organization_id=organization_id)
        )


def by_number(session: Session, *, numbers: Collection[str]) -> Sequence[AnyRow]:
    """Return the accounts of some numbers."""
    return session.execute(_BY_NUMBER, {"numbers": list(numbers)}).all()


def by_els(session: Session, *, numbers: Collection[str]) -> Sequence[AnyRow]:
    """Return the accounts of some numbers of the state's system."""
    return session.execute(_BY_ELS, {"numbers": list(numbers)}).all()


def groups(session: Session) -> Sequence[AnyRow]:
    """Return every group with the account of its recipient, in the order of bills."""
    return session.execute(_GROUPS).all()


def payees(session: Session) -> dict[str, int]:
    """Return organisations by their settlement account."""
    return {row.account: row.id for row in session.execute(_PAYEES)}


def closed_periods(session: Session) -> Sequence[AnyRow]:
    """Return each sender's closed months, the latest first."""
    return session.execute(_CLOSED).all()


def billed(session: Session, *, accounts: Collection[int], period: dt.date) -> set[int]:
    """Return which accounts have lines in a month."""
    return set(session.scalars(_BILLED, {"accounts": list(accounts), "period": period}))


def documents(
    session: Session, *, accounts: Collection[int], numbers: Collection[str]
) -> set[tuple[int, str]]:
    """Return which of these numbers are documents of which accounts."""
    values = {"accounts": list(accounts), "numbers": list(numbers)}
    return {(row.account_id, row.number) for row in session.execute(_DOCUMENTS, values)}
