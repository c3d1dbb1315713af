"""Shared by tests of the profile: browsers of one login, its letters, its rows."""

import re
from dataclasses import dataclass

from sqlalchemy import text

from db import session as database
from lib.access import Actor
from lib.services.people import sign_in

PASSWORD = "demo-Parol-2014"
NEW_PASSWORD = "novyj-Parol-2026"
ADDRESS = "203.0.113.7"
_AGENT = "Mozilla/5.0 (Windows NT 10.0) Chrome/142.0"


@dataclass(frozen=True)
class SignedInBrowser:
    """A signed-in browser."""

    actor: Actor
    token: str


def enter(
    name: str = "resident", *, password: str = PASSWORD, remember: bool = False
) -> SignedInBrowser:
    """Sign in for real in a new browser."""
    ticket = sign_in.issue_ticket(name=name, password=password, visit="v", remember=remember)
    opened = sign_in.open_session(ticket=ticket, visit="v", address=ADDRESS, user_agent=_AGENT)
    actor = sign_in.find_actor(token=opened.token)
    assert actor is not None
    return SignedInBrowser(actor, opened.token)


def sign_in_cleanly() -> SignedInBrowser:
    """Delete the rows of other tests and sign the resident in; needs a transaction rolled back."""
    for table in ("letter", "procrastinate_jobs", "audit_event", "data_export", "attempt"):
        execute(f"DELETE FROM {table}")
    return enter()


def is_open(token: str) -> bool:
    return sign_in.find_actor(token=token) is not None


def scalar(statement: str, **values: object) -> object:
    with database.transaction(database.OPERATOR) as session:
        return session.scalar(text(statement), values)


def execute(statement: str, **values: object) -> None:
    with database.transaction(database.OWNER) as session:
        session.execute(text(statement), values)


def letters() -> list[tuple[str, str, str]]:
    """Return recipient, subject and text of the posted letters, the oldest first."""
    with database.transaction(database.OPERATOR) as session:
        rows = session.execute(
            text("SELECT recipient, subject, body_text FROM letter ORDER BY id")
        ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def tokens() -> dict[str, str]:
    """Return the token of the latest link sent to each address."""
    found = {}
    for recipient, _, body in letters():
        for token in re.findall(r"token=([\w-]+)", body):
            found[recipient] = token
    return found


def events(action: str) -> list[dict[str, object]]:
    with database.transaction(database.OPERATOR) as session:
        rows = session.execute(
            text(
                "SELECT login_id, username, account_id, details FROM audit_event "
                "WHERE action = :action ORDER BY id"
            ),
            {"action": action},
        )
        return [dict(row) for row in rows.mappings()]
