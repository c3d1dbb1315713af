"""Statements that only the demonstration needs; for the rest it uses the portal's services."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import (
    Account,
    Appeal,
    BillingPeriod,
    House,
    Login,
    News,
    NewsHouse,
    Organization,
    Premise,
    Register,
    RegisterFormat,
    Sender,
)
from db.rows import read_all


@dataclass(frozen=True, slots=True)
class NewNews:
    """The columns of news to be added; the model explains them."""

    organization_id: int
    kind: str
    title: str
    body: str
    audience: str
    is_pinned: bool
    published_at: dt.datetime
    created_at: dt.datetime
    author: str
    told_at: dt.datetime
    request_key: str
    begins_at: dt.datetime | None
    ends_at: dt.datetime | None


class PlaceRow(NamedTuple):
    """An account with its premise, house and organisation, and the code of its sender."""

    code: str
    id: int
    number: str
    organization_id: int
    house_id: int
    city: str
    street: str | None
    house: str
    building: str | None
    premise: str
    premise_kind: str
    work_hours: str | None


class PeriodRow(NamedTuple):
    """A period of a sender."""

    code: str
    period: dt.date
    status: str


_ORGANIZATION = (
    select(Organization.id)
    .join(Sender, Sender.id == Organization.sender_id)
    .where(Sender.code == bindparam("code"), Organization.external_id == bindparam("code"))
)
_HOUSE = (
    select(Premise.house_id)
    .join(Account, Account.premise_id == Premise.id)
    .join(Sender, Sender.id == Account.sender_id)
    .where(Sender.code == bindparam("code"))
    .order_by(Premise.house_id)
    .limit(1)
)
_PLACES = (
    select(
        Sender.code,
        Account.id,
        Account.number,
        Account.organization_id,
        House.id.label("house_id"),
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
        Organization.work_hours,
    )
    .join(Sender, Sender.id == Account.sender_id)
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id == Account.organization_id)
    .where(Account.external_id == bindparam("account"))
)
_PERIODS = select(Sender.code, BillingPeriod.period, BillingPeriod.status).join(
    Sender, Sender.id == BillingPeriod.sender_id
)


def find_organization(session: Session, *, code: str) -> int | None:
    """Return a sender's own organisation: its external id is the sender's code."""
    return session.scalar(_ORGANIZATION, {"code": code})


def get_first_house(session: Session, *, code: str) -> int:
    """Return the key of the first house in which a sender has accounts."""
    return session.scalars(_HOUSE, {"code": code}).one()


def add_news(session: Session, *, new: NewNews) -> int | None:
    """Add news and return its key; None if news with this request key is there already."""
    added = insert(News).values(**asdict(new)).on_conflict_do_nothing().returning(News.id)
    return session.scalar(added)


def add_news_house(session: Session, *, news_id: int, house_id: int, organization_id: int) -> None:
    """Add a house to the audience of a news item."""
    session.add(NewsHouse(news_id=news_id, house_id=house_id, organization_id=organization_id))


def has_appeals(session: Session) -> bool:
    """Tell whether there is any appeal."""
    return session.scalar(select(Appeal.id).limit(1)) is not None


def list_logins(session: Session) -> dict[str, int]:
    """Return the key of every login by its username."""
    rows = session.execute(select(Login.username, Login.id))
    return {row.username: row.id for row in rows}


def list_places(session: Session, *, account: str) -> dict[str, PlaceRow]:
    """Return the account that each sender names ``account``, by the sender's code."""
    rows = read_all(session.execute(_PLACES, {"account": account}), PlaceRow)
    return {row.code: row for row in rows}


def has_format(session: Session, *, code: str) -> bool:
    """Tell whether there is a format of registers with this code."""
    return session.get(RegisterFormat, code) is not None


def list_registers(session: Session, *, names: Sequence[str]) -> set[str]:
    """Return which of these file names are those of imported registers."""
    found = select(Register.file_name).where(Register.file_name.in_(names))
    return set(session.scalars(found))


def list_periods(session: Session) -> list[PeriodRow]:
    """Return the periods of every sender."""
    return read_all(session.execute(_PERIODS), PeriodRow)
