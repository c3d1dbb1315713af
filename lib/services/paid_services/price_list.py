"""The price list of an organisation: list, add, change and withdraw its lines."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from db import session as database
from db.queries.paid_services import price_list as queries
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.services.appeals import texts
from lib.services.audit import trail
from lib.services.audit.trail import Action

LONGEST_NAME, LONGEST_UNIT, LONGEST_DESCRIPTION = 120, 40, 600
HIGHEST_PRICE = Decimal("250000.00")
BY_AGREEMENT = "по договорённости"
_NEW = 0


class LineRefused(PortalError):
    """The line of the price list is not accepted; the message says what to change."""


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line as typed; without a price, it is agreed each time."""

    name: str
    unit: str
    price: Decimal | None
    description: str


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A line of a price list.

    Attributes:
        service_id: its key.
        name: of the service.
        unit: the unit that the price is for: «за выезд», «за штуку».
        price: in roubles; None if it is agreed each time.
        description: what is and is not included; may be empty.
        is_active: whether residents may order it.
    """

    service_id: int
    name: str
    unit: str
    price: Decimal | None
    description: str
    is_active: bool


def format_price(price: Decimal | None) -> str:
    """Format a price in roubles; None is «по договорённости»."""
    return BY_AGREEMENT if price is None else f"{formats.format_money(price)} ₽"


def list_lines(*, actor: Actor) -> tuple[PriceLine, ...]:
    """Return the price list of the actor's organisation, withdrawn lines last.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.PAID_SERVICES_MANAGE)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_lines(session, organization_id=actor.demand_organization())
    return tuple(
        PriceLine(row.id, row.name, row.unit, row.price, row.description, row.is_active)
        for row in rows
    )


def add_line(*, actor: Actor, draft: LineDraft, address: str) -> None:
    """Add a line to the price list.

    Raises:
        AccessDenied: no permission, or no organisation.
        LineRefused: a field is missing or wrong, or a line of that name is offered already.
    """
    actor.demand(Permission.PAID_SERVICES_MANAGE)
    organization_id, line = actor.demand_organization(), _clean(draft)
    with database.transaction(actor.viewer) as session:
        _refuse_namesake(session, organization_id, line.name, _NEW)
        queries.add_line(
            session,
            organization_id=organization_id,
            name=line.name,
            unit=line.unit,
            price=line.price,
            description=line.description,
        )
        _record(session, actor, line.name, line.price, "added", address)


def change_line(*, actor: Actor, service_id: int, draft: LineDraft, address: str) -> None:
    """Change a line; earlier orders keep the name and the price that they were ordered with.

    Raises:
        AccessDenied: no permission, no such line, or another organisation's.
        LineRefused: a field is missing or wrong, or another line has that name.
    """
    actor.demand(Permission.PAID_SERVICES_MANAGE)
    organization_id, line = actor.demand_organization(), _clean(draft)
    with database.transaction(actor.viewer) as session:
        _refuse_namesake(session, organization_id, line.name, service_id)
        is_found = queries.change_line(
            session,
            organization_id=organization_id,
            service_id=service_id,
            name=line.name,
            unit=line.unit,
            price=line.price,
            description=line.description,
        )
        if not is_found:
            raise AccessDenied
        _record(session, actor, line.name, line.price, "changed", address)


def set_line_active(*, actor: Actor, service_id: int, is_active: bool, address: str) -> None:
    """Withdraw a line from the price list, or offer it again.

    Raises:
        AccessDenied: no permission, no such line, or another organisation's.
        LineRefused: another line of that name is offered.
    """
    actor.demand(Permission.PAID_SERVICES_MANAGE)
    organization_id = actor.demand_organization()
    with database.transaction(actor.viewer) as session:
        lines = queries.list_lines(session, organization_id=organization_id)
        line = next((found for found in lines if found.id == service_id), None)
        if line is None:
            raise AccessDenied
        if is_active:
            _refuse_namesake(session, organization_id, line.name, service_id)
        queries.set_line_active(
            session, organization_id=organization_id, service_id=service_id, is_active=is_active
        )
        what = "offered" if is_active else "withdrawn"
        _record(session, actor, line.name, line.price, what, address)


def _clean(draft: LineDraft) -> LineDraft:
    name, unit = clean_line(draft.name), clean_line(draft.unit)
    if not name or not unit:
        raise LineRefused("Напишите, что вы делаете и за что эта цена: «за выезд», «за штуку».")
    if len(name) > LONGEST_NAME or len(unit) > LONGEST_UNIT:
        raise LineRefused(
            f"Сократите название до {LONGEST_NAME} знаков, единицу – до {LONGEST_UNIT}."
        )
    if draft.price is not None and not 0 < draft.price <= HIGHEST_PRICE:
        raise LineRefused(
            f"Укажите цену больше нуля и не больше {formats.format_money(HIGHEST_PRICE)} ₽ "
            f"или оставьте поле пустым: цена будет «{BY_AGREEMENT}»."
        )
    description = (
        texts.demand_text(draft.description, longest=LONGEST_DESCRIPTION)
        if draft.description.strip()
        else ""
    )
    return LineDraft(name, unit, draft.price, description)


def _refuse_namesake(session: Session, organization_id: int, name: str, service_id: int) -> None:
    if queries.has_namesake(
        session, organization_id=organization_id, name=name, service_id=service_id
    ):
        raise LineRefused("Такая услуга в прейскуранте уже есть. Измените её или дайте новой имя.")


def _record(  # noqa: PLR0917 - one line of the log
    session: Session, actor: Actor, name: str, price: Decimal | None, what: str, address: str
) -> None:
    trail.record_event(
        session,
        action=Action.PRICE_LIST_CHANGED,
        actor=actor,
        address=address,
        service=name,
        amount=format_price(price),
        decision=what,
    )
