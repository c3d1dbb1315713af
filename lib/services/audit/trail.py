"""The audit log: events are added in the transaction of the action that they record."""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from db.queries import audit as queries
from lib import clock
from lib.access import Actor
from lib.domain import masking

_LONGEST = 200
_PIECE, _PIECES = 190, 50  # characters of a piece of a long text, and the most pieces
# names of details that are refused: their values must never be logged
_SECRETS = {"password", "token", "ticket", "hash", "captcha", "digits", "secret"}


class Piece(str):
    """A piece of a long text: its e-mails are masked already, and nothing else is."""

    __slots__ = ()


class Action(StrEnum):
    """The recorded actions; ``lib.services.audit.words`` has their names in Russian."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    REGISTERED = "registered"
    ACTIVATED = "activated"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name of an action
    EMAIL_CHANGED = "email_changed"
    ACCOUNT_ATTACHED = "account_attached"
    ATTACH_FAILED = "attach_failed"
    ACCOUNT_REMOVED = "account_removed"
    ACCOUNT_REQUESTED = "account_requested"
    ACCOUNT_REQUEST_DECIDED = "account_request_decided"
    ACCOUNT_VIEWED = "account_viewed"
    EXPORTED = "exported"
    REGISTER_IMPORTED = "register_imported"
    REGISTER_ROW_MATCHED = "register_row_matched"
    REGISTER_ROW_DISMISSED = "register_row_dismissed"
    READING_SUBMITTED = "reading_submitted"
    READING_CORRECTED = "reading_corrected"
    READING_REVIEWED = "reading_reviewed"
    LOGIN_DELETED = "login_deleted"
    INVITED = "invited"
    ROLE_CHANGED = "role_changed"
    LOGIN_BLOCKED = "login_blocked"
    LOGIN_UNBLOCKED = "login_unblocked"
    SESSIONS_ENDED = "sessions_ended"
    PAID = "paid"
    PAYMENT_CANCELLED = "payment_cancelled"
    PAYMENT_DISPUTED = "payment_disputed"
    PAYMENT_REFUNDED = "payment_refunded"
    NEWS_PUBLISHED = "news_published"
    NEWS_CHANGED = "news_changed"
    NEWS_WITHDRAWN = "news_withdrawn"
    MISTAKE_DECIDED = "mistake_decided"
    APPEAL_SENT = "appeal_sent"
    APPEAL_FILE_VIEWED = "appeal_file_viewed"
    PRICE_LIST_CHANGED = "price_list_changed"
    FIGURES_VIEWED = "figures_viewed"
    FIGURES_TAKEN = "figures_taken"
    INSIGHT_RULES_CHANGED = "insight_rules_changed"
    VIEW_SAVED = "view_saved"
    VIEW_CHANGED = "view_changed"
    VIEW_DELETED = "view_deleted"
    VIEW_SUBSCRIBED = "view_subscribed"
    VIEW_UNSUBSCRIBED = "view_unsubscribed"
    VIEW_MAILED = "view_mailed"


def record_event(
    session: Session,
    *,
    action: Action,
    actor: Actor | None = None,
    login_id: int | None = None,
    username: str | None = None,
    account_id: int | None = None,
    organization_id: int | None = None,
    address: str | None = None,
    **details: str | int | bool | dt.date | None,
) -> None:
    """Add one event in the caller's transaction, in any role.

    Args:
        session: the transaction of the recorded action.
        action: what happened.
        actor: the signed-in login that did it.
        login_id: the login that did it, if it is known but not signed in.
        username: username of ``login_id``; without ``login_id`` it is a typed text, which is
            stored masked because it may be anything, even a password.
        account_id: the account that was affected.
        organization_id: the organisation concerned; by default the actor's own.
        address: the client's address.
        details: a few plain values. ``login`` is the username of the affected login.
            E-mails are masked.

    Raises:
        ValueError: a detail has the name of a secret.
    """
    if _SECRETS & details.keys():
        raise ValueError("a detail of an event must not be a secret")
    if actor is not None:
        login_id, username = actor.login_id, actor.username
        organization_id = organization_id or actor.organization_id
    elif username is not None and login_id is None:
        username = masking.mask_login(clean(username))
    queries.add_event(
        session,
        action=action.value,
        happened_at=clock.now(),
        login_id=login_id,
        username=username,
        organization_id=organization_id,
        account_id=account_id,
        address=address,
        details={name: _plain(value) for name, value in details.items()},
    )


def divide_text(name: str, text: str) -> dict[str, Any]:
    """Return a text of any length as details: a detail is short.

    What somebody asked for stays readable whatever it contains: only e-mails in it are masked.
    """
    words = masking.mask_emails(" ".join(text.split()))
    pieces = [words[start : start + _PIECE] for start in range(0, len(words), _PIECE)][:_PIECES]
    return {
        name if number == 1 else f"{name}_{number:02}": Piece(piece)
        for number, piece in enumerate(pieces, start=1)
    }


def clean(value: str) -> str:
    """Drop unprintable characters (the database stores no NUL) and cut to 200 characters."""
    return "".join(letter for letter in value if letter.isprintable())[:_LONGEST]


def _plain(value: str | int | bool | dt.date | None) -> str | int | bool | None:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Piece):
        return clean(value)
    if isinstance(value, str):
        return masking.mask_email(clean(value)) if "@" in value else clean(value)
    return value
