"""Registration: accepted values, messages and letters."""

import datetime as dt
from typing import Any

import pytest

from lib import clock
from lib.domain import consents
from lib.services import attempts, captchas
from lib.services.people import activations, registrations, sign_in
from lib.services.people.registrations import Registration
from tests.kit.identity import (
    FORM,
    HOME,
    PASSWORD,
    VISIT,
    execute,
    fetch,
    letters,
    register,
    register_and_activate,
    solve_captcha,
    token,
)

pytestmark = pytest.mark.usefixtures("db")


def enter(name: str = "kamalia", password: str = PASSWORD) -> str:
    return sign_in.issue_ticket(name=name, password=password, visit=VISIT, remember=False)


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    moment = clock.now() + dt.timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: moment)


class TestRegister:
    def test_makes_a_login_that_a_letter_activates(self) -> None:
        assert register() == "kamalia@example.org"
        with pytest.raises(sign_in.NotActivated):
            enter()

        activations.activate_login(token=token(), address=HOME)

        browser_session = sign_in.open_session(ticket=enter(), visit=VISIT)
        actor = sign_in.find_actor(token=browser_session.token)
        assert actor is not None
        assert (actor.full_name, actor.role.value, actor.accounts) == (
            "Ситдикова Камалия Ришатовна",
            "resident",
            (),
        )

    def test_keeps_login_and_email_in_lower_case_and_names_as_typed(self) -> None:
        register(username=" Kamalia ", email="Kamalia@Почта.рф", last_name=" О’Коннор-Ли ")

        assert fetch(
            "SELECT username, email, last_name FROM login JOIN login_contact ON login_id = id "
            "WHERE username = 'kamalia'"
        ) == [("kamalia", "kamalia@xn--80a1acny.xn--p1ai", "О’Коннор-Ли")]

    def test_accepts_a_name_without_a_patronymic(self) -> None:
        register(middle_name=None)

        assert letters()[-1].body_text.startswith("Здравствуйте, Камалия!")

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"last_name": ""}, "Фамилия"),
            ({"first_name": "<b>Имя</b>"}, "Имя"),
            ({"first_name": "А" * 65}, "Имя"),
            ({"middle_name": ""}, "Отчество"),
            ({"last_name": "Иван\nов"}, "Фамилия"),
            ({"last_name": "И\x00"}, "Фамилия"),
            ({"username": "ka"}, "Имя пользователя"),
            ({"username": "камалия"}, "Имя пользователя"),
            ({"username": "a" * 33}, "Имя пользователя"),
            ({"username": "a@b"}, "Имя пользователя"),
            ({"email": "kamalia"}, "E-mail"),
            ({"email": "a@b.ru\nBcc: c@d.ru"}, "E-mail"),
            ({"email": f"{'a' * 60}@{'b' * 200}.ru"}, "E-mail"),
            ({"password": "short", "repeated": "short"}, "от 10 до 64"),
            ({"password": "x" * 65, "repeated": "x" * 65}, "от 10 до 64"),
            ({"repeated": "otherwise-77"}, "не совпадают"),
            ({"agrees": False}, "соглашение"),
        ],
    )
    def test_names_the_field_that_is_wrong_and_keeps_the_captcha(
        self, wrong: dict[str, Any], sentence: str
    ) -> None:
        captcha = solve_captcha()
        with pytest.raises(registrations.RegistrationRefused, match=sentence):
            registrations.register_resident(
                form=Registration(**(FORM | wrong)), captcha=captcha, visit=VISIT, address=HOME
            )

        captchas.check_captcha(key=captcha[0], visit=VISIT, answer=captcha[1])

    def test_names_every_field_at_once(self) -> None:
        with pytest.raises(registrations.RegistrationRefused) as refused:
            register(last_name="", email="", agrees=False)

        assert len(refused.value.sentences) == 3

    def test_refuses_a_wrong_captcha_and_makes_nothing(self) -> None:
        key, _ = solve_captcha()
        with pytest.raises(captchas.CaptchaRefused):
            registrations.register_resident(
                form=Registration(**FORM), captcha=(key, "0"), visit=VISIT, address=HOME
            )

        assert not letters()

    def test_refuses_a_browser_without_cookies(self) -> None:
        with pytest.raises(sign_in.CookiesOff):
            registrations.register_resident(
                form=Registration(**FORM), captcha=("", ""), visit="", address=HOME
            )

    def test_reports_a_taken_login_at_once(self) -> None:
        with pytest.raises(registrations.UsernameTaken):
            register(username="RESIDENT")

        assert not letters()

    def test_stores_each_consent_with_version_time_and_address(self) -> None:
        register(wants_news=True)
        register(username="other", email="other@example.org")

        rows = fetch(
            "SELECT username, purpose, text_version, address FROM consent "
            "JOIN login ON login.id = login_id ORDER BY consent.id"
        )
        assert rows == [
            ("kamalia", "terms", consents.TERMS.version, HOME),
            ("kamalia", "news", consents.NEWS.version, HOME),
            ("other", "terms", consents.TERMS.version, HOME),
        ]

    def test_a_double_click_makes_one_login(self) -> None:
        captcha = solve_captcha()
        values = {"form": Registration(**FORM), "visit": VISIT, "address": HOME}
        registrations.register_resident(captcha=captcha, **values)  # type: ignore[arg-type]

        with pytest.raises(captchas.CaptchaRefused):
            registrations.register_resident(captcha=captcha, **values)  # type: ignore[arg-type]

        assert len(letters()) == 1

    def test_records_an_event(self) -> None:
        register_and_activate()

        found = fetch(
            "SELECT action, username, address FROM audit_event WHERE username = 'kamalia' "
            "ORDER BY id"
        )
        assert found == [("registered", "kamalia", HOME), ("activated", "kamalia", HOME)]


