"""Recovery: a link for half an hour and one use; the answer reveals nothing."""

import datetime as dt

import pytest

from lib import clock
from lib.services import attempts, captchas
from lib.services.people import activations, passwords, recoveries, sign_in
from tests.kit.identity import (
    HOME,
    PASSWORD,
    VISIT,
    execute,
    fetch,
    letters,
    register,
    solve_captcha,
    token,
)

pytestmark = pytest.mark.usefixtures("db")
OLD = "demo-Parol-2014"


def ask(name: str = "resident", address: str = HOME) -> None:
    recoveries.request_recovery(name=name, captcha=solve_captcha(), visit=VISIT, address=address)


def set_password(link: str | None = None, password: str = PASSWORD) -> None:
    recoveries.set_password(
        token=link or token(), password=password, repeated=password, address=HOME
    )


def open_session(password: str = OLD) -> str:
    ticket = sign_in.issue_ticket(name="resident", password=password, visit=VISIT, remember=False)
    return sign_in.open_session(ticket=ticket, visit=VISIT).token


def move_clock(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    moment = clock.now() + dt.timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.mark.parametrize("name", ["resident", " RESIDENT ", "Resident@Example.org"])
def test_a_new_password_ends_every_session_and_is_confirmed_by_letter(name: str) -> None:
    sessions = [open_session(), open_session()]
    ask(name)

    set_password()

    assert [sign_in.find_actor(token=session) for session in sessions] == [None, None]
    with pytest.raises(sign_in.SignInRefused):
        open_session()
    assert open_session(PASSWORD)
    assert letters()[-1].subject == "Пароль личного кабинета изменён"
    assert ("password_changed", "resident", HOME) in fetch(
        "SELECT action, username, address FROM audit_event"
    )


def test_an_earlier_ticket_is_refused_after_a_recovery() -> None:
    ticket = sign_in.issue_ticket(name="resident", password=OLD, visit=VISIT, remember=False)
    ask()
    set_password()

    with pytest.raises(sign_in.TicketRefused):
        sign_in.open_session(ticket=ticket, visit=VISIT)


def test_works_once() -> None:
    ask()
    set_password()

    with pytest.raises(recoveries.LinkRefused):
        set_password(token(-2), "Drugoy-Parol-2015")
    with pytest.raises(recoveries.LinkRefused):
        recoveries.get_recovery(token=token(-2))


def test_is_valid_for_half_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    move_clock(monkeypatch, minutes=30, seconds=1)

    with pytest.raises(recoveries.LinkRefused):
        set_password()


def test_a_later_letter_replaces_the_earlier(monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    move_clock(monkeypatch, seconds=61)
    ask()

    with pytest.raises(recoveries.LinkRefused):
        set_password(token(0))
    set_password(token(1))


def test_an_unfit_password_leaves_the_link_valid() -> None:
    ask()
    with pytest.raises(passwords.PasswordRefused):
        set_password(password="short")
    with pytest.raises(passwords.PasswordsDiffer):
        recoveries.set_password(token=token(), password=PASSWORD, repeated="other", address=HOME)

    set_password()


def test_sends_no_letter_for_an_unknown_or_blocked_name() -> None:
    execute("UPDATE login SET blocked_at = now() WHERE username = 'staff'")

    for name in ("nobody", "nobody@example.org", "staff", "x" * 10_000_000, "<b>'\x00"):
        ask(name)

    assert not letters()


def test_a_login_blocked_meanwhile_cannot_set_a_password() -> None:
    ask()
    execute("UPDATE login SET blocked_at = now() WHERE username = 'resident'")

    with pytest.raises(recoveries.LinkRefused):
        set_password()


def test_an_unconfirmed_registration_gets_its_activation_link() -> None:
    register()

    ask("kamalia")

    activations.activate_login(token=token(), address=HOME)


def test_asks_for_a_captcha() -> None:
    key, _ = solve_captcha()
    with pytest.raises(captchas.CaptchaRefused):
        recoveries.request_recovery(name="resident", captcha=(key, "0"), visit=VISIT, address=HOME)
    with pytest.raises(recoveries.NameMissing):
        ask(" ")
    with pytest.raises(sign_in.CookiesOff):
        recoveries.request_recovery(name="resident", captcha=("", ""), visit="", address=HOME)
    assert not letters()


@pytest.mark.parametrize("name", ["resident", "nobody"])
def test_is_limited_to_one_a_minute_and_five_a_day_for_any_name(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for _ in range(5):
        ask(name)
        with pytest.raises(attempts.TooSoon):
            ask(name)
        move_clock(monkeypatch, seconds=61)

    with pytest.raises(attempts.TooSoon):
        ask(name)
    assert len(letters()) == (5 if name == "resident" else 0)


def test_strangers_can_neither_flood_a_mailbox_nor_block_its_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(30):
        ask(address=f"198.51.100.{number}")
    assert len(letters()) == 1

    ask(address=HOME)
    set_password()  # the link in the mailbox is valid even if a stranger asked for it

    assert open_session(PASSWORD)


def test_ends_the_pause_after_failed_sign_ins() -> None:
    def enter(password: str, captcha: tuple[str, str] | None = None) -> str:
        return sign_in.issue_ticket(
            name="resident",
            password=password,
            visit=VISIT,
            remember=False,
            address=HOME,
            captcha=captcha,
        )

    for number in range(6):
        with pytest.raises((sign_in.SignInRefused, attempts.TooSoon)):
            enter("wrong-Parol-2014", solve_captcha() if number > 2 else None)
    ask()
    set_password()

    assert enter(PASSWORD)
