"""Recovery: the link of a letter lets the owner of the mailbox choose a new password."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.queries.people import logins, tokens
from db.queries.people.logins import LoginRow
from db.queries.people.tokens import HolderRow
from lib import clock
from lib.domain import people
from lib.errors import PortalError
from lib.mail import outbox, recovery_letters, registration_letters
from lib.services import attempts, captchas
from lib.services.attempts import AttemptCounts, Kind, TooSoon
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _letter_tokens, _login_access, passwords
from lib.services.people._letter_tokens import Purpose
from lib.services.people.sign_in import CookiesOff

_PAUSE = 60  # seconds between two requests of one person
_A_DAY = 5
_OF_NETWORK_A_DAY = 60
_TOO_MANY = 3_600
# a mailbox gets at most one letter a minute, and one in ten minutes after ten requests: the
# link of the letter before still works
_MANY = 10
_PAUSE_OF_MANY = 600


class LinkRefused(PortalError):
    """The link is used, expired, or replaced by a later letter."""

    def __init__(self) -> None:
        super().__init__(
            "Ссылка больше не действует: она одноразовая и живёт 30 минут. "
            "Запросите новое письмо — это займёт минуту."
        )


class NameMissing(PortalError):
    """No username or e-mail was typed."""

    def __init__(self) -> None:
        super().__init__("Введите имя пользователя или e-mail.")


@dataclass(frozen=True, slots=True)
class Recovery:
    """The login of a link for a new password."""

    username: str


def request_recovery(*, name: str, captcha: tuple[str, str], visit: str, address: str) -> None:
    """Post a letter to the login, if there is one; the answer does not reveal whether there is.

    Args:
        name: username or e-mail, in any case.
        captcha: key and answer.
        visit: the browser's pre-session cookie, which the captcha is bound to.
        address: the client's address.

    Raises:
        CookiesOff: the browser has no pre-session cookie.
        NameMissing: the name is empty.
        CaptchaRefused: the captcha's answer is wrong.
        TooSoon: the last request was less than a minute ago, or there were five today.
    """
    if not visit:
        raise CookiesOff
    typed = people.parse_login(name)
    if not typed:
        raise NameMissing
    captchas.check_captcha(key=captcha[0], visit=visit, answer=captcha[1])
    with database.transaction(database.GATE) as session:
        attempts.take_turn(session, kind=Kind.RECOVERY, subject=typed)
        found = logins.find_by_name(session, name=typed)
        counts = attempts.count_today(session, kind=Kind.RECOVERY, subject=typed, address=address)
        _refuse_many(counts)
        is_due = not attempts.count_seconds_left(
            counts.succeeded, _PAUSE if counts.subject < _MANY else _PAUSE_OF_MANY
        )
        attempts.record_attempt(
            session,
            kind=Kind.RECOVERY,
            subject=typed,
            address=address,
            login_id=found.id if found else None,
            succeeded=is_due,
        )
        if found is not None and is_due:
            _post(session, found)


def get_recovery(*, token: str) -> Recovery:
    """Return the login of a link, without using the link.

    Raises:
        LinkRefused: the link is not valid.
    """
    with database.transaction(database.GATE) as session:
        link = _letter_tokens.find_link(session, token=token, purpose=Purpose.RECOVERY)
    if link is None or not link.is_live:
        raise LinkRefused
    return Recovery(link.username)


def set_password(*, token: str, password: str, repeated: str, address: str) -> None:
    """Set a new password for the login of a link and end all its sessions.

    Raises:
        PasswordRefused: the password is too short or too long.
        PasswordsDiffer: the two copies differ.
        LinkRefused: the link is not valid.
    """
    hashed = passwords.hash_password(passwords.check_new_password(password, repeated))
    with database.transaction(database.GATE) as session:
        login_id = _letter_tokens.use_token(session, token=token, purpose=Purpose.RECOVERY)
        if login_id is None:
            raise LinkRefused
        holder = tokens.get_holder(session, login_id=login_id)
        if holder.blocked_at is not None:
            raise LinkRefused
        logins.set_password(session, login_id=login_id, password_hash=hashed)
        _login_access.revoke_access(session, login_id=login_id)
        _lift_pause(session, holder, address=address)
        letter = recovery_letters.write_password_set(
            name=_full_first_name(holder), changed_at=clock.now()
        )
        outbox.post_letter(session, recipient=holder.email, letter=letter)
        trail.record_event(
            session,
            action=Action.PASSWORD_CHANGED,
            login_id=login_id,
            username=holder.username,
            address=address,
            by="recovery",
        )


def _lift_pause(session: Session, holder: HolderRow, *, address: str) -> None:
    """Lift the pause of sign-in for this network: the owner of the mailbox is there."""
    for subject in (holder.username, holder.email):
        attempts.record_attempt(
            session,
            kind=Kind.SIGN_IN,
            subject=subject,
            address=address,
            login_id=holder.id,
            succeeded=True,
        )


def _refuse_many(counts: AttemptCounts) -> None:
    if counts.both >= _A_DAY or counts.network >= _OF_NETWORK_A_DAY:
        raise TooSoon(_TOO_MANY)
    wait = attempts.count_seconds_left(counts.latest, _PAUSE)
    if wait:
        raise TooSoon(wait)


def _post(session: Session, found: LoginRow) -> None:
    """Post the letter; a login that is not activated gets the letter of activation."""
    if found.activated_at is None:
        token = _letter_tokens.issue_token(session, login_id=found.id, purpose=Purpose.ACTIVATION)
        letter = registration_letters.write_activation(
            name=_full_first_name(found), username=found.username, token=token
        )
    else:
        token = _letter_tokens.issue_token(session, login_id=found.id, purpose=Purpose.RECOVERY)
        letter = recovery_letters.write_recovery(
            name=_full_first_name(found), username=found.username, token=token
        )
    outbox.post_letter(session, recipient=found.email, letter=letter)


def _full_first_name(row: LoginRow | HolderRow) -> str:
    return " ".join(part for part in (row.first_name, row.middle_name) if part)
