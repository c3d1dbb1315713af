"""Appeals of residents: send, list and read them; ``replies`` has what follows."""

from collections.abc import Sequence
from dataclasses import dataclass

from db import session as database
from db.queries.appeals import steps as queries
from db.queries.appeals import threads as reading
from db.queries.appeals.steps import SentAppeal
from db.queries.people import contacts
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain import address as addresses
from lib.domain import formats
from lib.domain.appeals.rules import EMERGENCY, Kind, Topic
from lib.errors import PortalError
from lib.services import paging
from lib.services.appeals import _limits, steps, texts, threads
from lib.services.appeals import about as appeal_about
from lib.services.appeals import files as appeal_files
from lib.services.appeals.about import SubjectQuery
from lib.services.appeals.threads import Summary, Thread

SHOWN = 20
_NEWS_SHOWN = 3


class EmergencyRefused(PortalError):
    """An emergency is reported by phone and not in writing."""

    def __init__(self) -> None:
        super().__init__("Об аварии сообщите диспетчеру по телефону: письмо прочитают не сразу.")


@dataclass(frozen=True, slots=True)
class Addressee:
    """An organisation that an account's appeals may go to.

    Attributes:
        account_id: the account.
        number: the number of the account.
        address: of its premise.
        organization_id: the organisation.
        name: of the organisation.
        ads_phone: of its emergency dispatcher; empty if billing gave none.
    """

    account_id: int
    number: str
    address: str
    organization_id: int
    name: str
    ads_phone: str


@dataclass(frozen=True, slots=True)
class AppealsPage:
    """A page of the actor's threads, its number, and how many threads there are in all."""

    shown: tuple[Summary, ...]
    page: int
    count: int


@dataclass(frozen=True, slots=True)
class AnsweredThread:
    """A thread with an answer that the resident has not seen."""

    appeal_id: int
    number: str
    kind: Kind


def list_appeals(*, actor: Actor, page: int = 1) -> AppealsPage:
    """Return a page of the threads of the actor's accounts, the latest first.

    A page past the end is replaced by the last one.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.APPEALS_WRITE)
    with database.transaction(actor.viewer) as session:
        shown_page, rows = paging.read_page(
            lambda skip: reading.list_threads(
                session, viewer=actor.viewer, kind=Kind.APPEAL.value, skip=skip, limit=SHOWN
            ),
            page=page,
            size=SHOWN,
            count=lambda row: row.found,
        )
        shown = tuple(map(threads.make_summary, rows))
    return AppealsPage(shown, shown_page, rows[0].found if rows else 0)


def get_thread(*, actor: Actor, appeal_id: int, page: int | None, kind: Kind) -> Thread:
    """Return a thread of the actor's accounts and record that it was seen.

    Args:
        actor: the resident; needs ``appeals:write``.
        appeal_id: the thread.
        page: the page of its lines; None for the last one.
        kind: the kind that the thread must have.

    Raises:
        AccessDenied: no permission, no such thread, or it is of another person's account.
    """
    actor.demand(Permission.APPEALS_WRITE)
    with database.transaction(actor.viewer) as session:
        row = reading.find_thread(
            session, viewer=actor.viewer, kind=kind.value, appeal_id=appeal_id
        )
        if row is None:
            raise AccessDenied
        summary = threads.make_summary(row)
        found = threads.read_thread(session, row, viewer=actor.viewer, page=page, summary=summary)
        if summary.is_new:
            reading.mark_seen(
                session,
                viewer=actor.viewer,
                account_id=summary.account_id,
                appeal_id=appeal_id,
                now=clock.now(),
            )
    return found


def list_answered(*, actor: Actor) -> tuple[AnsweredThread, ...]:
    """Return the threads with an answer that the actor has not seen, the latest first.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.APPEALS_WRITE)
    with database.transaction(actor.viewer) as session:
        rows = reading.list_answered(session, viewer=actor.viewer, limit=_NEWS_SHOWN)
    return tuple(AnsweredThread(row.id, row.number, Kind(row.kind)) for row in rows)


def list_addressees(*, actor: Actor) -> tuple[Addressee, ...]:
    """Return the organisations that each of the actor's accounts may write to.

    An account's own organisation comes before the manager of its house.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.APPEALS_WRITE)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_serving(session, viewer=actor.viewer)
    return tuple(
        Addressee(
            account_id=row.account_id,
            number=row.number,
            address=addresses.format_address(
                street=row.street,
                house=row.house,
                building=row.building,
                premise=row.premise,
                kind=row.premise_kind,
            ),
            organization_id=row.organization_id,
            name=formats.quote_name(row.name),
            ads_phone=row.ads_phone or "",
        )
        for row in rows
    )


def find_contact(*, actor: Actor) -> str:
    """Return the actor's e-mail as the first value of the contact; empty if there is none.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.APPEALS_WRITE)
    with database.transaction(database.GATE) as session:
        found = contacts.find_contacts(session, logins=[actor.login_id]).get(actor.login_id)
    return found.email if found else ""


def submit_appeal(
    *,
    actor: Actor,
    account_id: int,
    organization_id: int,
    topic: Topic,
    text: str,
    contact: str,
    about: SubjectQuery | None,
    uploads: Sequence[tuple[str, bytes]],
    request_key: str,
    address: str,
) -> tuple[int, str]:
    """Send an appeal and return its key and number; the same form sends only one.

    Args:
        actor: the resident; needs ``appeals:write``.
        account_id: one of the actor's accounts.
        organization_id: an organisation that serves it.
        topic: the topic; an emergency is refused.
        text: as typed.
        contact: where to answer besides the portal; required.
        about: the subject as the address of the page named it.
        uploads: names and contents of the files.
        request_key: one value for a rendered form.
        address: the client's address.

    Raises:
        AccessDenied: no permission, another person's account, or it is not served.
        PortalError: something is missing, too long or not accepted.
    """
    actor.demand(Permission.APPEALS_WRITE)
    actor.demand_account(account_id)
    if topic in EMERGENCY:
        raise EmergencyRefused
    cleaned_text = texts.demand_text(text)
    cleaned_contact = texts.demand_contact(contact)
    if (earlier := _find_sent(actor, account_id, request_key)) is not None:
        return earlier.id, earlier.number
    clean = appeal_files.clean_files(uploads)
    with appeal_files.store_files(clean) as files, database.transaction(actor.viewer) as session:
        return steps.open_appeal(
            session,
            actor=actor,
            kind=Kind.APPEAL,
            account_id=account_id,
            organization_id=organization_id,
            topic=topic.value,
            text=cleaned_text,
            contact=cleaned_contact,
            about=appeal_about.resolve_subject(
                session, viewer=actor.viewer, account_id=account_id, query=about
            ),
            files=files,
            request_key=request_key,
            address=address,
        )


def _find_sent(actor: Actor, account_id: int, request_key: str) -> SentAppeal | None:
    """Return what a form has sent before; check the limits before any image is processed."""
    with database.transaction(actor.viewer) as session:
        found = queries.find_by_request(session, account_id=account_id, request_key=request_key)
        if found is None:
            _limits.check_appeals(session, actor=actor)
    return found
