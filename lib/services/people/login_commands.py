"""Logins by commands of the server: what an operator does without signing in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import session as database
from db.models import Login
from db.queries import organizations
from db.queries.people import directory as queries
from db.session import DatabaseRole, Viewer
from lib.access import Role
from lib.domain import formats
from lib.domain import people as rules
from lib.errors import PortalError
from lib.mail import outbox, recovery_letters
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _letter_tokens, _login_access, logins, passwords
from lib.services.people import directory as people_directory
from lib.services.people._letter_tokens import Purpose
from lib.services.people.directory import Person

LISTED = 500
_PASSWORD_BYTES = 12
_BY = "command"


class CommandRefused(PortalError):
    """The command is refused; nothing has been changed."""


@dataclass(frozen=True, slots=True)
class RequestedLogin:
    """A login to be made, as typed; ``organization`` is a part of the organisation's name."""

    username: str
    email: str
    last_name: str
    first_name: str
    middle_name: str
    role: Role
    organization: str


def make_password() -> str:
    """Make a random password, to be shown once."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def add_login(*, requested: RequestedLogin, password: str) -> str:
    """Add a login that may sign in at once and return its username.

    Raises:
        NameRefused, UsernameRefused, EmailRefused, PasswordRefused: a value is not well formed.
        CommandRefused: the username or e-mail is taken, or not exactly one organisation matches.
    """
    middle_name = requested.middle_name.strip()
    new = logins.NewLogin(
        username=rules.parse_username(requested.username),
        email=rules.parse_email(requested.email),
        last_name=rules.parse_name(requested.last_name, field="Фамилия"),
        first_name=rules.parse_name(requested.first_name, field="Имя"),
        middle_name=rules.parse_name(middle_name, field="Отчество") if middle_name else None,
        role=requested.role,
    )
    organization_id = _organization(requested.role, requested.organization.strip())
    hashed = passwords.hash_password(password)
    try:
        with database.transaction(database.GATE) as session:
            if queries.find_key(session, username=new.username) is not None:
                raise CommandRefused(f"Имя пользователя {new.username} занято.")
            if queries.is_email_taken(session, email=new.email):
                raise CommandRefused(f"У другой учётной записи уже есть e-mail {new.email}.")
            logins.insert_login(session, new=new, hashed=hashed, organization_id=organization_id)
            _record(session, Action.REGISTERED, new.username, role=new.role)
    except IntegrityError as taken:  # another login has just taken it
        raise CommandRefused("Имя пользователя или e-mail только что заняли.") from taken
    return new.username


def _organization(role: Role, part: str) -> int | None:
    if role is not Role.STAFF and not (role is Role.ANALYST and part):
        return None
    with database.transaction(Viewer(DatabaseRole.APP)) as session:
        names: dict[int, str] = {
            row.id: formats.quote_name(row.name) for row in organizations.list_names(session)
        }
    found = [key for key, name in names.items() if part and part.casefold() in name.casefold()]
    exact = [key for key in found if names[key].casefold() == formats.quote_name(part).casefold()]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise CommandRefused(
            "Нет такой организации: назовите её в --organization. "
            f"Есть: {'; '.join(names.values()) or 'пока ни одной'}."
        )
    raise CommandRefused(
        f"Под --organization подходят несколько: {'; '.join(names[key] for key in found)}."
    )


def block_login(*, username: str) -> bool:
    """Block a login and end its sessions; False where it was blocked already.

    Raises:
        CommandRefused: there is no such login.
        LastAdministrator: no administrator would be left.
    """
    with database.transaction(database.GATE) as session:
        login = _lock_login(session, username)
        if login.blocked_at is not None:
            return False
        _login_access.require_other_administrator(session, login_id=login.id)
        _login_access.block_login(session, login=login)
        _record(session, Action.LOGIN_BLOCKED, login.username)
    return True


def unblock_login(*, username: str) -> bool:
    """Let a login sign in again; False where it was not blocked.

    Raises:
        CommandRefused: there is no such login.
    """
    with database.transaction(database.GATE) as session:
        login = _lock_login(session, username)
        if login.blocked_at is None:
            return False
        login.blocked_at = None
        _record(session, Action.LOGIN_UNBLOCKED, login.username)
    return True


def send_recovery(*, username: str) -> None:
    """Post a login the letter with a link for a new password.

    Raises:
        CommandRefused: there is no such login, or it is blocked or not confirmed.
    """
    with database.transaction(database.GATE) as session:
        login = _lock_login(session, username)
        if login.blocked_at is not None:
            raise CommandRefused(f"Учётная запись {login.username} заблокирована.")
        if login.activated_at is None:
            raise CommandRefused(f"Учётная запись {login.username} ещё не подтверждена.")
        contact = queries.find_person(session, login_id=login.id)
        if contact is None:
            raise CommandRefused(f"У учётной записи {login.username} нет e-mail.")
        token = _letter_tokens.issue_token(session, login_id=login.id, purpose=Purpose.RECOVERY)
        letter = recovery_letters.write_recovery(
            name=contact.first_name, username=login.username, token=token
        )
        outbox.post_letter(session, recipient=contact.email, letter=letter)


def list_people(*, search: str = "", role: Role | None = None) -> Sequence[Person]:
    """Return logins by username, at most 500; residents' names are masked."""
    with database.transaction(database.GATE) as session:
        rows = queries.list_people(
            session, search=trail.clean(search).strip(), role=role, skip=0, limit=LISTED
        )
    return [people_directory.make_person(row) for row in rows]


def _lock_login(session: Session, username: str) -> Login:
    """Return a login; lock the administrators' rows first and then its own, as screens do."""
    queries.lock_administrators(session)
    key = queries.find_key(session, username=trail.clean(username).strip().lower())
    login = None if key is None else queries.lock_login(session, login_id=key)
    if login is None:
        raise CommandRefused("Такой учётной записи нет. Список: kabinet user list.")
    return login


def _record(session: Session, action: Action, username: str, *, role: Role | None = None) -> None:
    trail.record_event(session, action=action, login=username, by=_BY, role=role)
