"""What tests of the service desk share: colleagues, forms as a screen would fill them."""

from typing import Any
from uuid import uuid4

from lib.access import Actor, Role
from lib.services.appeals import desk_threads
from lib.services.appeals.desk_work import SeenThread
from lib.services.people import logins
from lib.services.people.logins import NewLogin
from tests.kit.attaching import PASSWORD, signed
from tests.kit.identity import asked

STRANGER_SENDER = "uyut"


def colleague(username: str = "colleague", *, of: tuple[str, str] | None = None) -> Actor:
    """One more employee: of the demonstration's organisation, or of another one."""
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
    return signed(username, PASSWORD)


def seen(actor: Actor, appeal_id: int, **changed: Any) -> SeenThread:
    """The thread as the actor's screen has it now."""
    found = desk_threads.get_thread(actor=actor, appeal_id=appeal_id)
    one = found.thread.summary
    values: dict[str, Any] = {
        "account_id": one.account_id,
        "appeal_id": appeal_id,
        "version": found.thread.version,
        "request_key": uuid4().hex,
    }
    return SeenThread(**(values | changed))


def row(appeal_id: int) -> Any:
    """The appeal as it is kept."""
    return asked("SELECT * FROM appeal WHERE id = :id", id=appeal_id)[0]


def lines(appeal_id: int) -> list[tuple[str, str, str | None]]:
    """Kinds, texts and statuses of a thread's lines."""
    found = asked(
        "SELECT kind, body, status FROM appeal_entry WHERE appeal_id = :id ORDER BY id",
        id=appeal_id,
    )
    return [(one.kind, one.body, one.status) for one in found]
