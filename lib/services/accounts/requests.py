"""Requests for accounts: a resident sends a document, staff of the organisation decide.

This is the resident's side; the staff's side is in ``request_queue`` and ``decisions``.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from db import session as database
from db.queries.accounts import attachments
from db.queries.accounts import requests as queries
from db.queries.accounts.request_queue import WaitingRow
from db.queries.accounts.requests import OwnRow
from db.queries.people import contacts
from lib import clock, storage
from lib.access import AccessDenied, Actor, Permission
from lib.documents import upload
from lib.domain import address as addresses
from lib.domain import formats
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.mail import account_letters, outbox
from lib.services.accounts.claims import AlreadyAttached, Claim, ClaimRefused, clean_claim
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.storage import folders

LONGEST_COMMENT = 500
MOST_WAITING, MOST_A_DAY = 5, 10
_SHOWN = 20
_SHOWN_FOR = dt.timedelta(days=30)
_DAY = dt.timedelta(days=1)


class Status(StrEnum):
    """The state of a request."""

    NEW = "new"
    APPROVED = "approved"
    DECLINED = "declined"


class AlreadyRequested(PortalError):
    """The same request waits already."""

    def __init__(self) -> None:
        super().__init__(
            "Заявка на этот счёт уже принята и ждёт решения. О решении сообщим письмом."
        )


class TooManyRequests(PortalError):
    """The login has too many requests that wait, or made too many in a day."""

    def __init__(self) -> None:
        super().__init__(
            f"Больше {MOST_WAITING} заявок сразу и {MOST_A_DAY} за сутки не принимаем. "
            "Дождитесь решения по отправленным."
        )


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request as its sender sees it.

    Attributes:
        number: the account's number as typed.
        organization: name of the organisation that decides.
        address: of the premise.
        requested_at: in the centre's time zone.
        status: its state.
        reason: why it was declined; None where it was not.
    """

    number: str
    organization: str
    address: str
    requested_at: dt.datetime
    status: Status
    reason: str | None


def request_account(
    *, actor: Actor, claim: Claim, comment: str, content: bytes | None, address: str
) -> None:
    """Request an account, with a photo of a document as the proof.

    Args:
        actor: needs ``accounts:attach``.
        claim: which account.
        comment: a note for staff; may be empty.
        content: the file; its type is found from its bytes.
        address: the client's address.

    Raises:
        AccessDenied: no permission.
        PortalError: a value is missing or too long, the file is not accepted, the account
            is attached already, or the same request waits.
    """
    actor.demand(Permission.ACCOUNTS_ATTACH)
    cleaned = clean_claim(claim)
    note = clean_line(comment, longest=LONGEST_COMMENT)
    if not content:
        raise ClaimRefused("Приложите фотографию документа: JPG, PNG или PDF.")
    with database.transaction(actor.viewer) as session:
        _check_request(session, actor, cleaned)  # before any work on the file
    with database.transaction(database.GATE) as session:
        contact = contacts.find_contacts(session, logins=[actor.login_id]).get(actor.login_id)
    if contact is None:
        raise AccessDenied
    key = storage.put(folders.ACCOUNT_REQUESTS, upload.clean_file(content))
    try:
        with database.transaction(actor.viewer) as session:
            attachments.lock_names(session, f"account request {actor.login_id}")
            _check_request(session, actor, cleaned)
            _add(session, actor, cleaned, comment=note, photo=key, address=address)
            letter = account_letters.write_request_received(
                name=contact.first_name, number=cleaned.number
            )
            outbox.post_letter(session, recipient=contact.email, letter=letter)
    except BaseException:
        storage.delete(folders.ACCOUNT_REQUESTS, key)  # no row refers to it
        raise


def list_own_requests(*, actor: Actor) -> tuple[OwnRequest, ...]:
    """Return the actor's requests that wait or were decided in the last 30 days.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.ACCOUNTS_ATTACH)
    since = clock.now() - _SHOWN_FOR
    with database.transaction(actor.viewer) as session:
        rows = queries.list_own(session, login_id=actor.login_id, since=since, limit=_SHOWN)
    return tuple(_to_own(row) for row in rows)


def format_place(row: OwnRow | WaitingRow) -> str:
    """Format the address of a request's premise."""
    return addresses.format_address(
        city=row.city,
        street=row.street,
        house=row.house,
        building=row.building,
        premise=row.premise,
        kind=row.premise_kind,
    )


def _to_own(row: OwnRow) -> OwnRequest:
    return OwnRequest(
        number=row.account_number,
        organization=formats.quote_name(row.organization),
        address=format_place(row),
        requested_at=clock.local(row.requested_at),
        status=Status(row.status),
        reason=row.reason,
    )


def _check_request(session: Session, actor: Actor, claim: Claim) -> None:
    """Refuse a request that is not allowed."""
    if not queries.is_served(
        session, organization_id=claim.organization_id, premise_id=claim.premise_id
    ):
        raise ClaimRefused("Выберите организацию, дом и квартиру.")
    if queries.has_account(
        session, viewer=actor.viewer, premise_id=claim.premise_id, number=claim.number
    ):
        raise AlreadyAttached
    counts = queries.count_requests(
        session,
        login_id=actor.login_id,
        premise_id=claim.premise_id,
        number=claim.number,
        since=clock.now() - _DAY,
    )
    if counts.same:
        raise AlreadyRequested
    if counts.waiting >= MOST_WAITING or counts.today >= MOST_A_DAY:
        raise TooManyRequests


def _add(
    session: Session, actor: Actor, claim: Claim, *, comment: str, photo: str, address: str
) -> None:
    request_id = queries.add_request(
        session,
        login_id=actor.login_id,
        organization_id=claim.organization_id,
        premise_id=claim.premise_id,
        account_number=claim.number,
        comment=comment,
        photo=photo,
        requested_at=clock.now(),
    )
    trail.record_event(
        session,
        action=Action.ACCOUNT_REQUESTED,
        actor=actor,
        organization_id=claim.organization_id,
        address=address,
        request=request_id,
    )
