"""Requests for accounts that wait for staff, and their documents."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from db import session as database
from db.queries.accounts import request_queue as queries
from db.queries.accounts.request_queue import WaitingRow
from db.queries.people import contacts
from db.queries.people.contacts import ContactRow
from lib import clock, storage
from lib.access import AccessDenied, Actor, Permission
from lib.documents import upload
from lib.documents.upload import MediaType
from lib.services.accounts import requests as account_requests
from lib.services.accounts.requests import Status
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.storage import folders

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """A request as staff see it.

    Attributes:
        request_id: its key.
        who: full name of the sender.
        username: the sender's login.
        number: the account's number as typed.
        address: of the premise.
        comment: the sender's comment; may be empty.
        requested_at: in the centre's time zone.
        is_matched: the organisation has an account with this number in this premise.
    """

    request_id: int
    who: str
    username: str
    number: str
    address: str
    comment: str
    requested_at: dt.datetime
    is_matched: bool


@dataclass(frozen=True, slots=True)
class RequestQueue:
    """The oldest requests that wait, and the number of all that wait."""

    requests: tuple[WaitingRequest, ...]
    count: int


@dataclass(frozen=True, slots=True)
class DecidedRequest:
    """A request that a colleague has decided; ``decided_at`` is in the centre's time zone."""

    number: str
    status: Status
    decided_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Photo:
    """A document that a resident sent, as it is stored."""

    content: bytes
    media_type: MediaType


def list_waiting_requests(*, actor: Actor) -> RequestQueue:
    """Return the requests that wait for the actor's organisation.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.ACCOUNT_REQUESTS_DECIDE)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_waiting(
            session, organization_id=actor.demand_organization(), limit=MOST_SHOWN
        )
    if not rows:
        return RequestQueue((), 0)
    with database.transaction(database.GATE) as session:
        people = contacts.find_contacts(session, logins={row.login_id for row in rows})
    return RequestQueue(_to_waiting(rows, people), rows[0].all_waiting)


def list_decided_requests(
    *, actor: Actor, request_ids: Collection[int]
) -> tuple[DecidedRequest, ...]:
    """Return those of these requests that the actor's colleagues have decided.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.ACCOUNT_REQUESTS_DECIDE)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_decided_by_others(
            session,
            requests=request_ids,
            organization_id=actor.demand_organization(),
            login_id=actor.login_id,
        )
    return tuple(
        DecidedRequest(row.account_number, Status(row.status), clock.local(row.decided_at))
        for row in rows
    )


def get_photo(*, actor: Actor, request_id: int, address: str) -> Photo:
    """Return the document of a request; the view is recorded in the audit log.

    Raises:
        AccessDenied: no permission, or no such request in the actor's organisation.
        FileGone: the file is missing.
    """
    actor.demand(Permission.ACCOUNT_REQUESTS_DECIDE)
    with database.transaction(actor.viewer) as session:
        row = queries.find_request(
            session, request_id=request_id, organization_id=actor.demand_organization()
        )
        if row is None:
            raise AccessDenied
        trail.record_event(
            session,
            action=Action.ACCOUNT_VIEWED,
            actor=actor,
            address=address,
            request=request_id,
        )
    content = storage.get(folders.ACCOUNT_REQUESTS, row.photo)
    kind = upload.detect_media_type(content)
    if kind is None:
        raise storage.FileGone
    return Photo(content, kind)


def _to_waiting(
    rows: Sequence[WaitingRow], people: Mapping[int, ContactRow]
) -> tuple[WaitingRequest, ...]:
    """Join requests with their senders; a request of a login deleted meanwhile is left out."""
    return tuple(
        WaitingRequest(
            request_id=row.id,
            who=" ".join(
                name for name in (person.last_name, person.first_name, person.middle_name) if name
            ),
            username=person.username,
            number=row.account_number,
            address=account_requests.format_place(row),
            comment=row.comment,
            requested_at=clock.local(row.requested_at),
            is_matched=row.match is not None,
        )
        for row in rows
        if (person := people.get(row.login_id)) is not None
    )
