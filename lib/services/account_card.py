"""The card of an account for staff: its bills, payments, meters, appeals and logins.

Staff open an account of their organisation with a reason, which the audit log keeps. They may
then look at its parts for a quarter of an hour; the log keeps which parts were seen.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.orm import Session

from db import session as database
from db.queries import account_card as queries
from db.session import Viewer
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain import masking
from lib.domain.appeals import rules as appeals
from lib.domain.appeals.rules import Kind, Status
from lib.domain.payments.payment import Payment
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.services.appeals import texts
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.billing import account_cards
from lib.services.billing.account_cards import AccountCard
from lib.services.meters import listing as meters
from lib.services.meters.cards import AccountMeters
from lib.services.payments import history as payments

LONGEST_NUMBER = 30
SHORTEST_REASON = 5
_APPEALS_SHOWN = 50
_PAYMENTS_SHOWN = 50
KEPT = dt.timedelta(minutes=15)  # how long an opened account may be viewed


class Part(StrEnum):
    """A part of the card; one part is read at a time."""

    CHARGES = "charges"
    PAYMENTS = "payments"
    METERS = "meters"
    APPEALS = "appeals"
    LOGINS = "logins"


class CardRefused(PortalError):
    """The account cannot be opened; the message says why."""


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """An account that was opened.

    Attributes:
        account_id: its key.
        number: its number.
        opened_at: when, in UTC.
    """

    account_id: int
    number: str
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class OwnAppeal:
    """An appeal of an account to the organisation."""

    appeal_id: int
    number: str
    topic: str
    status: str
    sent_at: dt.datetime
    due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class AttachedLogin:
    """A login that has access to the account; its e-mail and surname are masked."""

    username: str
    name: str
    email: str
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Card:
    """An account with the part that was asked for; the other parts are empty.

    Attributes:
        head: the account; with its bill if charges were asked for.
        payments: the latest ones, the oldest of them first.
        meters: with their readings.
        appeals: to the organisation, the latest first.
        logins: the logins that have access to it.
    """

    head: AccountCard
    payments: tuple[Payment, ...] = ()
    meters: tuple[AccountMeters, ...] = ()
    appeals: tuple[OwnAppeal, ...] = ()
    logins: tuple[AttachedLogin, ...] = ()


def open_card(*, actor: Actor, number: str, reason: str, address: str) -> tuple[OpenedAccount, ...]:
    """Open an account of the actor's organisation by its number and record the reason.

    Two billing programmes may use the same number; then there are several accounts.

    Args:
        actor: a member of staff; needs ``accounts:open``.
        number: of the account.
        reason: the reason in a few words.
        address: the client's address.

    Raises:
        AccessDenied: no permission, or no organisation.
        CardRefused: the number or the reason is missing, or there is no such account.
    """
    actor.demand(Permission.ACCOUNTS_OPEN)
    actor.demand_organization()
    account_number = number.strip()
    cleaned_reason = clean_line(reason, longest=texts.LONGEST_REASON)
    if not account_number:
        raise CardRefused("Введите номер лицевого счёта.")
    if len(cleaned_reason) < SHORTEST_REASON:
        raise CardRefused("Напишите, зачем открываете счёт: причина сохранится в журнале.")
    now = clock.now()
    with database.transaction(actor.viewer) as session:
        accounts = queries.list_accounts(session, number=account_number[:LONGEST_NUMBER])
        for account_id in accounts:
            trail.record_event(
                session,
                action=Action.ACCOUNT_VIEWED,
                actor=actor,
                account_id=account_id,
                address=address,
                reason=cleaned_reason,
            )
    if not accounts:
        raise CardRefused("Лицевого счёта с таким номером в вашей организации нет.")
    return tuple(OpenedAccount(account_id, account_number, now) for account_id in accounts)


def get_card(*, actor: Actor, account_id: int, part: Part, address: str) -> Card:
    """Return an account with one part of it and record, once for an opening, that it was seen.

    Args:
        actor: a member of staff; needs ``accounts:open``.
        account_id: the account; ``open_card`` opened it not more than 15 minutes ago.
        part: the part of the card.
        address: the client's address.

    Raises:
        AccessDenied: no permission, another organisation's account, or it is not opened.
    """
    actor.demand(Permission.ACCOUNTS_OPEN)
    organization_id = actor.demand_organization()
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        load = account_cards.load_cards if part is Part.CHARGES else account_cards.load_accounts
        head = next(iter(load(session, viewer=viewer)), None)
        if head is None or head.organization_id != organization_id:
            raise AccessDenied
        _record(session, actor, account_id, part, address)
        card = Card(head)
        if part is Part.PAYMENTS:
            return replace(card, payments=_payments(session, viewer))
        if part is Part.METERS:
            found = meters.load_meters(session, viewer=viewer, today=clock.today())
            return replace(card, meters=found)
        if part is Part.APPEALS:
            return replace(card, appeals=_appeals(session, account_id, organization_id))
    return replace(card, logins=_logins(account_id)) if part is Part.LOGINS else card


def _record(session: Session, actor: Actor, account_id: int, part: Part, address: str) -> None:
    """Record that a part was seen, unless it was seen since the account was opened."""
    seen = queries.find_seen_parts(session, account_id=account_id, since=clock.now() - KEPT)
    if seen is None:
        raise AccessDenied
    if part not in seen:
        trail.record_event(
            session,
            action=Action.ACCOUNT_VIEWED,
            actor=actor,
            account_id=account_id,
            address=address,
            part=part.value,
        )


def _payments(session: Session, viewer: Viewer) -> tuple[Payment, ...]:
    """Return the latest payments, the oldest of them first."""
    (account_id,) = viewer.accounts
    found = payments.load_payments(
        session, viewer=viewer, account_id=account_id, since=dt.date.min, until=dt.date.max
    )
    return found[-_PAYMENTS_SHOWN:]


def _appeals(session: Session, account_id: int, organization_id: int) -> tuple[OwnAppeal, ...]:
    """Return the appeals of the account to the organisation, the latest first."""
    rows = queries.list_appeals(
        session,
        account_id=account_id,
        organization_id=organization_id,
        limit=_APPEALS_SHOWN,
    )
    return tuple(
        OwnAppeal(
            appeal_id=row.id,
            number=row.number,
            topic=appeals.format_topic(row.topic),
            status=appeals.format_status(Kind(row.kind), Status(row.status)),
            sent_at=clock.local(row.sent_at),
            due_on=row.due_on,
        )
        for row in rows
    )


def _logins(account_id: int) -> tuple[AttachedLogin, ...]:
    """Return the logins that have access to the account; e-mails and surnames are masked."""
    with database.transaction(database.GATE) as session:
        rows = queries.list_logins(session, account_id=account_id, now=clock.now())
    return tuple(
        AttachedLogin(
            username=row.username,
            name=masking.mask_name(row.last_name, row.first_name),
            email=masking.mask_email(row.email),
            until=clock.local(row.valid_to) if row.valid_to else None,
        )
        for row in rows
    )
