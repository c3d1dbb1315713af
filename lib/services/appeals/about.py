"""What an appeal is about: a bill, a payment or a meter of the actor's accounts."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from db import session as database
from db.queries.appeals import subjects as queries
from db.session import Viewer
from lib import links
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.appeals.rules import Topic
from lib.services.appeals.steps import About


class Subject(StrEnum):
    """A kind of subject, as the address of the page names it."""

    BILL = "bill"
    METER = "meter"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class SubjectQuery:
    """A subject as the address of the page names it; not checked yet.

    Attributes:
        subject: its kind.
        account_id: the account of a bill or a payment.
        day: the first day of a bill's month, or the day of a payment.
        meter_id: the key of a meter.
    """

    subject: Subject
    account_id: int | None = None
    day: dt.date | None = None
    meter_id: int | None = None


@dataclass(frozen=True, slots=True)
class SubjectDetails:
    """A subject that belongs to one of the actor's accounts.

    Attributes:
        account_id: its account.
        topic: the topic that the form suggests.
        words: the subject in Russian, stored with the appeal.
        link: the address of its screen.
    """

    account_id: int
    topic: Topic
    words: str
    link: str


def get_subject(*, actor: Actor, query: SubjectQuery) -> SubjectDetails:
    """Return the subject that an appeal is to be about.

    Raises:
        AccessDenied: no permission, no such subject, or it is of another person's account.
    """
    actor.demand(Permission.APPEALS_WRITE)
    with database.transaction(actor.viewer) as session:
        return _find_details(session, viewer=actor.viewer, query=query)


def resolve_subject(
    session: Session, *, viewer: Viewer, account_id: int, query: SubjectQuery | None
) -> About | None:
    """Return what is stored with an appeal about a subject, in the caller's transaction.

    Raises:
        AccessDenied: no such subject, or it is of another account.
    """
    if query is None:
        return None
    found = _find_details(session, viewer=viewer, query=query)
    if found.account_id != account_id:
        raise AccessDenied
    return About(found.words, found.link)


def _find_details(session: Session, *, viewer: Viewer, query: SubjectQuery) -> SubjectDetails:
    if query.subject is Subject.METER:
        return _meter(session, viewer, query.meter_id or 0)
    account_id, day = query.account_id or 0, query.day
    if account_id not in viewer.accounts or day is None:
        raise AccessDenied
    if query.subject is Subject.BILL:
        return _bill(account_id, day)
    return _payment(session, viewer, account_id, day)


def _bill(account_id: int, day: dt.date) -> SubjectDetails:
    period = day.replace(day=1)
    return SubjectDetails(
        account_id,
        Topic.CHARGES,
        f"Начисления за {formats.format_period(period)}",
        links.link_to_screen(links.CHARGES, account=account_id, period=f"{period:%Y-%m}"),
    )


def _meter(session: Session, viewer: Viewer, meter_id: int) -> SubjectDetails:
    row = queries.find_meter(session, viewer=viewer, meter_id=meter_id)
    if row is None:
        raise AccessDenied
    return SubjectDetails(
        row.account_id,
        Topic.METERS,
        f"Счётчик № {row.serial}, {row.service}",
        links.link_to_screen(links.METERS),
    )


def _payment(session: Session, viewer: Viewer, account_id: int, day: dt.date) -> SubjectDetails:
    amounts = queries.list_amounts_paid(session, viewer=viewer, account_id=account_id, day=day)
    if not amounts:
        raise AccessDenied
    sums = ", ".join(f"{formats.format_money(amount)} ₽" for amount in amounts)
    return SubjectDetails(
        account_id,
        Topic.CHARGES,
        f"Платёж {formats.format_date(day)}: {sums}",
        links.link_to_screen(links.PAYMENTS, account=account_id, view="payments"),
    )
