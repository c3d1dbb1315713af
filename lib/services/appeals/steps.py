"""Steps of a thread: open it, add a line, change its status; under a lock of the caller.

Letters are left to the worker, one job for a line, so no step waits for mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db.models import Appeal
from db.queries.accounts import attachments
from db.queries.appeals import steps as queries
from lib import clock, queue
from lib.access import AccessDenied, Actor
from lib.domain.appeals import rules
from lib.domain.appeals.rules import EntryKind, Kind, Side, Status
from lib.errors import PortalError
from lib.services.appeals import _rows, deadlines
from lib.services.appeals import files as appeal_files
from lib.services.appeals.files import StoredUpload

# lines and statuses of the organisation that count as an answer to the resident; a status that
# says that work has started does not
_ANSWERS = frozenset({EntryKind.ANSWER, EntryKind.QUESTION, EntryKind.PRICE, EntryKind.MESSAGE})
_ANSWERING = frozenset({Status.DECLINED, Status.AGREED, Status.COMPLETED})


class StatusChangeRefused(PortalError):
    """The status of the thread cannot be changed this way."""


@dataclass(frozen=True, slots=True)
class About:
    """The subject of an appeal: in Russian, and the address of its screen."""

    words: str
    link: str


def lock_appeal(session: Session, *, actor: Actor, account_id: int, appeal_id: int) -> Appeal:
    """Lock a thread of the actor's account or organisation until the transaction ends.

    The transaction of staff is opened for one account: ``replace(viewer, accounts=(account,))``.

    Raises:
        AccessDenied: no such thread, or it is of another account or organisation.
    """
    found = queries.lock_appeal(session, account_id=account_id, appeal_id=appeal_id)
    if found is None:
        raise AccessDenied
    if actor.organization_id is None:
        actor.demand_account(found.account_id)
    elif found.organization_id != actor.organization_id:
        raise AccessDenied
    return found


def has_entry(session: Session, *, appeal: Appeal, request_key: str) -> bool:
    """Tell whether a form has added its line already, so that a second click does nothing."""
    return _find_entry(session, appeal, request_key) is not None


def add_entry(
    session: Session,
    *,
    appeal: Appeal,
    actor: Actor | None,
    side: Side,
    kind: EntryKind,
    text: str,
    request_key: str | None,
    files: Sequence[StoredUpload] = (),
    status: Status | None = None,
    notify: bool = True,
) -> int:
    """Add a line to a locked thread and return its key; the same form adds only one.

    Args:
        session: the transaction that holds the thread.
        appeal: the thread that ``lock_appeal`` returned.
        actor: the author; None for the portal itself.
        side: the side that the author is on.
        kind: the kind of the line.
        text: the cleaned text.
        request_key: of the rendered form; None if no form was sent.
        files: the files that ``files.store_files`` has stored.
        status: the new status, for a line about a change of status.
        notify: whether the other side gets a letter about this line.
    """
    earlier = _find_entry(session, appeal, request_key)
    if earlier is not None:
        return earlier
    now = clock.now()
    entry_id = queries.add_entry(
        session,
        account_id=appeal.account_id,
        appeal_id=appeal.id,
        kind=kind.value,
        side=side.value,
        login_id=actor.login_id if actor else None,
        author=actor.full_name if actor else None,
        body=text,
        status=status.value if status else None,
        happened_at=now,
        told_at=None if notify else now,
        request_key=request_key,
    )
    appeal_files.add_files(session, appeal=appeal, entry_id=entry_id, files=files)
    appeal.entries += 1
    appeal.version += 1
    if side is Side.STAFF and (kind in _ANSWERS or status in _ANSWERING):
        appeal.answered_at = now
    if notify:
        queue.defer(session, "tell_of_appeal", account_id=appeal.account_id, entry_id=entry_id)
    return entry_id


def change_status(
    session: Session,
    *,
    appeal: Appeal,
    actor: Actor | None,
    side: Side,
    to: Status,
    reason: str | None = None,
    request_key: str | None = None,
    notify: bool = True,
) -> None:
    """Change the status of a locked thread and add a line about it.

    Raises:
        StatusChangeRefused: there is no such transition, or the reason is missing.
    """
    if _find_entry(session, appeal, request_key) is not None:
        return
    kind, now = Kind(appeal.kind), Status(appeal.status)
    if not rules.can_move(kind, now, to):
        raise StatusChangeRefused(
            f"Статус «{rules.format_status(kind, now)}» нельзя сменить на "
            f"«{rules.format_status(kind, to)}»."
        )
    if to in rules.NEEDS_REASON and not reason:
        raise StatusChangeRefused("Напишите причину: её увидит житель.")
    appeal.status, appeal.reason, appeal.status_at = to.value, reason, clock.now()
    if to in {Status.CLOSED, Status.DECLINED} and appeal.login_id is None:
        appeal.contact = ""  # the login was deleted, so the contact is of no use any more
    if now is Status.COMPLETED and to is Status.NEW:  # a reopened appeal needs a new answer
        deadlines.start_term(session, appeal)
    add_entry(
        session,
        appeal=appeal,
        actor=actor,
        side=side,
        kind=EntryKind.STATUS,
        text=reason or "",
        request_key=request_key,
        status=to,
        notify=notify,
    )


def open_appeal(
    session: Session,
    *,
    actor: Actor,
    kind: Kind,
    account_id: int,
    organization_id: int,
    topic: str,
    text: str,
    contact: str,
    about: About | None,
    files: Sequence[StoredUpload],
    request_key: str,
    address: str | None = None,
) -> tuple[int, str]:
    """Open a thread of the actor's account with an organisation that serves it.

    Returns its key and number; the same form opens only one.

    Raises:
        AccessDenied: the account is not the actor's, or the organisation does not serve it.
        TooManyAppeals: the login has sent too many lately.
    """
    actor.demand_account(account_id)
    attachments.lock_names(session, f"appeals {actor.login_id}")
    earlier = queries.find_by_request(session, account_id=account_id, request_key=request_key)
    if earlier is not None:
        return earlier.id, earlier.number
    appeal = _rows.add_appeal(
        session,
        _rows.find_place(session, actor, account_id, organization_id),
        actor=actor,
        address=address,
        kind=kind,
        topic=topic,
        contact=contact,
        about=(about.words, about.link) if about else (None, None),
        request_key=request_key,
        text=text,
    )
    _add_first_entry(session, appeal, actor, text, files)
    return appeal.id, appeal.number


def _add_first_entry(
    session: Session, appeal: Appeal, actor: Actor, text: str, files: Sequence[StoredUpload]
) -> None:
    add_entry(
        session,
        appeal=appeal,
        actor=actor,
        side=Side.RESIDENT,
        kind=EntryKind.MESSAGE,
        text=text,
        files=files,
        request_key=appeal.request_key,
    )


def _find_entry(session: Session, appeal: Appeal, key: str | None) -> int | None:
    account_id = appeal.account_id
    return (
        queries.find_entry_by_request(session, account_id=account_id, request_key=key)
        if key
        else None
    )
