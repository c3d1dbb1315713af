"""A profile: the login as its owner sees it, their open sessions and their choices."""

import datetime as dt
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db import session as database
from db.base import AnyRow
from db.queries.people import profiles as queries
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain.consents import Purpose
from lib.services.people.data_exports import Export, ExportStatus
from lib.services.people.subscriptions import Topic
from lib.services.people.web_sessions import hash_token

_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EmailChange:
    """A change of e-mail that waits for its confirmations."""

    email: str
    old_confirmed: bool
    new_confirmed: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser.

    Attributes:
        session_id: its key.
        opened_at: since when, by the centre's clocks.
        address: the client's address at sign-in; None where it was not kept.
        browser: its name; None where it was not kept.
        is_current: it is the one that asks.
        is_remembered: it is kept for longer than a day.
    """

    session_id: int
    opened_at: dt.datetime
    address: str | None
    browser: str | None
    is_current: bool
    is_remembered: bool


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A consent that holds: to which version of the text, and since when."""

    purpose: Purpose
    version: str
    given_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """The login as its owner sees it: nothing is starred.

    Attributes:
        username: the name typed at sign-in.
        full_name: surname, first name and patronymic.
        email: in full.
        since: when the login was made, by the centre's clocks.
        change: a change of e-mail that waits; None where none does.
        sessions: open ones, this browser's first.
        consents: those that hold.
        topics: what letters are wanted about, and since when.
        export: the latest copy of the data; None where none was asked for.
    """

    username: str
    full_name: str
    email: str
    since: dt.datetime
    change: EmailChange | None
    sessions: tuple[OpenSession, ...]
    consents: tuple[GivenConsent, ...]
    topics: dict[Topic, dt.date]
    export: Export | None

    @property
    def is_remembered(self) -> bool:
        """Tell whether this browser's session is kept for longer than a day."""
        return any(opened.is_current and opened.is_remembered for opened in self.sessions)


def get_profile(*, actor: Actor, token: str) -> Profile:
    """Return the actor's profile.

    Args:
        actor: whose; needs ``profile:manage``.
        token: the session that asks.

    Raises:
        AccessDenied: no permission, or the login is gone.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    with database.transaction(database.GATE) as session:
        rows = queries.list_identity(session, login=actor.login_id, now=clock.now())
    if not rows:
        raise AccessDenied
    with database.transaction(actor.owner) as session:
        choices = queries.get_choices(session, login=actor.login_id)
    head = rows[0]
    names = (head.last_name, head.first_name, head.middle_name)
    return Profile(
        username=head.username,
        full_name=" ".join(name for name in names if name),
        email=head.email,
        since=clock.local(head.created_at),
        change=_change(head),
        sessions=_sessions(rows, token),
        consents=tuple(_consent(given) for given in choices.consents or ()),
        topics={
            Topic(topic): dt.date.fromisoformat(since)
            for topic, since in (choices.subscriptions or {}).items()
        },
        export=_export(choices),
    )


def _change(head: AnyRow) -> EmailChange | None:
    if head.new_email is None:
        return None
    return EmailChange(head.new_email, head.old_confirmed, head.new_confirmed)


def _sessions(rows: Sequence[AnyRow], token: str) -> tuple[OpenSession, ...]:
    current = hash_token(token)
    opened = [
        OpenSession(
            session_id=row.session_id,
            opened_at=clock.local(row.opened_at),
            address=row.address,
            browser=row.browser,
            is_current=hmac.compare_digest(row.token_hash, current),
            is_remembered=row.expires_at - row.opened_at > _A_DAY,
        )
        for row in rows
        if row.session_id is not None
    ]
    return tuple(sorted(opened, key=lambda item: not item.is_current))


def _consent(given: dict[str, str]) -> GivenConsent:
    return GivenConsent(
        purpose=Purpose(given["purpose"]),
        version=given["version"],
        given_at=clock.local(dt.datetime.fromisoformat(given["given_at"])),
    )


def _export(choices: AnyRow) -> Export | None:
    if choices.export_id is None:
        return None
    return Export(
        export_id=UUID(str(choices.export_id)),
        status=ExportStatus(choices.export_status),
        requested_at=choices.requested_at,
        expires_at=choices.expires_at,
    )
