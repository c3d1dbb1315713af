"""Accounts as their holders see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, literal_column, or_, select, true
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

# the account's own last closed period: the latest closed one in which it has lines
_LAST = (
    select(Bill.period, Bill.number, Bill.due_on)
    .join(
        BillingPeriod,
        (BillingPeriod.sender_id == Account.sender_id)
        & (BillingPeriod.period == Bill.period)
        & (BillingPeriod.status == "closed"),
    )
    .where(Bill.account_id == Account.id, Bill.line_count > 0)
    .order_by(Bill.period.desc())
    .limit(1)
    .correlate(Account)
    .lateral("last")
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
        literal_column("last.period").label("period"),
        literal_column("last.number").label("bill_number"),
        literal_column("last.due_on").label("due_on"),
    )
    .select_from(Account)
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id == Account.organization_id)
    .outerjoin(Payer, Payer.account_id == Account.id)
    .outerjoin(_LAST, true())
    .where(scope.visible(Account.id))
    .order_by(Account.id)
)


def accessible(session: Session, *, login: int, now: Any) -> tuple[int, ...]:
    """Return the keys of the accounts that ``login`` may see at ``now``."""
    return tuple(session.scalars(_ACCESSIBLE, {"login": login, "now": now}))


def cards(session: Session, *, viewer: Viewer) -> Sequence[AnyRow]:
    """Return a row for each of the viewer's accounts, with its last closed period."""
    return session.execute(_CARDS, scope.values(viewer)).all()
