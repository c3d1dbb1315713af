"""The accounts that payments of registers are for, and the groups of services they can pay."""

from collections.abc import Collection
from typing import NamedTuple

import polars as pl
from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, select
from sqlalchemy.orm import Session

from db import loading
from db.loading import Schema
from db.models import Bill, Organization, ServiceGroup
from db.rows import read_all

# columns of a frame of accounts; ``at`` is the position of the number among those asked, from 1
FOUND: Schema = {
    "at": pl.Int64(),
    "account_id": pl.Int64(),
    "sender_id": pl.Int64(),
    "organization_id": pl.Int64(),
    "closed_on": pl.Date(),
}
_BY_NUMBER = """
SELECT asked.at, a.id, a.sender_id, a.organization_id, a.closed_on
FROM unnest(string_to_array({numbers}, E'\\x1f')) WITH ORDINALITY asked(number, at)
JOIN account a ON a.number = asked.number
"""
_BY_ELS = _BY_NUMBER.replace("a.number =", "a.els =")
_GROUPS = (
    select(
        ServiceGroup.id,
        ServiceGroup.sender_id,
        ServiceGroup.external_id,
        Organization.account.label("payee_account"),
    )
    .join(Organization, Organization.id == ServiceGroup.recipient_organization_id)
    .order_by(ServiceGroup.sort, ServiceGroup.name)
)
_PAYEES = select(Organization.account.label("payee_account"), Organization.id).where(
    Organization.account.is_not(None)
)
_DOCUMENTS = (
    select(Bill.account_id, Bill.number)
    .where(
        Bill.account_id == any_(bindparam("accounts", type_=ARRAY(BigInteger))),
        Bill.number == any_(bindparam("numbers", type_=ARRAY(Text))),
    )
    .distinct()
)


class GroupRow(NamedTuple):
    """A group of services and the settlement account of the organisation that is paid for it."""

    id: int
    sender_id: int
    external_id: str
    payee_account: str | None


class PayeeRow(NamedTuple):
    """An organisation's settlement account and the organisation's key."""

    payee_account: str
    id: int


class DocumentRow(NamedTuple):
    """The number of a bill, and the account that it was made for."""

    account_id: int
    number: str


def find_by_number(session: Session, *, numbers: Collection[str]) -> pl.DataFrame:
    """Return the accounts with these numbers, by the columns of ``FOUND``."""
    return _find(session, _BY_NUMBER, numbers)


def find_by_els(session: Session, *, numbers: Collection[str]) -> pl.DataFrame:
    """Return the accounts with these numbers in the state system (ЕЛС), as ``find_by_number``."""
    return _find(session, _BY_ELS, numbers)


def _find(session: Session, query: str, numbers: Collection[str]) -> pl.DataFrame:
    # the banks' texts are not sent back: the answer contains only numbers and dates
    return loading.fetch_frame(
        session.connection(),
        query,
        schema=FOUND,
        parameters={"numbers": loading.join_values(numbers)},
    )


def list_groups(session: Session) -> list[GroupRow]:
    """Return every group of services, in the order of bills."""
    return read_all(session.execute(_GROUPS), GroupRow)


def list_payees(session: Session) -> list[PayeeRow]:
    """Return every organisation that has a settlement account."""
    return read_all(session.execute(_PAYEES), PayeeRow)


def list_documents(
    session: Session, *, accounts: Collection[int], numbers: Collection[str]
) -> list[DocumentRow]:
    """Return the bills of these accounts that have one of these numbers, each pair once."""
    values = {"accounts": list(accounts), "numbers": list(numbers)}
    return read_all(session.execute(_DOCUMENTS, values), DocumentRow)
