"""Registration: a resident makes a login and confirms it with the link of a letter."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.queries.people import consents as consent_queries
from db.queries.people import logins
from lib import clock
from lib.domain import consents, people
from lib.errors import PortalError
from lib.mail import outbox, registration_letters
from lib.services import attempts, captchas
from lib.services.attempts import Kind, TooSoon
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _letter_tokens, passwords
from lib.services.people._letter_tokens import Purpose
from lib.services.people.sign_in import CookiesOff

_KEPT = dt.timedelta(days=7)
_PAUSE = 60  # seconds between two letters
_LETTERS_A_DAY = 6  # the first one and five more
_OF_NETWORK_A_DAY = 60
_TOO_MANY = 3_600


class RegistrationRefused(PortalError):
    """Some fields have wrong values; the message names each of them."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n\n".join(sentences))
        self.sentences = sentences


class UsernameTaken(PortalError):
    """Another login has the username."""

    def __init__(self) -> None:
        super().__init__("Это имя пользователя уже занято. Придумайте другое.")


@dataclass(frozen=True, slots=True)
class Registration:
    """The fields of the registration form; ``middle_name`` is None for «нет отчества»."""

    last_name: str
    first_name: str
    middle_name: str | None
    username: str
    email: str
    password: str
    repeated: str
    agrees: bool
    wants_news: bool


def register_resident(
    *, form: Registration, captcha: tuple[str, str], visit: str, address: str
) -> str:
    """Make a login that is not activated and post its letter; return the letter's e-mail.

    The answer does not reveal that an e-mail is taken: its owner gets a letter, and the username
    stays taken for a week, so that a second try does not reveal it either.

    Raises:
        CookiesOff: the browser has no pre-session cookie.
        RegistrationRefused: a field has a wrong value.
        CaptchaRefused: the captcha's answer is wrong.
        TooSoon: there were too many registrations with this e-mail or from this network.
        UsernameTaken: another login has the username.
    """
    if not visit:
        raise CookiesOff
    checked = _clean_form(form)
    captchas.check_captcha(key=captcha[0], visit=visit, answer=captcha[1])
    hashed = passwords.hash_password(form.password)
    _count(checked.email, address=address)
    with database.transaction(database.GATE) as session:
        attempts.take_turn(session, kind=Kind.REGISTRATION, subject=checked.email)
        _register(session, checked, password_hash=hashed, address=address)
    return checked.email


def resend_activation(*, name: str, address: str) -> None:
    """Post the letter of activation again; do nothing where no registration waits.

    Args:
        name: username or e-mail of the registration.
        address: the client's address.

    Raises:
        TooSoon: the last letter was posted less than a minute ago, or there were six today.
    """
    typed = people.parse_login(name)
    with database.transaction(database.GATE) as session:
        found = logins.find_by_name(session, name=typed)
        is_pending = found is not None and found.activated_at is None
        subject = found.email if found is not None and is_pending else typed
        attempts.take_turn(session, kind=Kind.REGISTRATION, subject=subject)
        _refuse_many(session, subject, address=address, pause=_PAUSE)
        _record(session, subject, address=address)
        if found is not None and is_pending:
            _post(session, found.id, first_name=found.first_name, middle_name=found.middle_name,
                  username=found.username, email=found.email)  # fmt: skip


def remove_stale_registrations() -> None:
    """Remove the registrations that were not confirmed in a week."""
    with database.transaction(database.GATE) as session:
        keys = logins.lock_stale(session, before=clock.now() - _KEPT)
        if keys:
            logins.remove_logins(session, keys=keys)


