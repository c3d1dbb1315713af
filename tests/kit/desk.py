"""Shared by tests of the service desk: colleagues and filled-in forms."""

from typing import Any
from uuid import uuid4

from lib.access import Actor, Role
from lib.services.appeals import desk_threads
from lib.services.appeals.desk_work import SeenThread
from lib.services.people import logins
from lib.services.people.logins import NewLogin
from tests.kit.attaching import PASSWORD
from tests.kit.identity import fetch, sign_in_as

STRANGER_SENDER = "uyut"


def add_colleague(username: str = "colleague", *, of: tuple[str, str] | None = None) -> Actor:
    """Add an employee of the demonstration's organisation, or of another one; sign in."""
    new = NewLogin(
        username,
        f"{username}@example.org",
        "Смирнова",
        "Ольга",
        Role.STAFF,
        None,
        of or ("kamal", "kamal"),
    )
    logins.add_login(new=new, password=PASSWORD)
    return sign_in_as(username)


def seen_thread(actor: Actor, appeal_id: int, **changes: Any) -> SeenThread:
    """Return the thread's version and keys as the actor's screen has them now."""
    found = desk_threads.get_thread(actor=actor, appeal_id=appeal_id)
    summary = found.thread.summary
    values: dict[str, Any] = {
        "account_id": summary.account_id,
        "appeal_id": appeal_id,
        "version": found.thread.version,
        "request_key": uuid4().hex,
    }
    return SeenThread(**(values | changes))


def appeal_row(appeal_id: int) -> Any:
    """Return the row of the appeal."""
    return fetch("SELECT * FROM appeal WHERE id = :id", id=appeal_id)[0]


def entry_rows(appeal_id: int) -> list[tuple[str, str, str | None]]:
    """Return kind, text and status of each entry of a thread."""
    entries = fetch(
        "SELECT kind, body, status FROM appeal_entry WHERE appeal_id = :id ORDER BY id",
        id=appeal_id,
    )
    return [(entry.kind, entry.body, entry.status) for entry in entries]
