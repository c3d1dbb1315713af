"""Open a session like the routes do, and connect to a portal's database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib import config, startup
from lib.services.people import sign_in
from tests.kit.portal import PASSWORD


@contextmanager
def connected(state: Path) -> Iterator[None]:
    """Connect this process to the database of a running portal."""
    os.environ.update(KABINET_DEMO="1", KABINET_STATE=str(state))
    config.get_settings.cache_clear()
    startup.connect()
    try:
        yield
    finally:
        startup.disconnect()


def signed_in(state: Path, *, name: str = "resident") -> str:
    """Sign a login of the demonstration in and return the cookie of the session."""
    with connected(state):
        ticket = sign_in.issue_ticket(name=name, password=PASSWORD, visit="bench", remember=False)
        token = sign_in.open_session(ticket=ticket, visit="bench").token
    return f"kabinet_session={token}"
