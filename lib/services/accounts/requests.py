"""Requests for accounts: a resident sends a document, staff of the organisation decide.

What a resident does here; what staff do is in ``account_decisions``.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from db import session as database
from db.base import AnyRow
from db.queries.accounts import attachments
from db.queries.accounts import requests as queries
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

FILES = "account_requests"
LONGEST_COMMENT = 500
MOST_WAITING, MOST_A_DAY = 5, 10
_SHOWN = 20
_SHOWN_FOR = dt.timedelta(days=30)
_DAY = dt.timedelta(days=1)


class Status(StrEnum):
    """What has become of a request."""

    NEW = "new"
    APPROVED = "approved"
    DECLINED = "declined"


class AlreadyRequested(PortalError):
    """The same request waits."""

    def __init__(self) -> None:
        super().__init__(
            "Заявка на этот счёт уже принята и ждёт решения. О решении сообщим письмом."
        )


class TooManyRequests(PortalError):
    """More requests than anybody needs."""

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
        organization: whose staff decide.
        address: of the premise.
        requested_at: by the centre's clocks.
        status: what has become of it.
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
    """Ask for an account with the photo of a document.

    Args:
        actor: who asks; needs ``accounts:attach``.
        claim: which account.
        comment: what staff ought to know.
        content: the file, whatever its name and type were said to be.
        address: the client's address.

    Raises:
        AccessDenied: no permission.
        PortalError: something was left out or is too much, the file is not accepted, the
            account is attached already or the same request waits.
    """
    actor.demand(Permission.ACCOUNTS_ATTACH)
    named = clean_claim(claim)
    words = clean_line(comment, longest=LONGEST_COMMENT)
    if not content:
        raise ClaimRefused("Приложите фотографию документа: JPG, PNG или PDF.")
    with database.transaction(actor.viewer) as session:
        _refuse(session, actor, named)  # before the file costs anything
    with database.transaction(database.GATE) as session:
        contact = queries.find_contacts(session, logins=[actor.login_id]).get(actor.login_id)
    if contact is None:
        raise AccessDenied
    key = storage.put(FILES, upload.cleaned(content))
    try:
        with database.transaction(actor.viewer) as session:
            attachments.lock_names(session, f"account request {actor.login_id}")
            _refuse(session, actor, named)
            _add(session, actor, named, comment=words, photo=key, address=address)
            letter = account_letters.write_request_received(
                name=contact.first_name, number=named.number
            )
            outbox.post_letter(session, recipient=contact.email, letter=letter)
    except BaseException:
        storage.delete(FILES, key)  # nobody would ever ask for it
        raise


def list_own_requests(*, actor: Actor) -> tuple[OwnRequest, ...]:
    """Return the actor's requests that wait or were decided in the last month.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.ACCOUNTS_ATTACH)
    since = clock.now() - _SHOWN_FOR
    with database.transaction(actor.viewer) as session:
        rows = queries.list_own(session, login_id=actor.login_id, since=since, limit=_SHOWN)
    return _own(rows)


def format_place(row: AnyRow) -> str:
    """Write the address of a request's premise."""
    return addresses.format_address(
        city=row.city,
        street=row.street,
        house=row.house,
        building=row.building,
        premise=row.premise,
        kind=row.premise_kind,
    )


def _own(rows: Sequence[AnyRow]) -> tuple[OwnRequest, ...]:
    return tuple(
        OwnRequest(
            number=row.account_number,
            organization=formats.quoted(row.organization),
            address=format_place(row),
            requested_at=clock.local(row.requested_at),
            status=Status(row.status),
            reason=row.reason,
        )
        for row in rows
    )


def _refuse(session: Session, actor: Actor, claim: Claim) -> None:
    """Raise where the request is not to be made."""
    if not queries.is_served(
        session, organization_id=claim.organization_id, premise_id=claim.premise_id
    ):
        raise ClaimRefused("Выберите организацию, дом и квартиру.")
    if queries.has_account(
        session, viewer=actor.viewer, premise_id=claim.premise_id, number=claim.number
    ):
        raise AlreadyAttached
    made = queries.count_requests(
        session,
        login_id=actor.login_id,
        premise_id=claim.premise_id,
        number=claim.number,
        since=clock.now() - _DAY,
    )
    if made.same:
        raise AlreadyRequested
    if made.waiting >= MOST_WAITING or made.today >= MOST_A_DAY:
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
