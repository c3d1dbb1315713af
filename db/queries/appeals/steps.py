"""Appeals: found by their account or their organisation, locked, opened, spoken in."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, extract, func, insert, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    Appeal,
    AppealEntry,
    CalendarDay,
    House,
    Organization,
    Premise,
)
from db.queries import scope
from db.session import Viewer

_LOCKED = (
    select(Appeal)
    .where(Appeal.account_id == bindparam("account"), Appeal.id == bindparam("appeal"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_BY_REQUEST = select(Appeal.id, Appeal.number).where(
    Appeal.account_id == bindparam("account"), Appeal.request_key == bindparam("key")
)
_ENTRY_BY_REQUEST = select(AppealEntry.id).where(
    AppealEntry.account_id == bindparam("account"), AppealEntry.request_key == bindparam("key")
)
_LAST_ENTRY = (
    select(AppealEntry.kind, AppealEntry.side, AppealEntry.author, AppealEntry.happened_at)
    .where(
        AppealEntry.account_id == bindparam("account"), AppealEntry.appeal_id == bindparam("appeal")
    )
    .order_by(AppealEntry.id.desc())
    .limit(1)
)
# whom an account's appeals go to: who serves it and who manages its house
_SERVED = (
    select(
        Account.id.label("account_id"),
        Organization.id.label("organization_id"),
        Organization.name,
        Organization.ads_phone,
        Organization.work_hours,
        Account.number,
        House.id.label("house_id"),
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
    )
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id.in_([Account.organization_id, House.organization_id]))
    .where(scope.visible(Account.id))
    .order_by(Account.id, Organization.id != Account.organization_id)
)
_SERVES = _SERVED.where(
    Account.id == bindparam("account"), Organization.id == bindparam("organization")
)
_WORK_HOURS = select(Organization.work_hours).where(Organization.id == bindparam("organization"))
_CALENDAR = select(CalendarDay.day, CalendarDay.is_working).where(
    extract("year", CalendarDay.day).in_(bindparam("years", expanding=True))
)
_NEXT_NUMBER = select(func.next_appeal_number(bindparam("year")))


def locked(session: Session, *, account_id: int, appeal_id: int) -> Appeal | None:
    """Return an appeal that the transaction sees, holding its row until it ends."""
    return session.scalars(_LOCKED, {"account": account_id, "appeal": appeal_id}).one_or_none()


def by_request(session: Session, *, account_id: int, request_key: str) -> AnyRow | None:
    """Return what a form has opened already."""
    values = {"account": account_id, "key": request_key}
    return session.execute(_BY_REQUEST, values).one_or_none()


def entry_by_request(session: Session, *, account_id: int, request_key: str) -> int | None:
    """Return the entry that a form has made already."""
    return session.scalar(_ENTRY_BY_REQUEST, {"account": account_id, "key": request_key})


def last_entry(session: Session, *, account_id: int, appeal_id: int) -> AnyRow:
    """Return the last line of a thread."""
    return session.execute(_LAST_ENTRY, {"account": account_id, "appeal": appeal_id}).one()


def served(session: Session, *, viewer: Viewer) -> Sequence[AnyRow]:
    """Return whom appeals from each of the viewer's accounts go to, who serves it first."""
    return session.execute(_SERVED, scope.values(viewer)).all()


def serving(
    session: Session, *, viewer: Viewer, account_id: int, organization_id: int
) -> AnyRow | None:
    """Return an account's place and an organisation that serves it, or None."""
    values = {"account": account_id, "organization": organization_id} | scope.values(viewer)
    return session.execute(_SERVES, values).one_or_none()


def work_hours(session: Session, *, organization_id: int) -> str | None:
    """Return the hours of an organisation, as billing wrote them."""
    return session.scalar(_WORK_HOURS, {"organization": organization_id})


def calendar(session: Session, *, years: Sequence[int]) -> dict[dt.date, bool]:
    """Return the days of some years that differ from the week's course."""
    return {row.day: row.is_working for row in session.execute(_CALENDAR, {"years": years})}


def next_number(session: Session, *, year: int) -> int:
    """Take the next number of a year; its counter is held until the transaction ends."""
    return int(session.execute(_NEXT_NUMBER, {"year": year}).scalar_one())


def add(session: Session, **values: Any) -> int:
    """Add an appeal and return its key."""
    return int(session.execute(insert(Appeal).values(**values).returning(Appeal.id)).scalar_one())


def add_entry(session: Session, **values: Any) -> int:
    """Add a line to a thread and return its key."""
    made = insert(AppealEntry).values(**values).returning(AppealEntry.id)
    return int(session.execute(made).scalar_one())
