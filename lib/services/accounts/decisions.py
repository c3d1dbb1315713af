"""Staff approve or decline requests for accounts of their own organisation."""

from sqlalchemy.orm import Session

from db import session as database
from db.queries.accounts import attachments
from db.queries.accounts import request_queue as queries
from db.queries.accounts.request_queue import RequestRow
from db.queries.people import contacts
from db.queries.people.contacts import ContactRow
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.mail import account_letters, outbox
from lib.services.accounts import requests
from lib.services.accounts.attachments import notify_holders
from lib.services.accounts.claims import ClaimRefused, clean_number
from lib.services.accounts.requests import Status
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.decisions import Decision, is_open

_OUTCOMES = {Status.APPROVED.value: "одобрена", Status.DECLINED.value: "отклонена"}


class AccountNotFound(PortalError):
    """The organisation has no such account in that premise."""

    def __init__(self) -> None:
        super().__init__(
            "Счёта с таким номером по этому адресу в вашей организации нет. "
            "Исправьте номер или отклоните заявку с объяснением."
        )


def approve_request(
    *, actor: Actor, request_id: int, number: str, request_key: str, address: str
) -> None:
    """Attach the account that a request is for.

    Args:
        actor: needs ``account_requests:decide``.
        request_id: the request.
        number: number of an account of the actor's organisation in the request's premise.
        request_key: one value for each rendered form; the same form decides once.
        address: the client's address.

    Raises:
        AccessDenied: no permission, or no such request in the actor's organisation.
        ClaimRefused: the number is missing.
        AccountNotFound: the organisation has no such account in the premise.
        AlreadyDecided: a colleague has decided it.
    """
    actor.demand(Permission.ACCOUNT_REQUESTS_DECIDE)
    cleaned_number = clean_number(number)
    with database.transaction(actor.viewer) as session:
        row = _get_request(session, actor, request_id)
        if not is_open(_find_decision(row), request_key=request_key):
            return
        account_id = queries.find_own_account(
            session, premise_id=row.premise_id, number=cleaned_number
        )
    if account_id is None:
        raise AccountNotFound
    with database.transaction(database.GATE) as session:
        requester = _decide(
            session,
            actor,
            request_id,
            account_id=account_id,
            request_key=request_key,
            address=address,
        )
        if requester is None:
            return
        now = clock.now()
        holders = attachments.list_holders(session, account_id=account_id, now=now)
        attachments.grant_access(session, login_id=requester.id, account_id=account_id, now=now)
        letter = account_letters.write_request_approved(
            name=requester.first_name, number=cleaned_number
        )
        outbox.post_letter(session, recipient=requester.email, letter=letter)
        others = [holder for holder in holders if holder.login_id != requester.id]
        notify_holders(session, holders=others, number=cleaned_number)


def decline_request(
    *, actor: Actor, request_id: int, reason: str, request_key: str, address: str
) -> None:
    """Decline a request; the reason goes to its sender.

    Raises:
        AccessDenied: no permission, or no such request in the actor's organisation.
        ClaimRefused: the reason is missing.
        TextRefused: the reason is too long.
        AlreadyDecided: a colleague has decided it.
    """
    actor.demand(Permission.ACCOUNT_REQUESTS_DECIDE)
    cleaned_reason = clean_line(reason, longest=requests.LONGEST_COMMENT)
    if not cleaned_reason:
        raise ClaimRefused("Напишите причину отказа: жителю нужно знать, что исправить.")
    with database.transaction(actor.viewer) as session:
        row = _get_request(session, actor, request_id)
    if not is_open(_find_decision(row), request_key=request_key):
        return
    with database.transaction(database.GATE) as session:
        requester = _decide(
            session,
            actor,
            request_id,
            reason=cleaned_reason,
            request_key=request_key,
            address=address,
        )
        if requester is None:
            return
        letter = account_letters.write_request_declined(
            name=requester.first_name, number=row.account_number, reason=cleaned_reason
        )
        outbox.post_letter(session, recipient=requester.email, letter=letter)


def _decide(
    session: Session,
    actor: Actor,
    request_id: int,
    *,
    request_key: str,
    address: str,
    account_id: int | None = None,
    reason: str | None = None,
) -> ContactRow | None:
    """Decide a request in the gate's transaction and return its sender.

    Returns:
        None if the same form has decided it meanwhile.
    """
    organization_id = actor.demand_organization()
    status = Status.DECLINED if account_id is None else Status.APPROVED
    sender = queries.decide_request(
        session,
        request_id=request_id,
        organization_id=organization_id,
        status=status.value,
        reason=reason,
        account_id=account_id,
        decided_by=actor.login_id,
        request_key=request_key,
        now=clock.now(),
    )
    if sender is None:
        row = _get_request(session, actor, request_id)
        is_open(_find_decision(row), request_key=request_key)
        return None
    requester = contacts.find_contacts(session, logins=[sender])[sender]
    trail.record_event(
        session,
        action=Action.ACCOUNT_REQUEST_DECIDED,
        actor=actor,
        account_id=account_id,
        address=address,
        request=request_id,
        decision=status.value,
        login=requester.username,
    )
    return requester


def _get_request(session: Session, actor: Actor, request_id: int) -> RequestRow:
    row = queries.find_request(
        session, request_id=request_id, organization_id=actor.demand_organization()
    )
    if row is None:
        raise AccessDenied
    return row


def _find_decision(row: RequestRow) -> Decision:
    outcome = _OUTCOMES.get(row.status)
    words = f"Заявка уже рассмотрена: {outcome}" if outcome else None
    return Decision(words, row.decided_at, row.decision_key)
