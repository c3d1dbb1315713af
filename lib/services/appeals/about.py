"""What an appeal was opened from - a bill, a payment, a meter -, found among the actor's own."""

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
    """A kind of thing that an appeal is opened from, as the address names it."""

    BILL = "bill"
    METER = "meter"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class SubjectQuery:
    """What the address says: nobody has checked it yet.

    Attributes:
        subject: which kind of thing.
        account_id: of a bill or a payment.
        day: the first of a bill's month, or the day of a payment.
        meter_id: of a meter.
    """

    subject: Subject
    account_id: int | None = None
    day: dt.date | None = None
    meter_id: int | None = None


@dataclass(frozen=True, slots=True)
class SubjectDetails:
    """A thing of the actor's own that an appeal is about.

    Attributes:
        account_id: whose it is.
        topic: what the form begins with.
        words: what is kept with the appeal.
        link: the address of the thing's screen.
    """

    account_id: int
    topic: Topic
    words: str
    link: str


def get_subject(*, actor: Actor, asked: SubjectQuery) -> SubjectDetails:
    """Return what an appeal is to be about.

    Raises:
        AccessDenied: no permission, no such thing, or somebody else's.
    """
    actor.demand(Permission.APPEALS_WRITE)
    with database.transaction(actor.viewer) as session:
        return _found(session, viewer=actor.viewer, asked=asked)


def resolve_subject(
    session: Session, *, viewer: Viewer, account_id: int, asked: SubjectQuery | None
) -> About | None:
    """Return what is kept with an appeal of an account, in the caller's transaction.

    Raises:
        AccessDenied: there is no such thing, or it is another account's.
    """
    if asked is None:
        return None
    found = _found(session, viewer=viewer, asked=asked)
    if found.account_id != account_id:
        raise AccessDenied
    return About(found.words, found.link)


def _found(session: Session, *, viewer: Viewer, asked: SubjectQuery) -> SubjectDetails:
    if asked.subject is Subject.METER:
        return _meter(session, viewer, asked.meter_id or 0)
    account_id, day = asked.account_id or 0, asked.day
    if account_id not in viewer.accounts or day is None:
        raise AccessDenied
    if asked.subject is Subject.BILL:
        return _bill(account_id, day)
    return _payment(session, viewer, account_id, day)


def _bill(account_id: int, day: dt.date) -> SubjectDetails:
    period = day.replace(day=1)
    return SubjectDetails(
        account_id,
        Topic.CHARGES,
        f"Начисления за {formats.month(period)}",
        links.screen(links.CHARGES, account=account_id, period=f"{period:%Y-%m}"),
    )


def _meter(session: Session, viewer: Viewer, meter_id: int) -> SubjectDetails:
    row = queries.find_meter(session, viewer=viewer, meter_id=meter_id)
    if row is None:
        raise AccessDenied
    return SubjectDetails(
        row.account_id,
        Topic.METERS,
        f"Счётчик № {row.serial}, {row.service}",
        links.screen(links.METERS),
    )


def _payment(session: Session, viewer: Viewer, account_id: int, day: dt.date) -> SubjectDetails:
    amounts = queries.list_amounts_paid(session, viewer=viewer, account_id=account_id, day=day)
    if not amounts:
        raise AccessDenied
    sums = ", ".join(f"{formats.money(amount)} ₽" for amount in amounts)
    return SubjectDetails(
        account_id,
        Topic.CHARGES,
        f"Платёж {formats.day(day)}: {sums}",
        links.screen(links.PAYMENTS, account=account_id, view="payments"),
    )
