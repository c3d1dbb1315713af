"""Recovery: a letter's link lets whoever holds the mailbox choose a new password."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.base import AnyRow
from db.queries.people import logins, tokens
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
# however many ask for a letter, a mailbox gets one a minute, and later one in ten minutes:
# the one before still works
_OFTEN = 10
_PAUSE_OF_MANY = 600


class LinkRefused(PortalError):
    """The link was used, is late, or was replaced by a later letter's."""

    def __init__(self) -> None:
        super().__init__(
            "Ссылка больше не действует: она одноразовая и живёт 30 минут. "
            "Запросите новое письмо — это займёт минуту."
        )


class NameMissing(PortalError):
    """Neither a username nor an e-mail was typed."""

    def __init__(self) -> None:
        super().__init__("Введите имя пользователя или e-mail.")


@dataclass(frozen=True, slots=True)
class Recovery:
    """Whose password the link is about."""

    username: str


def request_recovery(*, name: str, captcha: tuple[str, str], visit: str, address: str) -> None:
    """Post a letter to the login, if there is one; whoever asks learns nothing of that.

    Args:
        name: username or e-mail, in any case.
        captcha: key and answer.
        visit: the browser's pre-session cookie, which the captcha is bound to.
        address: the client's address.

    Raises:
        CookiesOff: the browser has no pre-session cookie.
        NothingAsked: the name is empty.
        CaptchaRefused: the captcha's answer is wrong.
        TooSoon: it was asked for less than a minute ago, or five times today.
    """
    if not visit:
        raise CookiesOff
    asked = people.parse_login(name)
    if not asked:
        raise NameMissing
    captchas.check_captcha(key=captcha[0], visit=visit, answer=captcha[1])
    with database.transaction(database.GATE) as session:
        attempts.take_turn(session, kind=Kind.RECOVERY, subject=asked)
        found = logins.find_by_name(session, name=asked)
        made = attempts.count_today(session, kind=Kind.RECOVERY, subject=asked, address=address)
        _refuse_many(made)
        is_due = not attempts.count_seconds_left(
            made.succeeded, _PAUSE if made.subject < _OFTEN else _PAUSE_OF_MANY
        )
        attempts.record_attempt(
            session,
            kind=Kind.RECOVERY,
            subject=asked,
            address=address,
            login_id=found.id if found else None,
            succeeded=is_due,
        )
        if found is not None and is_due:
            _post(session, found)


def get_recovery(*, token: str) -> Recovery:
    """Return whose password the link is about; nothing is changed by looking.

    Raises:
        LinkRefused: the link is of no use.
    """
    with database.transaction(database.GATE) as session:
        link = _letter_tokens.find_link(session, token=token, purpose=Purpose.RECOVERY)
    if link is None or not link.is_live:
        raise LinkRefused
    return Recovery(link.username)


def set_password(*, token: str, password: str, repeated: str, address: str) -> None:
    """Give the login of the link a new password and end all its sessions.

    Raises:
        PasswordRefused: the password is too short or too long.
        PasswordsDiffer: it was not typed twice the same.
        LinkRefused: the link is of no use.
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
        _forgive(session, holder, address=address)
        letter = recovery_letters.write_password_set(name=_called(holder), changed_at=clock.now())
        outbox.post_letter(session, recipient=holder.email, letter=letter)
        trail.record_event(
            session,
            action=Action.PASSWORD_CHANGED,
            login_id=login_id,
            username=holder.username,
            address=address,
            by="recovery",
        )


def _forgive(session: Session, holder: AnyRow, *, address: str) -> None:
    """Lift the pause of sign-in for whoever has just shown that the mailbox is theirs."""
    for subject in (holder.username, holder.email):
        attempts.record_attempt(
            session,
            kind=Kind.SIGN_IN,
            subject=subject,
            address=address,
            login_id=holder.id,
            succeeded=True,
        )


def _refuse_many(made: AttemptCounts) -> None:
    if made.both >= _A_DAY or made.network >= _OF_NETWORK_A_DAY:
        raise TooSoon(_TOO_MANY)
    wait = attempts.count_seconds_left(made.latest, _PAUSE)
    if wait:
        raise TooSoon(wait)


def _post(session: Session, found: AnyRow) -> None:
    """Write to the login; one that was never confirmed is asked to confirm itself first."""
    if found.activated_at is None:
        token = _letter_tokens.issue_token(session, login_id=found.id, purpose=Purpose.ACTIVATION)
        letter = registration_letters.write_activation(
            name=_called(found), username=found.username, token=token
        )
    else:
        token = _letter_tokens.issue_token(session, login_id=found.id, purpose=Purpose.RECOVERY)
        letter = recovery_letters.write_recovery(
            name=_called(found), username=found.username, token=token
        )
    outbox.post_letter(session, recipient=found.email, letter=letter)


def _called(row: AnyRow) -> str:
    return " ".join(part for part in (row.first_name, row.middle_name) if part)
