"""Accounts as their holders see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from db.base import AnyRow
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
from db.session import Viewer

_ACCESSIBLE = (
    select(AccountAccess.account_id)
    .where(
        AccountAccess.login_id == bindparam("login"),
        or_(AccountAccess.valid_to.is_(None), AccountAccess.valid_to > bindparam("now")),
    )
    .order_by(AccountAccess.account_id)
)

# the account's billed periods, the latest first: one row an account keeps it one statement
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
    .where(scope.visible(Account.id))
    .order_by(Account.id)
)


def accessible(session: Session, *, login: int, now: Any) -> tuple[int, ...]:
    """Return the keys of the accounts that ``login`` may see at ``now``."""
    return tuple(session.scalars(_ACCESSIBLE, {"login": login, "now": now}))


def cards(session: Session, *, viewer: Viewer) -> Sequence[AnyRow]:
    """Return a row for each of the viewer's accounts, with its billed periods."""
    return session.execute(_CARDS, scope.values(viewer)).all()
