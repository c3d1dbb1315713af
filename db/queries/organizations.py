"""Organisations: reference data that everybody may read."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

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
from db.rows import read_all
from db.session import Viewer


class OrganizationName(NamedTuple):
    """An organisation's key and name."""

    id: int
    name: str


class ListedOrganization(NamedTuple):
    """An organisation's key and name, and whether another one has the same name."""

    id: int
    name: str
    is_namesake: bool


class DirectoryRow(NamedTuple):
    """An organisation as the directory shows it, with the names of its services."""

    id: int
    name: str
    kind: str
    inn: str | None
    kpp: str | None
    ogrn: str | None
    address: str | None
    phone: str | None
    ads_phone: str | None
    email: str | None
    site: str | None
    work_hours: str | None
    bank_name: str | None
    bic: str | None
    account: str | None
    corr_account: str | None
    services: list[str] | None


class ServingRow(NamedTuple):
    """A house of an account, its managers and one supplier with its services.

    The supplier is None where the account has no bill with lines.
    """

    manager_id: int
    house_manager_id: int
    house_id: int
    city: str
    street: str | None
    house: str
    building: str | None
    supplier_id: int | None
    services: list[str]


class TariffRow(NamedTuple):
    """The price of a service in roubles for its unit; without a house, it is for all houses."""

    service: str
    unit: str
    house_id: int | None
    zone: int | None
    valid_from: dt.date
    valid_to: dt.date | None
    price: Decimal


_BY_KEYS = select(Organization).where(Organization.id.in_(bindparam("keys", expanding=True)))
# two billing programmes may each have an organisation of the same name
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
        Organization.id,
        Organization.name,
        Organization.kind,
        Organization.inn,
        Organization.kpp,
        Organization.ogrn,
        Organization.address,
        Organization.phone,
        Organization.ads_phone,
        Organization.email,
        Organization.site,
        Organization.work_hours,
        Organization.bank_name,
        Organization.bic,
        Organization.account,
        Organization.corr_account,
        func.array_agg(aggregate_order_by(Service.name, ServiceGroup.sort, Service.name))
        .filter(Service.name.is_not(None))
        .label("services"),
    )
    .outerjoin(ServiceGroup, ServiceGroup.recipient_organization_id == Organization.id)
    .outerjoin(Service, Service.group_id == ServiceGroup.id)
    .group_by(Organization.id)
    .order_by(Organization.name, Organization.id)
)
# the latest bill of each account shows which services it has now
_LATEST = (
    select(Bill.account_id, func.max(Bill.period).label("period"))
    .where(scope.match_viewer(Bill.account_id), Bill.line_count > 0)
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
    .where(scope.match_viewer(Accrual.account_id), Accrual.period == _LATEST.c.period)
    .subquery("supplied")
)
_SERVING = (
    select(
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
    .where(scope.match_viewer(Account.id))
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


def list_by_keys(session: Session, *, keys: Iterable[int]) -> dict[int, Organization]:
    """Return some organisations by key."""
    return {found.id: found for found in session.scalars(_BY_KEYS, {"keys": list(keys)})}


def list_managers(session: Session) -> Sequence[OrganizationName]:
    """Return the organisations that manage houses, by name."""
    return read_all(session.execute(_WITH_HOUSES), OrganizationName)


def find_name(session: Session, *, key: int) -> str | None:
    """Return an organisation's name; None if there is no such organisation."""
    return session.scalar(_NAME, {"key": key})


def list_names(session: Session) -> Sequence[ListedOrganization]:
    """Return the keys and names of all organisations, by name."""
    return read_all(session.execute(_NAMES), ListedOrganization)


def list_directory(session: Session) -> Sequence[DirectoryRow]:
    """Return all organisations with the names of their services, by name."""
    return read_all(session.execute(_DIRECTORY), DirectoryRow)


def list_serving(session: Session, *, viewer: Viewer) -> Sequence[ServingRow]:
    """Return the managers and suppliers of each of the viewer's accounts."""
    return read_all(session.execute(_SERVING, scope.bind_viewer(viewer)), ServingRow)


def list_tariffs(
    session: Session, *, organization_id: int, houses: Sequence[int]
) -> Sequence[TariffRow]:
    """Return the prices of an organisation's services that apply to all houses or to these."""
    values = {"organization": organization_id, "houses": list(houses)}
    return read_all(session.execute(_TARIFFS, values), TariffRow)
