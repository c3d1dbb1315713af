"""Tokens of letters: made, looked at and used up in the transaction of whoever needs one."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from db.queries.people import tokens as queries
from lib import clock

_TOKEN_BYTES = 32
_LONGEST = 128


class Purpose(StrEnum):
    """What a letter's link is for."""

    ACTIVATION = "activation"
    RECOVERY = "recovery"


LIFE = {
    Purpose.ACTIVATION: dt.timedelta(hours=24),
    Purpose.RECOVERY: dt.timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A token that was found, whatever has become of it."""

    login_id: int
    username: str
    is_live: bool
    is_activated: bool


def issue_token(session: Session, *, login_id: int, purpose: Purpose) -> str:
    """Make a token for a letter; the ones of earlier letters are worth nothing from now on."""
    now = clock.now()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    queries.cancel_tokens(session, login_id=login_id, purpose=purpose, now=now)
    queries.add_token(
        session,
        login_id=login_id,
        purpose=purpose,
        token_hash=_hash(token),
        created_at=now,
        expires_at=now + LIFE[purpose],
    )
    return token


def find_link(session: Session, *, token: str, purpose: Purpose) -> Link | None:
    """Look at a token without using it: a mail scanner that follows the link changes nothing."""
    row = queries.find_token(session, token_hash=_hash(token), purpose=purpose)
    if row is None:
        return None
    is_live = row.used_at is None and row.expires_at > clock.now()
    return Link(row.login_id, row.username, is_live, row.activated_at is not None)


def use_token(session: Session, *, token: str, purpose: Purpose) -> int | None:
    """Use a token up and return whose it is; None if it was used, is late or never was."""
    return queries.use_token(session, token_hash=_hash(token), purpose=purpose, now=clock.now())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token[:_LONGEST].encode("utf-8", "replace")).digest()
