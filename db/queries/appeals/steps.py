"""Appeals: found by account or form, locked, numbered, with new lines added to their threads."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, extract, func, insert, select
from sqlalchemy.orm import Session

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
from db.rows import get_one, read_all, read_one
from db.session import Viewer


class SentAppeal(NamedTuple):
    """The appeal that a form has sent: its key and its number."""

    id: int
    number: str


class LastEntry(NamedTuple):
    """The last line of a thread: who wrote it and when."""

    side: str
    author: str | None
    happened_at: dt.datetime


class ServingRow(NamedTuple):
    """An account's address and an organisation that serves it."""

    account_id: int
    organization_id: int
    name: str
    ads_phone: str | None
    number: str
    house_id: int
    city: str
    street: str | None
    house: str
    building: str | None
    premise: str
    premise_kind: str


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
    select(AppealEntry.side, AppealEntry.author, AppealEntry.happened_at)
    .where(
        AppealEntry.account_id == bindparam("account"), AppealEntry.appeal_id == bindparam("appeal")
    )
    .order_by(AppealEntry.id.desc())
    .limit(1)
)
# an appeal goes to the organisation that serves the account or to the one that manages its house
_SERVING = (
    select(
        Account.id.label("account_id"),
        Organization.id.label("organization_id"),
        Organization.name,
        Organization.ads_phone,
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
    .where(scope.match_viewer(Account.id))
    .order_by(Account.id, Organization.id != Account.organization_id)
)
_SERVING_ONE = _SERVING.where(
    Account.id == bindparam("account"), Organization.id == bindparam("organization")
)
_WORK_HOURS = select(Organization.work_hours).where(Organization.id == bindparam("organization"))
_CALENDAR = select(CalendarDay.day, CalendarDay.is_working).where(
    extract("year", CalendarDay.day).in_(bindparam("years", expanding=True))
)
_NEXT_NUMBER = select(func.next_appeal_number(bindparam("year")))


def lock_appeal(session: Session, *, account_id: int, appeal_id: int) -> Appeal | None:
    """Return an appeal that the transaction may see and lock its row; None if there is none."""
    return session.scalars(_LOCKED, {"account": account_id, "appeal": appeal_id}).one_or_none()


def find_by_request(session: Session, *, account_id: int, request_key: str) -> SentAppeal | None:
    """Return the appeal that a form has already sent, or None."""
    values = {"account": account_id, "key": request_key}
    return read_one(session.execute(_BY_REQUEST, values), SentAppeal)


def find_entry_by_request(session: Session, *, account_id: int, request_key: str) -> int | None:
    """Return the key of the line that a form has already added, or None."""
    return session.scalar(_ENTRY_BY_REQUEST, {"account": account_id, "key": request_key})


def get_last_entry(session: Session, *, account_id: int, appeal_id: int) -> LastEntry:
    """Return the last line of a thread; each thread has at least one."""
    values = {"account": account_id, "appeal": appeal_id}
    return get_one(session.execute(_LAST_ENTRY, values), LastEntry)


def list_serving(session: Session, *, viewer: Viewer) -> Sequence[ServingRow]:
    """Return the organisations that each of the viewer's accounts may write to.

    An account's own organisation comes before the manager of its house.
    """
    return read_all(session.execute(_SERVING, scope.bind_viewer(viewer)), ServingRow)


def find_serving(
    session: Session, *, viewer: Viewer, account_id: int, organization_id: int
) -> ServingRow | None:
    """Return an account with an organisation that serves it; None if it does not serve it."""
    values = {"account": account_id, "organization": organization_id} | scope.bind_viewer(viewer)
    return read_one(session.execute(_SERVING_ONE, values), ServingRow)


def find_work_hours(session: Session, *, organization_id: int) -> str | None:
    """Return the working hours of an organisation as billing wrote them; None if unknown."""
    return session.scalar(_WORK_HOURS, {"organization": organization_id})


def list_calendar_days(session: Session, *, years: Sequence[int]) -> dict[dt.date, bool]:
    """Return the days of the working calendar that differ from an ordinary week.

    True is a day that people work, False is a day off.
    """
    return {row.day: row.is_working for row in session.execute(_CALENDAR, {"years": years})}


def take_next_number(session: Session, *, year: int) -> int:
    """Return the next number of a year and lock its counter until the transaction ends."""
    return int(session.execute(_NEXT_NUMBER, {"year": year}).scalar_one())


def add_entry(
    session: Session,
    *,
    account_id: int,
    appeal_id: int,
    kind: str,
    side: str,
    login_id: int | None,
    author: str | None,
    body: str,
    status: str | None,
    happened_at: dt.datetime,
    told_at: dt.datetime | None,
    request_key: str | None,
) -> int:
    """Add a line to a thread and return its key."""
    added = insert(AppealEntry).returning(AppealEntry.id)
    values = {
        "account_id": account_id,
        "appeal_id": appeal_id,
        "kind": kind,
        "side": side,
        "login_id": login_id,
        "author": author,
        "body": body,
        "status": status,
        "happened_at": happened_at,
        "told_at": told_at,
        "request_key": request_key,
    }
    return session.execute(added.values(values)).scalar_one()
