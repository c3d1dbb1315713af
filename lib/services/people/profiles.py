"""The profile: a login as its owner sees it, its open sessions and its choices."""

import datetime as dt
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from db import session as database
from db.queries.people import profiles as queries
from db.queries.people.profiles import ChoicesRow, IdentityRow
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
        opened_at: in the centre's time zone.
        address: the client's address at sign-in; None where it was not recorded.
        browser: its name; None where it was not recorded.
        is_current: whether this is the session of the call.
        is_remembered: whether it lasts longer than a day.
    """

    session_id: int
    opened_at: dt.datetime
    address: str | None
    browser: str | None
    is_current: bool
    is_remembered: bool


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A valid consent: the version of its text, and when it was given."""

    purpose: Purpose
    version: str
    given_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """The login as its owner sees it: nothing is masked.

    Attributes:
        username: the name typed at sign-in.
        full_name: surname, first name and patronymic.
        email: the e-mail.
        since: when the login was made, in the centre's time zone.
        change: a change of e-mail that waits; None where none waits.
        sessions: the open sessions, this browser's first.
        consents: the valid consents.
        topics: the first day of each subscription by its topic.
        export: the latest copy of the data; None where none was requested.
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
        """Tell whether this browser's session lasts longer than a day."""
        return any(opened.is_current and opened.is_remembered for opened in self.sessions)


def get_profile(*, actor: Actor, token: str) -> Profile:
    """Return the actor's profile.

    Args:
        actor: needs ``profile:manage``.
        token: the token of the present session.

    Raises:
        AccessDenied: no permission, or the login is deleted.
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


def _change(head: IdentityRow) -> EmailChange | None:
    if head.new_email is None:
        return None
    return EmailChange(head.new_email, bool(head.old_confirmed), bool(head.new_confirmed))


def _sessions(rows: Iterable[IdentityRow], token: str) -> tuple[OpenSession, ...]:
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
        if row.session_id and row.token_hash and row.opened_at and row.expires_at
    ]
    return tuple(sorted(opened, key=lambda item: not item.is_current))


def _consent(given: dict[str, str]) -> GivenConsent:
    return GivenConsent(
        purpose=Purpose(given["purpose"]),
        version=given["version"],
        given_at=clock.local(dt.datetime.fromisoformat(given["given_at"])),
    )


def _export(choices: ChoicesRow) -> Export | None:
    if not choices.export_id or not choices.export_status or not choices.requested_at:
        return None
    return Export(
        export_id=choices.export_id,
        status=ExportStatus(choices.export_status),
        requested_at=choices.requested_at,
        expires_at=choices.expires_at,
    )
