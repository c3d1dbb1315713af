"""The work on an appeal: taken, assigned to a colleague, commented on in notes."""

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
    """A colleague has taken the appeal already."""

    def __init__(self, number: str, name: str) -> None:
        super().__init__(f"№ {number} уже в работе: {name}. Обновите страницу.")


class ColleagueUnknown(PortalError):
    """The organisation has no such member of staff."""

    def __init__(self) -> None:
        super().__init__("Выберите сотрудника своей организации из списка.")


@dataclass(frozen=True, slots=True)
class SeenThread:
    """A thread as the screen showed it when its form was rendered.

    Attributes:
        account_id: its account.
        appeal_id: its key.
        version: the version that the screen showed.
        request_key: one value for a rendered form, not for a click.
    """

    account_id: int
    appeal_id: int
    version: int
    request_key: str


def take_appeal(*, actor: Actor, seen: SeenThread) -> None:
    """Assign an unassigned appeal to the actor and start the work.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        AppealTaken: a colleague has it.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    with desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal):
        assignee = appeal.assigned_to
        if assignee is None:
            assign_to_self(session, actor, appeal)
            start_work(session, actor, appeal)
    if assignee not in {None, actor.login_id}:
        people = desk_people.get_people(actor.demand_organization(), logins=(assignee,))
        raise AppealTaken(appeal.number, people.get_name(assignee))


def assign_appeal(*, actor: Actor, seen: SeenThread, to: int | None) -> None:
    """Assign an appeal to a colleague, or to nobody.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        ColleagueUnknown: the organisation has no such member of staff.
        AppealChanged: somebody else has changed it.
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
        words = f"Исполнитель: {people.get_name(to)}" if to else "Исполнитель снят"
        _save_note(session, actor, appeal, words, f"{seen.request_key}.assign.{appeal.id}")
        if to not in {None, actor.login_id}:
            _post_letter(session, actor, appeal, people.known[to or 0])


def add_note(*, actor: Actor, seen: SeenThread, text: str) -> None:
    """Add a note for colleagues; residents never see it, and the version does not change.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        TextRefused: the text is empty or too long.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    cleaned_text = texts.demand_text(text, longest=LONGEST_NOTE)
    with desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal):
        _save_note(session, actor, appeal, cleaned_text, seen.request_key)


def assign_to_self(session: Session, actor: Actor, appeal: Appeal) -> None:
    """Assign a locked appeal to the actor if it is unassigned."""
    if appeal.assigned_to is None:
        appeal.assigned_to = actor.login_id
        appeal.version += 1
        session.flush()


def start_work(session: Session, actor: Actor, appeal: Appeal) -> None:
    """Change the status of a locked appeal from new to in progress."""
    if Kind(appeal.kind) is Kind.APPEAL and Status(appeal.status) is Status.NEW:
        steps.change_status(
            session, appeal=appeal, actor=actor, side=Side.STAFF, to=Status.IN_PROGRESS
        )


def demand_version(session: Session, appeal: Appeal, seen: SeenThread) -> None:
    """Raise AppealChanged if the thread has changed since the form was rendered."""
    versions.demand_version(
        session, appeal=appeal, version=seen.version, request_key=seen.request_key
    )


def _post_letter(session: Session, actor: Actor, appeal: Appeal, person: Person) -> None:
    letter = desk_letters.write_assigned(
        name=person.first_name,
        by=actor.full_name,
        kind=Kind(appeal.kind),
        number=appeal.number,
        account_id=appeal.account_id,
        appeal_id=appeal.id,
    )
    outbox.post_letter(session, recipient=person.email, letter=letter)


def _save_note(
    session: Session, actor: Actor, appeal: Appeal, words: str, request_key: str
) -> None:
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
