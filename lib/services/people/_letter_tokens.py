"""Tokens in the links of letters: issued, found and used in the caller's transaction."""

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
    """The purpose of a link in a letter."""

    ACTIVATION = "activation"
    RECOVERY = "recovery"


LIFE = {
    Purpose.ACTIVATION: dt.timedelta(hours=24),
    Purpose.RECOVERY: dt.timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A token that was found, used or not."""

    login_id: int
    username: str
    is_live: bool
    is_activated: bool


def issue_token(session: Session, *, login_id: int, purpose: Purpose) -> str:
    """Make a token for a letter; tokens of earlier letters become invalid."""
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
    """Find a token without using it: a mail scanner that follows the link changes nothing."""
    row = queries.find_token(session, token_hash=_hash(token), purpose=purpose)
    if row is None:
        return None
    is_live = row.used_at is None and row.expires_at > clock.now()
    return Link(row.login_id, row.username, is_live, row.activated_at is not None)


def use_token(session: Session, *, token: str, purpose: Purpose) -> int | None:
    """Use up a token and return its login; None if it is used, expired or unknown."""
    return queries.use_token(session, token_hash=_hash(token), purpose=purpose, now=clock.now())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token[:_LONGEST].encode("utf-8", "replace")).digest()
