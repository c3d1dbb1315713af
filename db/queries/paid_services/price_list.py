"""Price lists of organisations: their lines and what residents may order from them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session

from db.models import Account, House, Organization, PaidService, Premise
from db.queries import scope
from db.rows import read_all, read_one
from db.session import Viewer


class PriceRow(NamedTuple):
    """A line of a price list; without a price, it is agreed each time."""

    id: int
    name: str
    unit: str
    price: Decimal | None
    description: str
    is_active: bool


class OfferRow(NamedTuple):
    """A line of a price list that an account may order."""

    id: int
    name: str
    unit: str
    price: Decimal | None
    description: str
    organization_id: int
    organization: str
    account_id: int
    account: str


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
# from the organisation that serves the account and from the one that manages its house
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
    .where(scope.match_viewer(Account.id), PaidService.is_active)
    .order_by(
        Account.id, Organization.id != Account.organization_id, PaidService.name, PaidService.id
    )
)
_OFFER = _OFFERED.where(Account.id == bindparam("account"), PaidService.id == bindparam("service"))
_OWN_LINE = (
    PaidService.id == bindparam("service"),
    PaidService.organization_id == bindparam("organization"),
)
_CHANGE_LINE = (
    update(PaidService)
    .where(*_OWN_LINE)
    .values(
        name=bindparam("new_name"),
        unit=bindparam("new_unit"),
        price=bindparam("new_price"),
        description=bindparam("new_description"),
    )
    .returning(PaidService.id)
    .execution_options(synchronize_session=False)
)
_OFFER_LINE = (
    update(PaidService)
    .where(*_OWN_LINE)
    .values(is_active=bindparam("offered"))
    .execution_options(synchronize_session=False)
)
_NAMESAKE = select(
    exists().where(
        PaidService.organization_id == bindparam("organization"),
        PaidService.is_active,
        func.lower(PaidService.name) == func.lower(bindparam("name")),
        PaidService.id != bindparam("service"),
    )
)


def list_lines(session: Session, *, organization_id: int) -> Sequence[PriceRow]:
    """Return the whole price list of an organisation, withdrawn lines last."""
    return read_all(session.execute(_LISTED, {"organization": organization_id}), PriceRow)


def has_namesake(session: Session, *, organization_id: int, name: str, service_id: int) -> bool:
    """Tell whether another line of the price list that is offered has this name."""
    values = {"organization": organization_id, "name": name, "service": service_id}
    return bool(session.scalar(_NAMESAKE, values))


def add_line(
    session: Session,
    *,
    organization_id: int,
    name: str,
    unit: str,
    price: Decimal | None,
    description: str,
) -> None:
    """Add a line to a price list, on offer."""
    values = {
        "organization_id": organization_id,
        "name": name,
        "unit": unit,
        "price": price,
        "description": description,
        "is_active": True,
    }
    session.execute(insert(PaidService).values(values).inline())


def change_line(
    session: Session,
    *,
    organization_id: int,
    service_id: int,
    name: str,
    unit: str,
    price: Decimal | None,
    description: str,
) -> bool:
    """Change a line of an organisation's price list; return False if there is none."""
    values = {
        "organization": organization_id,
        "service": service_id,
        "new_name": name,
        "new_unit": unit,
        "new_price": price,
        "new_description": description,
    }
    return session.scalar(_CHANGE_LINE, values) is not None


def set_line_active(
    session: Session, *, organization_id: int, service_id: int, is_active: bool
) -> None:
    """Offer a line of an organisation's price list, or withdraw it."""
    values = {"organization": organization_id, "service": service_id, "offered": is_active}
    session.execute(_OFFER_LINE, values)


def list_offers(session: Session, *, viewer: Viewer) -> Sequence[OfferRow]:
    """Return what may be ordered for each of the viewer's accounts."""
    return read_all(session.execute(_OFFERED, scope.bind_viewer(viewer)), OfferRow)


def find_offer(
    session: Session, *, viewer: Viewer, account_id: int, service_id: int
) -> OfferRow | None:
    """Return a line of a price list if the account may order it, or None."""
    values = {"account": account_id, "service": service_id} | scope.bind_viewer(viewer)
    return read_one(session.execute(_OFFER, values), OfferRow)
