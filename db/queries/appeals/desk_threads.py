"""One thread as the staff of its organisation read it, and what they put into it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Interval,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session, aliased

from db.base import AnyRow
from db.models import (
    Account,
    AnswerTemplate,
    Appeal,
    AppealNote,
    House,
    Incident,
    Login,
    LoginContact,
    Organization,
    Premise,
)
from db.queries import scope
from db.session import Viewer

_NOTES_SHOWN = 50
_other, _their = aliased(Appeal), aliased(Incident)
OPEN = ("new", "in_progress", "deferred")
_SPAN: ColumnElement[dt.timedelta] = bindparam("span", type_=Interval)


def beside(one: Any, other: Any) -> tuple[ColumnElement[bool], ...]:
    """Return what makes another appeal one of the same house, topic and days (``span``)."""
    return (
        other.organization_id == one.organization_id,
        other.house_id == one.house_id,
        other.topic == one.topic,
        other.kind == "appeal",
        other.status.in_(OPEN),
        other.sent_at >= one.sent_at - _SPAN,
        other.sent_at <= one.sent_at + _SPAN,
    )


_last_notes = (
    select(AppealNote.author, AppealNote.body, AppealNote.happened_at, AppealNote.id)
    .where(
        AppealNote.account_id == Appeal.account_id,
        AppealNote.appeal_id == Appeal.id,
        AppealNote.organization_id == bindparam("organization"),
    )
    .order_by(AppealNote.id.desc())
    .limit(_NOTES_SHOWN)
    .correlate(Appeal)
    .subquery()
)
_NOTES = select(
    func.json_agg(
        aggregate_order_by(
            func.json_build_array(
                _last_notes.c.author,
                _last_notes.c.body,
                func.extract("epoch", _last_notes.c.happened_at),
            ),
            _last_notes.c.id,
        )
    )
).scalar_subquery()
_TEMPLATES = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_array(AnswerTemplate.id, AnswerTemplate.name, AnswerTemplate.body),
                AnswerTemplate.name,
            )
        )
    )
    .where(AnswerTemplate.organization_id == bindparam("organization"))
    .scalar_subquery()
)
# those of an incident that waits for its answer count, too: this one may join them
_BESIDE = (
    select(func.count())
    .select_from(_other)
    .outerjoin(_their, _their.id == _other.incident_id)
    .where(*beside(Appeal, _other), _other.id != Appeal.id, _their.answered_at.is_(None))
    .correlate(Appeal)
    .scalar_subquery()
)
_serving = aliased(Organization)
_OTHERS = (
    select(func.json_agg(func.json_build_array(_serving.id, _serving.name)))
    .where(
        _serving.id.in_([Account.organization_id, House.organization_id]),
        _serving.id != Appeal.organization_id,
    )
    .correlate(Account, House, Appeal)
    .scalar_subquery()
)
_ONE = (
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
        _NOTES.label("notes"),
        _TEMPLATES.label("templates"),
        _BESIDE.label("beside"),
        _OTHERS.label("others"),
    )
    .join(Account, Account.id == Appeal.account_id)
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id == Appeal.organization_id)
    .where(
        scope.visible(Appeal.account_id),
        Appeal.account_id == bindparam("account"),
        Appeal.id == bindparam("appeal"),
        Appeal.organization_id == bindparam("organization"),
    )
)
# keys of appeals are unique; the account comes first in the primary one for its neighbours' sake
_WHOSE = select(Appeal.account_id).where(
    Appeal.id == bindparam("appeal"), Appeal.organization_id == bindparam("organization")
)
# a member of staff of the organisation, or who wrote the thread
_PEOPLE = (
    select(
        Login.id,
        Login.organization_id,
        Login.blocked_at,
        LoginContact.last_name,
        LoginContact.first_name,
        LoginContact.middle_name,
        LoginContact.email,
    )
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(
        or_(
            Login.id.in_(bindparam("logins", expanding=True)),
            (Login.organization_id == bindparam("organization")) & (Login.role == "staff"),
        )
    )
    .order_by(LoginContact.last_name, LoginContact.first_name, Login.id)
)


def account_of(session: Session, *, appeal_id: int, organization_id: int) -> int | None:
    """Return whose a thread is that the organisation answers, or None."""
    return session.scalar(_WHOSE, {"appeal": appeal_id, "organization": organization_id})


def one(
    session: Session,
    *,
    viewer: Viewer,
    account_id: int,
    appeal_id: int,
    organization_id: int,
    span: dt.timedelta,
) -> AnyRow | None:
    """Return a thread that the organisation answers, its notes and templates, or None."""
    values = {
        "account": account_id,
        "appeal": appeal_id,
        "organization": organization_id,
        "span": span,
    }
    return session.execute(_ONE, values | scope.values(viewer)).one_or_none()


def people(
    session: Session, *, organization_id: int, logins: Iterable[int] = ()
) -> Sequence[AnyRow]:
    """Return an organisation's staff and whoever else is asked for; the gate's."""
    values = {"organization": organization_id, "logins": list(logins)}
    return session.execute(_PEOPLE, values).all()


def add_note(session: Session, **values: Any) -> None:
    """Keep a note; the same form keeps one."""
    session.execute(insert(AppealNote).values(**values).inline().on_conflict_do_nothing())
