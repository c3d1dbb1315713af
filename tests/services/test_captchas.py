"""A captcha is valid in one browser, for one answer and ten minutes."""

import datetime as dt
from uuid import UUID

import pytest

from lib import clock
from lib.services import captchas
from tests.kit.identity import fetch, solve_captcha

pytestmark = pytest.mark.usefixtures("db")


def check(key: str, answer: str, visit: str = "browser") -> None:
    captchas.check_captcha(key=key, visit=visit, answer=answer)


def test_has_five_or_six_digits_and_not_always_the_same() -> None:
    codes = {solve_captcha()[1] for _ in range(20)}

    assert all(code.isdecimal() and len(code) in {5, 6} for code in codes)
    assert len(codes) > 15


def test_accepts_the_right_answer_once_and_ignores_spaces() -> None:
    key, digits = solve_captcha()

    check(key, f" {digits[:3]} {digits[3:]} ")

    with pytest.raises(captchas.CaptchaRefused):
        check(key, digits)


def test_a_wrong_answer_uses_it_up_and_that_is_committed() -> None:
    key, digits = solve_captcha()
    with pytest.raises(captchas.CaptchaRefused):
        check(key, "00000")

    with pytest.raises(captchas.CaptchaRefused):
        check(key, digits)
    assert fetch(f"SELECT used_at IS NOT NULL FROM captcha WHERE id = '{key}'") == [(True,)]


def test_is_valid_only_in_its_browser() -> None:
    key, digits = solve_captcha()

    with pytest.raises(captchas.CaptchaRefused):
        check(key, digits, visit="another browser")
    assert captchas.find_digits(key=UUID(key), visit="another browser") is None
    assert captchas.renew_captcha(key=UUID(key), visit="another browser") is False
    check(key, digits)


def test_is_valid_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    key, digits = solve_captcha()
    late = clock.now() + dt.timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)

    with pytest.raises(captchas.CaptchaRefused):
        check(key, digits)
    assert captchas.find_digits(key=UUID(key), visit="browser") is None


def test_a_new_code_replaces_the_first_one() -> None:
    key, _ = solve_captcha()

    assert captchas.renew_captcha(key=UUID(key), visit="browser")

    fresh = captchas.find_digits(key=UUID(key), visit="browser")
    check(key, fresh or "")
    assert not captchas.renew_captcha(key=UUID(key), visit="browser")


@pytest.mark.parametrize(
    "key", ["", "no key", "6f1d1a44-8e0f-4c7e-9d53-0f5f4f2f9a10", "\x00", "9" * 10_000]
)
def test_an_invalid_key_is_refused(key: str) -> None:
    with pytest.raises(captchas.CaptchaRefused):
        check(key, "12345")


@pytest.mark.parametrize("answer", ["", "\x00", "١٢٣٤٥", "1" * 10_000_000])
def test_an_invalid_answer_is_refused(answer: str) -> None:
    key, _ = solve_captcha()

    with pytest.raises(captchas.CaptchaRefused):
        check(key, answer)
