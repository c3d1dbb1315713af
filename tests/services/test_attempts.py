"""How attempts are counted and delay the next one."""

import datetime as dt

import pytest

from db import session as database
from lib import clock
from lib.services import attempts
from lib.services.attempts import Kind, Pressure
from tests.kit.identity import ELSEWHERE, HOME, fetch, solve_captcha

pytestmark = pytest.mark.usefixtures("db")


def record_failures(subject: str = "resident", address: str = HOME, *, times: int = 1) -> None:
    with database.transaction(database.GATE) as session:
        for _ in range(times):
            attempts.record_attempt(
                session,
                kind=Kind.SIGN_IN,
                subject=subject,
                address=address,
                login_id=None,
                succeeded=False,
            )


def record_success(subject: str = "resident", address: str = HOME) -> None:
    with database.transaction(database.GATE) as session:
        key = attempts.record_attempt(
            session,
            kind=Kind.SIGN_IN,
            subject=subject,
            address=address,
            login_id=None,
            succeeded=False,
        )
        attempts.mark_succeeded(session, key=key)


def get_pressure(subject: str = "resident", address: str = HOME) -> Pressure:
    with database.transaction(database.GATE) as session:
        return attempts.get_pressure(session, kind=Kind.SIGN_IN, subject=subject, address=address)


def test_the_pause_doubles_up_to_a_minute() -> None:
    assert [attempts.get_pause(n) for n in (0, 1, 3, 4, 5, 6, 9, 10, 11, 10**9)] == [
        0, 0, 0, 1, 2, 4, 32, 60, 60, 60,
    ]  # fmt: skip


@pytest.mark.parametrize(("failures", "expected"), [(2, False), (3, True)])
def test_three_failures_of_a_name_ask_for_a_captcha(failures: int, expected: bool) -> None:
    record_failures(times=failures)

    assert get_pressure().needs_captcha is expected
    assert get_pressure(address=ELSEWHERE).needs_captcha is expected
    assert not get_pressure("neighbour").needs_captcha


@pytest.mark.parametrize(("failures", "expected"), [(9, False), (10, True)])
def test_ten_failures_of_a_network_ask_for_a_captcha(failures: int, expected: bool) -> None:
    for number in range(failures):
        record_failures(f"name{number}")

    assert get_pressure("neighbour").needs_captcha is expected
    assert not get_pressure("neighbour", ELSEWHERE).needs_captcha


def test_the_pause_depends_on_name_and_network_together() -> None:
    record_failures(times=8)

    assert 14 < get_pressure().wait <= 16
    assert get_pressure(address=ELSEWHERE).wait == 0
    assert get_pressure("neighbour").wait == 0


def test_the_pause_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    record_failures(times=20)
    later = clock.now() + dt.timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert get_pressure() == Pressure(wait=0, needs_captcha=True)


def test_a_success_clears_only_its_own_network() -> None:
    record_failures(times=5)
    record_success()

    assert get_pressure() == Pressure(wait=0, needs_captcha=False)
    assert get_pressure(address=ELSEWHERE).needs_captcha


def test_failures_are_forgotten_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    record_failures(times=20)
    later = clock.now() + dt.timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert get_pressure() == Pressure(wait=0, needs_captcha=False)


def test_an_ipv6_subscription_is_one_network() -> None:
    record_failures(address="2001:db8:1:2::5", times=5)

    assert get_pressure(address="2001:db8:1:2:ffff::1").wait > 0
    assert get_pressure(address="2001:db8:1:3::5").wait == 0


def test_a_typed_name_is_stored_as_a_hash() -> None:
    record_failures("Parol-instead-of-login")

    assert "Parol" not in str(fetch("SELECT a::text FROM attempt a"))


def test_old_attempts_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    record_failures()
    solve_captcha()
    start = clock.now()

    monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(hours=23))
    attempts.remove_old_attempts()
    assert fetch(f"SELECT count(*) FROM attempt WHERE address = '{HOME}'") == [(1,)]
    assert fetch("SELECT count(*) FROM captcha") == [(0,)]
    monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(hours=25))
    attempts.remove_old_attempts()
    assert fetch("SELECT count(*) FROM attempt") == [(0,)]