class TestATakenEmail:
    def test_looks_like_a_new_one_and_its_owner_gets_a_letter(self) -> None:
        assert register(email="Resident@example.org") == "resident@example.org"

        (letter,) = letters()
        assert (letter.recipient, letter.subject) == (
            "resident@example.org",
            "У вас уже есть личный кабинет",
        )
        assert "token" not in letter.body_text
        with pytest.raises(sign_in.SignInRefused) as refused:
            enter()
        assert not isinstance(refused.value, sign_in.NotActivated)

    def test_is_not_revealed_by_registering_the_same_login_again(self) -> None:
        for email in ("resident@example.org", "new@example.org"):
            name = email[:3]
            register(username=name, email=email)
            with pytest.raises(registrations.UsernameTaken):
                register(username=name, email=f"x{email}")

    def test_of_an_unconfirmed_registration_may_be_registered_again(self) -> None:
        register(username="squatter", password="Chuzhoy-Parol-1", repeated="Chuzhoy-Parol-1")
        register()

        with pytest.raises(activations.ActivationRefused):
            activations.activate_login(token=token(0), address=HOME)
        activations.activate_login(token=token(1), address=HOME)
        assert enter()

    def test_of_a_blocked_login_gets_no_letter(self) -> None:
        execute("UPDATE login SET blocked_at = now() WHERE username = 'resident'")

        register(email="resident@example.org")

        assert not letters()


class TestActivation:
    def test_opening_the_link_changes_nothing(self) -> None:
        register()
        for _ in range(3):
            assert activations.get_pending(token=token()).username == "kamalia"

        with pytest.raises(sign_in.NotActivated):
            enter()

    def test_happens_once(self) -> None:
        register_and_activate()

        with pytest.raises(activations.AlreadyActivated):
            activations.activate_login(token=token(), address=HOME)

    def test_expires_after_a_day(self, monkeypatch: pytest.MonkeyPatch) -> None:
        register()
        later(monkeypatch, hours=24, seconds=1)

        with pytest.raises(activations.ActivationRefused):
            activations.get_pending(token=token())
        with pytest.raises(activations.ActivationRefused):
            activations.activate_login(token=token(), address=HOME)

    @pytest.mark.parametrize("token", ["", "made-up", "\x00", "🙂", "x" * 10_000_000, "\ud800"])
    def test_refuses_an_invalid_token(self, token: str) -> None:
        with pytest.raises(activations.ActivationRefused):
            activations.activate_login(token=token, address=HOME)

    def test_does_not_store_the_token(self) -> None:
        register()

        assert token() not in str(fetch("SELECT t::text FROM login_token t"))


class TestSendAgain:
    def test_waits_a_minute_and_sends_a_link_that_replaces_the_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        register()
        with pytest.raises(attempts.TooSoon):
            registrations.resend_activation(name="kamalia@example.org", address=HOME)
        later(monkeypatch, seconds=61)

        registrations.resend_activation(name="kamalia@example.org", address=HOME)

        assert len(letters()) == 2
        with pytest.raises(activations.ActivationRefused):
            activations.get_pending(token=token(0))
        assert activations.get_pending(token=token(1)).username == "kamalia"

    def test_sends_five_more_a_day_by_any_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        register()
        for number in range(5):
            later(monkeypatch, seconds=61)
            registrations.resend_activation(
                name="kamalia" if number % 2 else "kamalia@example.org", address=HOME
            )
        later(monkeypatch, seconds=61)

        for name in ("kamalia", "kamalia@example.org"):
            with pytest.raises(attempts.TooSoon):
                registrations.resend_activation(name=name, address=HOME)
        assert len(letters()) == 6

    @pytest.mark.parametrize("name", ["nobody@example.org", "resident@example.org", ""])
    def test_answers_alike_where_there_is_nothing_to_send(self, name: str) -> None:
        registrations.resend_activation(name=name, address=HOME)

        with pytest.raises(attempts.TooSoon):
            registrations.resend_activation(name=name, address=HOME)
        assert not letters()


class TestStaleRegistrations:
    def test_are_deleted_after_a_week(self, monkeypatch: pytest.MonkeyPatch) -> None:
        register(wants_news=True)
        register_and_activate(username="lively", email="lively@example.org")
        register(username="reserved", email="resident@example.org")
        later(monkeypatch, days=6, hours=23)
        registrations.remove_stale_registrations()
        assert len(fetch("SELECT FROM login WHERE username IN ('kamalia', 'reserved')")) == 2
        later(monkeypatch, hours=2)

        registrations.remove_stale_registrations()

        assert fetch("SELECT FROM login WHERE username IN ('kamalia', 'reserved')") == []
        assert len(fetch("SELECT FROM login WHERE username = 'lively'")) == 1
        assert fetch("SELECT count(*) FROM login_contact WHERE email LIKE 'kamalia%'") == [(0,)]
        assert register() == "kamalia@example.org"


def test_a_network_registers_sixty_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrations, "_OF_NETWORK_A_DAY", 4)
    register()
    register(username="second", email="second@example.org")

    with pytest.raises(attempts.TooSoon):
        register(username="third", email="third@example.org")
