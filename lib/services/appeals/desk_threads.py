"""A thread as its organisation sees it: lines, notes, templates and similar appeals."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from db import session as database
from db.models import Appeal
from db.queries.appeals import desk_threads as queries
from db.queries.appeals.desk_threads import DeskRow
from db.queries.appeals.threads import ThreadRow
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.appeals import answer_fields
from lib.services.appeals import desk_people, steps, threads
from lib.services.appeals.desk_people import People
from lib.services.appeals.threads import Thread
from lib.services.appeals.versions import AppealChanged

INCIDENT_SPAN = dt.timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the staff for colleagues; residents never see it."""

    author: str
    body: str
    happened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Template:
    """A template of an answer."""

    template_id: int
    name: str
    body: str


@dataclass(frozen=True, slots=True)
class DeskThread:
    """A thread with what only its organisation sees.

    Attributes:
        thread: what the resident sees, too.
        notes: of the organisation, the oldest first.
        templates: of the organisation, with the fields of this thread filled in.
        applicant: the name of the author; empty if the login was deleted.
        assigned_to: the login of the assignee.
        people: colleagues and the applicant.
        topic: the key of its topic.
        neighbours: how many other open appeals of the house and topic came within 48 hours.
        incident_id: the incident that it belongs to.
        fields: the values of a template's fields for this thread.
        others: names of the other organisations that serve the account, by key.
    """

    thread: Thread
    notes: tuple[Note, ...]
    templates: tuple[Template, ...]
    applicant: str
    assigned_to: int | None
    people: People
    topic: str
    neighbours: int
    incident_id: int | None
    fields: Mapping[str, str]
    others: Mapping[int, str]


def get_thread(
    *, actor: Actor, appeal_id: int, account_id: int | None = None, page: int | None = None
) -> DeskThread:
    """Return a thread that the actor's organisation answers.

    Args:
        actor: a member of staff; needs ``appeals:answer``.
        appeal_id: the key of the thread.
        account_id: its account if it is known, which saves a statement.
        page: the page of its lines; None for the last one.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    organization_id = actor.demand_organization()
    if account_id is None:
        with database.transaction(actor.viewer) as session:
            account_id = queries.find_account(
                session, appeal_id=appeal_id, organization_id=organization_id
            )
    if account_id is None:
        raise AccessDenied
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        found = queries.find_thread(
            session,
            viewer=viewer,
            account_id=account_id,
            appeal_id=appeal_id,
            organization_id=organization_id,
            span=INCIDENT_SPAN,
        )
        if found is None:
            raise AccessDenied
        row, desk_row = found
        thread = threads.read_thread(
            session, row, viewer=viewer, page=page, summary=threads.make_summary(row)
        )
    return _assemble(row, desk_row, thread, organization_id)


def _assemble(
    row: ThreadRow, desk_row: DeskRow, thread: Thread, organization_id: int
) -> DeskThread:
    people = desk_people.get_people(organization_id, logins=(row.login_id, row.assigned_to))
    values = _fields(thread.summary, first_name=people.get_first_name(row.login_id))
    return DeskThread(
        thread=thread,
        notes=tuple(
            Note(
                note["author"],
                note["body"],
                clock.local(dt.datetime.fromisoformat(note["happened_at"])),
            )
            for note in desk_row.notes or ()
        ),
        templates=tuple(
            Template(
                template["id"],
                template["name"],
                answer_fields.fill_fields(template["body"], values),
            )
            for template in desk_row.templates or ()
        ),
        applicant=people.get_name(row.login_id) if row.login_id in people.known else "",
        assigned_to=row.assigned_to,
        people=people,
        topic=row.topic,
        neighbours=desk_row.neighbours,
        incident_id=row.incident_id,
        fields=values,
        others={other["id"]: formats.quote_name(other["name"]) for other in desk_row.others or ()},
    )


def _fields(summary: threads.Summary, *, first_name: str) -> dict[str, str]:
    """Return the values of a template's fields for a thread."""
    return {
        answer_fields.NAME: first_name or "заявитель",
        answer_fields.NUMBER: summary.number,
        answer_fields.ADDRESS: summary.address,
        answer_fields.DUE: formats.format_date(summary.due_on),
    }


@contextmanager
def lock_thread(actor: Actor, account_id: int, appeal_id: int) -> Iterator[tuple[Session, Appeal]]:
    """Lock a thread of the actor's organisation in a transaction of its account.

    Raises:
        AccessDenied: no such thread, or another organisation's.
        AppealChanged: raised in the block; the name of the assignee is added to it.
    """
    organization_id = actor.demand_organization()
    with database.transaction(actor.viewer) as session:
        found = queries.find_account(session, appeal_id=appeal_id, organization_id=organization_id)
    if found is None or found != account_id:
        raise AccessDenied
    try:
        with database.transaction(replace(actor.viewer, accounts=(account_id,))) as session:
            appeal = steps.lock_appeal(
                session, actor=actor, account_id=account_id, appeal_id=appeal_id
            )
            yield session, appeal
    except AppealChanged as changed:  # names can only be read by the gate, in another transaction
        people = desk_people.get_people(organization_id, logins=(changed.assigned_to,))
        raise changed.with_assignee(people.get_name(changed.assigned_to)) from None
