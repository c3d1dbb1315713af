"""Price lists and what was ordered from them, as residents and staff see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    Appeal,
    House,
    OnlinePayment,
    Organization,
    PaidRequest,
    PaidService,
    Premise,
)
from db.queries import scope
from db.session import Viewer

_LINE = (
    PaidService.id,
    PaidService.name,
    PaidService.unit,
    PaidService.price,
    PaidService.description,
)
_LISTED = (
    select(*_LINE, PaidService.is_active)
    .where(PaidService.organization_id == bindparam("organization"))
    .order_by(PaidService.is_active.desc(), PaidService.name, PaidService.id)
)
# the price lists of whoever serves the account or manages its house
_OFFERED = (
    select(
        *_LINE,
        PaidService.organization_id,
        Organization.name.label("organization"),
        Account.id.label("account_id"),
        Account.number.label("account"),
    )
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id.in_([Account.organization_id, House.organization_id]))
    .join(PaidService, PaidService.organization_id == Organization.id)
    .where(scope.visible(Account.id), PaidService.is_active)
    .order_by(
        Account.id, Organization.id != Account.organization_id, PaidService.name, PaidService.id
    )
)
_OFFER = _OFFERED.where(Account.id == bindparam("account"), PaidService.id == bindparam("service"))
_OF_APPEAL = (OnlinePayment.account_id == Appeal.account_id) & (
    OnlinePayment.appeal_id == Appeal.id
)
_PAID = (
    select(func.coalesce(func.sum(OnlinePayment.amount), 0))
    .where(_OF_APPEAL, OnlinePayment.status == "paid")
    .scalar_subquery()
)
_REFUNDED = (
    select(func.coalesce(func.sum(OnlinePayment.refunded), 0)).where(_OF_APPEAL).scalar_subquery()
)
# what was paid rightly has been given back: the matter is settled, unlike with a wrong sum
_IS_RETURNED = exists().where(
    _OF_APPEAL, OnlinePayment.paid_at.is_not(None), OnlinePayment.refunded > 0
)
# the bank holds money, and another sum than was asked for
_IS_DISPUTED = exists().where(_OF_APPEAL, OnlinePayment.status == "disputed")
# the one that waits; an index lets there be no second
_WAITING = (
    select(OnlinePayment.id)
    .where(_OF_APPEAL, OnlinePayment.status.in_(("created", "waiting")))
    .scalar_subquery()
)
_REQUESTS = (
    select(
        Appeal.account_id,
        Appeal.id,
        Appeal.number,
        Appeal.status,
        Appeal.reason,
        Appeal.contact,
        Appeal.sent_at,
        Appeal.version,
        Account.number.label("account"),
        Organization.name.label("organization"),
        PaidRequest.service_id,
        PaidRequest.name,
        PaidRequest.unit,
        PaidRequest.list_price,
        PaidRequest.wanted_on,
        PaidRequest.offered,
        PaidRequest.price,
        _PAID.label("paid"),
        _REFUNDED.label("refunded"),
        _IS_RETURNED.label("is_returned"),
        _IS_DISPUTED.label("is_disputed"),
        _WAITING.label("waiting"),
    )
    .join(
        PaidRequest,
        (PaidRequest.account_id == Appeal.account_id) & (PaidRequest.appeal_id == Appeal.id),
    )
    .join(Account, Account.id == Appeal.account_id)
    .join(Organization, Organization.id == Appeal.organization_id)
    .where(scope.visible(Appeal.account_id))
)
_OWN = _REQUESTS.order_by(Appeal.sent_at.desc(), Appeal.id.desc()).limit(bindparam("limit"))
_ONE = _REQUESTS.where(Appeal.id == bindparam("appeal"))
_STAFFS = _ONE.where(Appeal.organization_id == bindparam("organization"))
_UPDATE_LINE = (
    update(PaidService)
    .where(
        PaidService.id == bindparam("service"),
        PaidService.organization_id == bindparam("organization"),
    )
    .returning(PaidService.id)
)
_NAMESAKE = select(
    exists().where(
        PaidService.organization_id == bindparam("organization"),
        PaidService.is_active,
        func.lower(PaidService.name) == func.lower(bindparam("name")),
        PaidService.id != bindparam("service"),
    )
)


def listed(session: Session, *, organization_id: int) -> Sequence[AnyRow]:
    """Return an organisation's whole price list, withdrawn lines last."""
    return session.execute(_LISTED, {"organization": organization_id}).all()


def has_namesake(session: Session, *, organization_id: int, name: str, service_id: int) -> bool:
    """Tell whether another line that is offered has this name."""
    values = {"organization": organization_id, "name": name, "service": service_id}
    return bool(session.scalar(_NAMESAKE, values))


def add(session: Session, **values: Any) -> int:
    """Add a line to a price list and return its key."""
    made = insert(PaidService).values(**values).returning(PaidService.id)
    return int(session.execute(made).scalar_one())


def change(session: Session, *, organization_id: int, service_id: int, **values: Any) -> bool:
    """Change a line of an organisation's price list; tell whether it is there."""
    given = {"organization": organization_id, "service": service_id}
    return session.scalar(_UPDATE_LINE.values(**values), given) is not None


def offered(session: Session, *, viewer: Viewer) -> Sequence[AnyRow]:
    """Return what may be ordered for each of the viewer's accounts."""
    return session.execute(_OFFERED, scope.values(viewer)).all()


def offer(session: Session, *, viewer: Viewer, account_id: int, service_id: int) -> AnyRow | None:
    """Return one line of a price list that an account may order from."""
    given = {"account": account_id, "service": service_id} | scope.values(viewer)
    return session.execute(_OFFER, given).one_or_none()


def order(session: Session, **values: Any) -> None:
    """Write down what a thread asks for."""
    session.execute(insert(PaidRequest).values(**values).inline())


def held(session: Session, *, account_id: int, appeal_id: int) -> PaidRequest | None:
    """Return what a thread asks for, held until the transaction ends."""
    return session.get(PaidRequest, (account_id, appeal_id), with_for_update=True)


def own(session: Session, *, viewer: Viewer, limit: int) -> Sequence[AnyRow]:
    """Return the latest requests of the viewer's accounts, the latest first."""
    return session.execute(_OWN, {"limit": limit} | scope.values(viewer)).all()


def one(session: Session, *, viewer: Viewer, appeal_id: int) -> AnyRow | None:
    """Return a request of one of the viewer's accounts."""
    given = {"appeal": appeal_id} | scope.values(viewer)
    return session.execute(_ONE, given).one_or_none()


def answered(
    session: Session, *, viewer: Viewer, appeal_id: int, organization_id: int
) -> AnyRow | None:
    """Return a request that an organisation answers, within one account's transaction."""
    given = {"appeal": appeal_id, "organization": organization_id} | scope.values(viewer)
    return session.execute(_STAFFS, given).one_or_none()
