"""Whose work an appeal is: taken, given to a colleague, talked about among themselves."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from db.models import Appeal
from db.queries.appeals import desk_threads as queries
from lib import clock
from lib.access import Actor, Permission
from lib.domain.appeals.rules import Kind, Side, Status
from lib.errors import PortalError
from lib.mail import desk_letters, outbox
from lib.services.appeals import desk_people, desk_threads, steps, texts, versions
from lib.services.appeals.desk_people import Person

LONGEST_NOTE = 2000


class AppealTaken(PortalError):
    """A colleague was faster."""

    def __init__(self, number: str, name: str) -> None:
        super().__init__(f"№ {number} уже в работе: {name}. Обновите страницу.")


class ColleagueUnknown(PortalError):
    """Nobody of that key works here."""

    def __init__(self) -> None:
        super().__init__("Выберите сотрудника своей организации из списка.")


@dataclass(frozen=True, slots=True)
class SeenThread:
    """A thread as a form has it.

    Attributes:
        account_id: whose it is.
        appeal_id: its key.
        version: that the screen showed.
        request_key: one value per rendered form, not per click.
    """

    account_id: int
    appeal_id: int
    version: int
    request_key: str


def take_appeal(*, actor: Actor, seen: SeenThread) -> None:
    """Make an appeal the actor's work; of two at once, one is told who was faster.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        AppealTaken: it is a colleague's.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    with desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal):
        holder = appeal.assigned_to
        if holder is None:
            assign_to_self(session, actor, appeal)
            start_work(session, actor, appeal)
    if holder not in {None, actor.login_id}:
        people = desk_people.get_people(actor.demand_organization(), logins=(holder,))
        raise AppealTaken(appeal.number, people.name(holder))


def assign_appeal(*, actor: Actor, seen: SeenThread, to: int | None) -> None:
    """Give an appeal to a colleague, or to nobody.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        ColleagueUnknown: nobody of that key works here.
        AppealChanged: somebody else was faster.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    people = desk_people.get_people(actor.demand_organization())
    if to is not None and to not in {person.login_id for person in people.colleagues}:
        raise ColleagueUnknown
    with desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal):
        if appeal.assigned_to == to:
            return  # the second of two clicks
        demand_version(session, appeal, seen)
        appeal.assigned_to = to
        appeal.version += 1
        words = f"Исполнитель: {people.name(to)}" if to else "Исполнитель снят"
        _keep(session, actor, appeal, words, f"{seen.request_key}.assign.{appeal.id}")
        if to not in {None, actor.login_id}:
            _tell(session, actor, appeal, people.known[to or 0])


def add_note(*, actor: Actor, seen: SeenThread, text: str) -> None:
    """Write a note for colleagues; no resident ever sees it, and it is in nobody's way.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        TextRefused: nothing was written, or a novel.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    written = texts.demand_text(text, longest=LONGEST_NOTE)
    with desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal):
        _keep(session, actor, appeal, written, seen.request_key)


def assign_to_self(session: Session, actor: Actor, appeal: Appeal) -> None:
    """Make a locked appeal the actor's where it is nobody's."""
    if appeal.assigned_to is None:
        appeal.assigned_to = actor.login_id
        appeal.version += 1
        session.flush()


def start_work(session: Session, actor: Actor, appeal: Appeal) -> None:
    """Put a new locked appeal to work."""
    if Kind(appeal.kind) is Kind.APPEAL and Status(appeal.status) is Status.NEW:
        steps.change_status(
            session, appeal=appeal, actor=actor, side=Side.STAFF, to=Status.IN_PROGRESS
        )


def demand_version(session: Session, appeal: Appeal, seen: SeenThread) -> None:
    """Raise AppealChanged where the thread is not what the form was drawn with."""
    versions.demand_version(
        session, appeal=appeal, version=seen.version, request_key=seen.request_key
    )


def _tell(session: Session, actor: Actor, appeal: Appeal, person: Person) -> None:
    letter = desk_letters.write_assigned(
        name=person.first_name,
        by=actor.full_name,
        kind=Kind(appeal.kind),
        number=appeal.number,
        account_id=appeal.account_id,
        appeal_id=appeal.id,
    )
    outbox.post_letter(session, recipient=person.email, letter=letter)


def _keep(session: Session, actor: Actor, appeal: Appeal, words: str, request_key: str) -> None:
    queries.add_note(
        session,
        account_id=appeal.account_id,
        appeal_id=appeal.id,
        organization_id=appeal.organization_id,
        login_id=actor.login_id,
        author=actor.full_name,
        body=words,
        happened_at=clock.now(),
        request_key=request_key,
    )
