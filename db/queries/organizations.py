"""Organisations: reference data that everybody may read."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    Accrual,
    Bill,
    House,
    Organization,
    Premise,
    Service,
    ServiceGroup,
    Tariff,
)
from db.queries import scope
from db.session import Viewer

_BY_KEYS = select(Organization).where(Organization.id.in_(bindparam("keys", expanding=True)))
# two billing programmes may know an organisation each under one name
_NAMES = select(
    Organization.id,
    Organization.name,
    (func.count().over(partition_by=Organization.name) > 1).label("is_namesake"),
).order_by(Organization.name, Organization.id)
_NAME = select(Organization.name).where(Organization.id == bindparam("key"))
_WITH_HOUSES = (
    select(Organization.id, Organization.name)
    .where(select(House.id).where(House.organization_id == Organization.id).exists())
    .order_by(Organization.name, Organization.id)
)
_DIRECTORY = (
    select(
        *Organization.__table__.columns,
        func.array_agg(aggregate_order_by(Service.name, ServiceGroup.sort, Service.name))
        .filter(Service.name.is_not(None))
        .label("services"),
    )
    .outerjoin(ServiceGroup, ServiceGroup.recipient_organization_id == Organization.id)
    .outerjoin(Service, Service.group_id == ServiceGroup.id)
    .group_by(Organization.id)
    .order_by(Organization.name, Organization.id)
)
# the latest bill of each account says whose services it has now
_LATEST = (
    select(Bill.account_id, func.max(Bill.period).label("period"))
    .where(scope.visible(Bill.account_id), Bill.line_count > 0)
    .group_by(Bill.account_id)
    .subquery("latest")
)
_SUPPLIED = (
    select(
        func.coalesce(
            Accrual.supplier_organization_id, ServiceGroup.recipient_organization_id
        ).label("organization_id"),
        Service.name.label("service"),
        Accrual.account_id,
        ServiceGroup.sort,
    )
    .join(_LATEST, _LATEST.c.account_id == Accrual.account_id)
    .join(Service, Service.id == Accrual.service_id)
    .join(ServiceGroup, ServiceGroup.id == Service.group_id)
    .where(scope.visible(Accrual.account_id), Accrual.period == _LATEST.c.period)
    .subquery("supplied")
)
_SERVING = (
    select(
        Account.id.label("account_id"),
        Account.organization_id.label("manager_id"),
        House.organization_id.label("house_manager_id"),
        House.id.label("house_id"),
        House.city,
        House.street,
        House.house,
        House.building,
        _SUPPLIED.c.organization_id.label("supplier_id"),
        func.array_agg(
            aggregate_order_by(_SUPPLIED.c.service.distinct(), _SUPPLIED.c.service)
        ).label("services"),
    )
    .select_from(Account)
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .outerjoin(_SUPPLIED, _SUPPLIED.c.account_id == Account.id)
    .where(scope.visible(Account.id))
    .group_by(Account.id, House.id, _SUPPLIED.c.organization_id)
    .order_by(Account.id, func.min(_SUPPLIED.c.sort))
)
_TARIFFS = (
    select(
        Service.name.label("service"),
        Service.unit,
        Tariff.house_id,
        Tariff.zone,
        Tariff.valid_from,
        Tariff.valid_to,
        Tariff.price,
    )
    .join(Service, Service.id == Tariff.service_id)
    .join(ServiceGroup, ServiceGroup.id == Service.group_id)
    .where(
        ServiceGroup.recipient_organization_id == bindparam("organization"),
        or_(Tariff.house_id.is_(None), Tariff.house_id.in_(bindparam("houses", expanding=True))),
    )
    .order_by(
        ServiceGroup.sort, Service.name, Tariff.zone, Tariff.house_id, Tariff.valid_from.desc()
    )
)


def by_keys(session: Session, *, keys: Iterable[int]) -> dict[int, Organization]:
    """Return some organisations by key."""
    return {found.id: found for found in session.scalars(_BY_KEYS, {"keys": list(keys)})}


def with_houses(session: Session) -> Sequence[AnyRow]:
    """Return the organisations that serve houses, by name."""
    return session.execute(_WITH_HOUSES).all()


def name(session: Session, *, key: int) -> str | None:
    """Return an organisation's name."""
    return session.scalar(_NAME, {"key": key})


def names(session: Session) -> Sequence[AnyRow]:
    """Return every organisation's key and name, by name, and whether it has a namesake."""
    return session.execute(_NAMES).all()


def directory(session: Session) -> Sequence[AnyRow]:
    """Return every organisation with the names of its services, by name."""
    return session.execute(_DIRECTORY).all()


def serving(session: Session, *, viewer: Viewer) -> Sequence[AnyRow]:
    """Return who manages and supplies each of the viewer's accounts, and with what."""
    return session.execute(_SERVING, scope.values(viewer)).all()


def tariffs(session: Session, *, organization_id: int, houses: Sequence[int]) -> Sequence[AnyRow]:
    """Return the prices of an organisation's services, of all and of some houses."""
    values = {"organization": organization_id, "houses": list(houses)}
    return session.execute(_TARIFFS, values).all()