def _clean_form(form: Registration) -> Registration:
    """Return the form with cleaned values; the refusal names all wrong fields at once."""
    wrong: list[str] = []

    def collect(check: Callable[[], str]) -> str:
        try:
            return check()
        except PortalError as refusal:
            wrong.append(str(refusal))
            return ""

    middle = form.middle_name
    checked = Registration(
        last_name=collect(lambda: people.parse_name(form.last_name, field="Фамилия")),
        first_name=collect(lambda: people.parse_name(form.first_name, field="Имя")),
        middle_name=None
        if middle is None
        else collect(lambda: people.parse_name(middle, field="Отчество")),
        username=collect(lambda: people.parse_username(form.username)),
        email=collect(lambda: people.parse_email(form.email)),
        password=form.password,
        repeated=form.repeated,
        agrees=form.agrees,
        wants_news=form.wants_news,
    )
    collect(lambda: passwords.check_new_password(form.password, form.repeated))
    if not form.agrees:
        wrong.append("Чтобы зарегистрироваться, примите пользовательское соглашение.")
    if wrong:
        raise RegistrationRefused(tuple(wrong))
    return checked


def _count(email: str, *, address: str) -> None:
    """Refuse too many registrations; count this one in a transaction of its own."""
    with database.transaction(database.GATE) as session:
        _refuse_many(session, email, address=address, pause=0)
        attempts.record_attempt(
            session,
            kind=Kind.REGISTRATION,
            subject="",
            address=address,
            login_id=None,
            succeeded=False,
        )


def _refuse_many(session: Session, email: str, *, address: str, pause: int) -> None:
    counts = attempts.count_today(session, kind=Kind.REGISTRATION, subject=email, address=address)
    if counts.subject >= _LETTERS_A_DAY or counts.network >= _OF_NETWORK_A_DAY:
        raise TooSoon(_TOO_MANY)
    wait = attempts.count_seconds_left(counts.succeeded, pause)
    if wait:
        raise TooSoon(wait)


def _record(session: Session, email: str, *, address: str) -> None:
    """Record that a letter was requested, whether or not one was posted."""
    attempts.record_attempt(
        session,
        kind=Kind.REGISTRATION,
        subject=email,
        address=address,
        login_id=None,
        succeeded=True,
    )


def _register(session: Session, form: Registration, *, password_hash: str, address: str) -> None:
    holder = logins.lock_email_holder(session, email=form.email)
    if holder is not None and holder.activated_at is None and holder.blocked_at is None:
        # not confirmed: the new registration with the same e-mail replaces it
        logins.remove_logins(session, keys=[holder.id])
        holder = None
    login_id = logins.add_login(
        session, username=form.username, password_hash=password_hash, now=clock.now()
    )
    if login_id is None:
        raise UsernameTaken
    _record(session, form.email, address=address)
    if holder is None:
        _add_contact(session, form, login_id=login_id, address=address)
    elif holder.blocked_at is None:
        letter = registration_letters.write_email_taken(
            name=_full_first_name(holder.first_name, holder.middle_name), username=holder.username
        )
        outbox.post_letter(session, recipient=form.email, letter=letter)


def _add_contact(session: Session, form: Registration, *, login_id: int, address: str) -> None:
    names = (form.last_name, form.first_name, form.middle_name)
    if not logins.add_contact(session, login_id=login_id, names=names, email=form.email):
        return  # an operator has just made a login with this e-mail
    given = [consents.TERMS, *([consents.NEWS] if form.wants_news else [])]
    for document in given:
        consent_queries.add_consent(
            session,
            login_id=login_id,
            purpose=document.purpose.value,
            text_version=document.version,
            now=clock.now(),
            address=address,
        )
    _post(session, login_id, first_name=form.first_name, middle_name=form.middle_name,
          username=form.username, email=form.email)  # fmt: skip
    trail.record_event(
        session,
        action=Action.REGISTERED,
        login_id=login_id,
        username=form.username,
        address=address,
    )


def _post(
    session: Session,
    login_id: int,
    *,
    first_name: str,
    middle_name: str | None,
    username: str,
    email: str,
) -> None:
    token = _letter_tokens.issue_token(session, login_id=login_id, purpose=Purpose.ACTIVATION)
    letter = registration_letters.write_activation(
        name=_full_first_name(first_name, middle_name), username=username, token=token
    )
    outbox.post_letter(session, recipient=email, letter=letter)


def _full_first_name(first_name: str, middle_name: str | None) -> str:
    return " ".join(part for part in (first_name, middle_name) if part)
