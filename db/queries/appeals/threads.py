"""Threads as their residents read them: the list, one thread, its lines page by page."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    Appeal,
    AppealEntry,
    AppealFile,
    House,
    Meter,
    Organization,
    Payment,
    Premise,
    Service,
)
from db.queries import scope
from db.session import Viewer

_SHOWN = (
    select(
        Appeal,
        Account.number.label("account"),
        Organization.name.label("organization"),
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
    )
    .join(Account, Account.id == Appeal.account_id)
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id == Appeal.organization_id)
    .where(scope.visible(Appeal.account_id))
)
_OWN = (
    _SHOWN.add_columns(func.count().over().label("all_of_them"))
    .where(Appeal.kind == bindparam("kind"))
    .order_by(Appeal.sent_at.desc(), Appeal.id.desc())
    .offset(bindparam("skip"))
    .limit(bindparam("limit"))
)
_ONE = _SHOWN.where(Appeal.id == bindparam("appeal"), Appeal.kind == bindparam("kind"))
_PAGE = (
    select(AppealEntry)
    .where(
        scope.visible(AppealEntry.account_id),
        AppealEntry.account_id == bindparam("account"),
        AppealEntry.appeal_id == bindparam("appeal"),
    )
    .order_by(AppealEntry.id)
    .offset(bindparam("skip"))
    .limit(bindparam("limit"))
)
_FILES = (
    select(AppealFile.id, AppealFile.entry_id, AppealFile.name, AppealFile.size)
    .where(
        scope.visible(AppealFile.account_id),
        AppealFile.account_id == bindparam("account"),
        AppealFile.appeal_id == bindparam("appeal"),
        AppealFile.entry_id.between(bindparam("first"), bindparam("last")),
    )
    .order_by(AppealFile.id)
)
_SEEN = (
    update(Appeal)
    .where(
        Appeal.account_id == bindparam("account"),
        Appeal.id == bindparam("appeal"),
        scope.visible(Appeal.account_id),
    )
    .values(seen_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
_ANSWERED = (
    select(Appeal.id, Appeal.number, Appeal.kind)
    .where(
        scope.visible(Appeal.account_id),
        Appeal.answered_at.is_not(None),
        (Appeal.seen_at.is_(None)) | (Appeal.answered_at > Appeal.seen_at),
    )
    .order_by(Appeal.answered_at.desc())
    .limit(bindparam("limit"))
)
_METER = (
    select(Meter.account_id, Meter.serial, Service.name.label("service"))
    .join(Service, Service.id == Meter.service_id)
    .where(scope.visible(Meter.account_id), Meter.id == bindparam("meter"))
)
_PAID = (
    select(Payment.amount)
    .where(
        scope.visible(Payment.account_id),
        Payment.account_id == bindparam("account"),
        Payment.paid_on == bindparam("day"),
    )
    .order_by(Payment.id)
    .limit(10)
)


def own(session: Session, *, viewer: Viewer, kind: str, skip: int, limit: int) -> Sequence[AnyRow]:
    """Return some threads of the viewer's accounts, the latest first, and how many there are."""
    values = {"kind": kind, "skip": skip, "limit": limit} | scope.values(viewer)
    return session.execute(_OWN, values).all()


def one(session: Session, *, viewer: Viewer, kind: str, appeal_id: int) -> AnyRow | None:
    """Return a thread of the viewer's accounts, or None."""
    values = {"kind": kind, "appeal": appeal_id} | scope.values(viewer)
    return session.execute(_ONE, values).one_or_none()


def entries(
    session: Session, *, viewer: Viewer, account_id: int, appeal_id: int, skip: int, limit: int
) -> Sequence[AppealEntry]:
    """Return some lines of a thread, the oldest first."""
    values = {"account": account_id, "appeal": appeal_id, "skip": skip, "limit": limit}
    return session.scalars(_PAGE, values | scope.values(viewer)).all()


def files(
    session: Session, *, viewer: Viewer, account_id: int, appeal_id: int, entries: Iterable[int]
) -> Sequence[AnyRow]:
    """Return the files of a page's lines."""
    shown = list(entries)
    values = {
        "account": account_id,
        "appeal": appeal_id,
        "first": min(shown, default=0),
        "last": max(shown, default=0),
    }
    return session.execute(_FILES, values | scope.values(viewer)).all()


def see(
    session: Session, *, viewer: Viewer, account_id: int, appeal_id: int, now: dt.datetime
) -> None:
    """Note that the resident has seen a thread."""
    values = {"account": account_id, "appeal": appeal_id, "now": now}
    session.execute(_SEEN, values | scope.values(viewer))


def answered(session: Session, *, viewer: Viewer, limit: int) -> Sequence[AnyRow]:
    """Return the threads with an answer that the resident has not seen."""
    return session.execute(_ANSWERED, {"limit": limit} | scope.values(viewer)).all()


def meter(session: Session, *, viewer: Viewer, meter_id: int) -> AnyRow | None:
    """Return a meter of the viewer's accounts, or None."""
    return session.execute(_METER, {"meter": meter_id} | scope.values(viewer)).one_or_none()


def paid(session: Session, *, viewer: Viewer, account_id: int, day: dt.date) -> Sequence[AnyRow]:
    """Return what was paid on a day for one of the viewer's accounts."""
    values = {"account": account_id, "day": day} | scope.values(viewer)
    return session.execute(_PAID, values).all()
