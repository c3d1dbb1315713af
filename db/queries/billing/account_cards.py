"""Accounts as their holders see them."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from db.models import (
    Account,
    AccountAccess,
    Bill,
    BillingPeriod,
    House,
    Organization,
    Payer,
    Premise,
)
from db.queries import scope
from db.rows import read_all
from db.session import Viewer


class CardRow(NamedTuple):
    """An account with its payer, premise and house, and the periods in which it was billed."""

    id: int
    number: str
    els: str | None
    ownership: str
    area: Decimal | None
    registered: int | None
    residents: int | None
    organization_id: int
    premise_id: int
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    city: str
    street: str | None
    house: str
    building: str | None
    premise: str
    premise_kind: str
    heated_area: Decimal | None
    organization: str
    house_id: int
    periods: list[dt.date] | None
    are_closed: list[bool] | None


_ACCESSIBLE = (
    select(AccountAccess.account_id)
    .where(
        AccountAccess.login_id == bindparam("login"),
        or_(AccountAccess.valid_to.is_(None), AccountAccess.valid_to > bindparam("now")),
    )
    .order_by(AccountAccess.account_id)
)

# billed periods as arrays, the latest first: one row for each account, in one statement
_BILLED = (
    select(
        func.array_agg(aggregate_order_by(Bill.period, Bill.period.desc())).label("periods"),
        func.array_agg(
            aggregate_order_by(BillingPeriod.status == "closed", Bill.period.desc())
        ).label("are_closed"),
    )
    .join(
        BillingPeriod,
        (BillingPeriod.sender_id == Account.sender_id) & (BillingPeriod.period == Bill.period),
    )
    .where(Bill.account_id == Account.id, Bill.line_count > 0)
    .correlate(Account)
    .lateral("billed")
)
_CARDS = (
    select(
        Account.id,
        Account.number,
        Account.els,
        Account.ownership,
        Account.area,
        Account.registered,
        Account.residents,
        Account.organization_id,
        Account.premise_id,
        Payer.last_name,
        Payer.first_name,
        Payer.middle_name,
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
        Premise.heated_area,
        Organization.name.label("organization"),
        House.id.label("house_id"),
        _BILLED.c.periods,
        _BILLED.c.are_closed,
    )
    .select_from(Account)
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id == Account.organization_id)
    .outerjoin(Payer, Payer.account_id == Account.id)
    .outerjoin(_BILLED, true())
    .where(scope.match_viewer(Account.id))
    .order_by(Account.id)
)


def list_accessible_ids(session: Session, *, login: int, now: dt.datetime) -> tuple[int, ...]:
    """Return the keys of the accounts that ``login`` may see at ``now``."""
    return tuple(session.scalars(_ACCESSIBLE, {"login": login, "now": now}))


def list_cards(session: Session, *, viewer: Viewer) -> list[CardRow]:
    """Return a row for each of the viewer's accounts, with its billed periods, latest first."""
    return read_all(session.execute(_CARDS, scope.bind_viewer(viewer)), CardRow)
