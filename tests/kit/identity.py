"""Shared by tests of registration, recovery and sign-in."""

import re
import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import text

from db import session as database
from lib.access import Actor
from lib.services import captchas
from lib.services.people import activations, registrations, sign_in
from lib.services.people.registrations import Registration
from lib.services.people.web_sessions import hash_token

PASSWORD = "Sirenevy-Tuman-7"
VISIT = "browser"
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
FORM: dict[str, Any] = {
    "last_name": "Ситдикова",
    "first_name": "Камалия",
    "middle_name": "Ришатовна",
    "username": "kamalia",
    "email": "kamalia@example.org",
    "password": PASSWORD,
    "repeated": PASSWORD,
    "agrees": True,
    "wants_news": False,
}


_ADD_SESSION = """
INSERT INTO web_session (login_id, token_hash, opened_at, expires_at)
SELECT id, :token_hash, now(), now() + interval '1 day' FROM login WHERE username = :name
"""


def open_session(name: str) -> str:
    """Put a session of a login into the database, as a sign-in leaves it; return its token.

    Other tests prove the sign-in; it takes ten statements and a password's hash.
    """
    token = secrets.token_urlsafe(32)
    execute(_ADD_SESSION, name=name, token_hash=hash_token(token))
    return token


def sign_in_as(name: str) -> Actor:
    """Open a session of a login and return its actor."""
    actor = sign_in.find_actor(token=open_session(name))
    assert actor is not None
    return actor


def solve_captcha(visit: str = VISIT) -> tuple[str, str]:
    """Make a captcha; return its key and right answer."""
    key = captchas.create_captcha(visit=visit)
    digits = captchas.find_digits(key=UUID(key), visit=visit)
    assert digits is not None
    return key, digits


def register(**changes: Any) -> str:
    return registrations.register_resident(
        form=Registration(**(FORM | changes)), captcha=solve_captcha(), visit=VISIT, address=HOME
    )


def register_and_activate(**changes: Any) -> None:
    """Register and confirm by the link of the letter."""
    register(**changes)
    activations.activate_login(token=token(), address=HOME)


def letters() -> list[Any]:
    """Return the letters of this test, oldest first: recipient, subject, body_text, body_html.

    A test is one transaction, in which now() does not change.
    """
    with database.transaction(database.OPERATOR) as session:
        return list(
            session.execute(
                text(
                    "SELECT recipient, subject, body_text, body_html FROM letter "
                    "WHERE created_at = now() ORDER BY id"
                )
            )
        )


def token(number: int = -1) -> str:
    """Return the token in a letter's link, by default of the last letter."""
    found = re.search(r"token=([\w-]+)", letters()[number].body_text)
    assert found is not None
    return found[1]


def fetch(statement: str, **values: Any) -> list[Any]:
    """Return the rows of a statement, read as the operator."""
    with database.transaction(database.OPERATOR) as session:
        return list(session.execute(text(statement), values))


def execute(statement: str, **values: Any) -> None:
    """Change rows directly, as the owner of the tables."""
    with database.transaction(database.OWNER) as session:
        session.execute(text(statement), values)
