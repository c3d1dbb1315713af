"""The screens of sign-in, registration, activation and recovery."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, event
from streamlit.testing.v1 import AppTest

from lib.access import Actor
from lib.services import captchas
from lib.services.people import recoveries, sign_in
from lib.ui import session
from tests.kit.identity import FORM, HOME, VISIT, fetch, letters, register, solve_captcha, token
from tests.kit.pages import MAIN, markup

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE")
OpenScreen = Callable[..., AppTest]


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: Connection) -> OpenScreen:
    def show(screen: str | None, actor: Actor | None = None, **query: str) -> AppTest:
        monkeypatch.setattr(sign_in, "find_actor", lambda **_: actor)
        monkeypatch.setattr(session, "get_visit", lambda: VISIT)
        monkeypatch.setattr(session, "get_address", lambda: HOME)
        page = AppTest.from_file(str(MAIN), default_timeout=120).run()
        if screen:
            page.switch_page(screen)
            for name, value in query.items():
                page.query_params[name] = value
            page.run()
        assert not page.exception
        return page

    return show


@pytest.fixture
def statements(db: Connection) -> Iterator[list[str]]:
    seen: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(COUNTED):
            seen.append(statement)

    event.listen(db, "before_cursor_execute", listen)
    yield seen
    event.remove(db, "before_cursor_execute", listen)


def field(page: AppTest, label: str) -> Any:
    return next(field for field in page.text_input if field.label == label)


def button(page: AppTest, label: str) -> Any:
    return next(button for button in page.button if button.label == label)


def captcha_digits(page: AppTest) -> str:
    """Return the digits of the captcha on the screen."""
    key = UUID(field(page, "Код с картинки").key.rpartition(".")[2])
    digits = captchas.find_digits(key=key, visit=VISIT)
    assert digits is not None
    return digits


def fill(page: AppTest, **changed: Any) -> None:
    form = FORM | changed
    field(page, "Фамилия").set_value(form["last_name"])
    field(page, "Имя").set_value(form["first_name"])
    field(page, "Отчество").set_value(form["middle_name"] or "")
    field(page, "Имя пользователя").set_value(form["username"])
    field(page, "E-mail").set_value(form["email"])
    field(page, "Пароль").set_value(form["password"])
    field(page, "Повтор пароля").set_value(form["repeated"])
    page.checkbox[0].set_value(form["middle_name"] is None)
    page.checkbox[1].set_value(form["agrees"])
    page.checkbox[2].set_value(form["wants_news"])


class TestRegistration:
    SCREEN = "public/registration.py"

    def test_asks_for_every_field_with_nothing_ticked(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN)

        assert [field.label for field in page.text_input] == [
            "Фамилия",
            "Имя",
            "Отчество",
            "Имя пользователя",
            "E-mail",
            "Пароль",
            "Повтор пароля",
            "Код с картинки",
        ]
        assert page.checkbox[0].label == "нет отчества"
        assert not any(checkbox.value for checkbox in page.checkbox)
        assert 'src="/captcha/' in markup(page)
        assert "Прослушать код" in markup(page)
        assert "Загрузить новый код" in markup(page)

    def test_sends_a_letter_and_says_where(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN)
        fill(page, middle_name=None)
        field(page, "Код с картинки").set_value(captcha_digits(page))
        button(page, "Зарегистрироваться").click().run()

        assert "<b>kamalia@example.org</b>" in markup(page)
        assert letters()[-1].recipient == "kamalia@example.org"

        button(page, "Отправить ещё раз").click().run()
        assert "Подождите" in page.warning[0].value

    def test_a_wrong_code_loses_nothing_that_was_typed(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN)
        fill(page, agrees=True, wants_news=True)
        field(page, "Код с картинки").set_value("0")
        first = field(page, "Код с картинки").key
        button(page, "Зарегистрироваться").click().run()

        assert "Код с картинки" in page.error[0].value
        assert field(page, "Код с картинки").key != first
        assert field(page, "Код с картинки").value == ""
        assert field(page, "Фамилия").value == FORM["last_name"]
        assert field(page, "Пароль").value == FORM["password"]
        assert page.checkbox[2].value
        field(page, "Код с картинки").set_value(captcha_digits(page))
        button(page, "Зарегистрироваться").click().run()
        assert letters()

    def test_names_what_is_wrong_and_keeps_the_code(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN)
        fill(page, last_name="", agrees=False)
        typed = captcha_digits(page)
        field(page, "Код с картинки").set_value(typed)
        button(page, "Зарегистрироваться").click().run()

        assert "Фамилия" in page.error[0].value
        assert "соглашение" in page.error[0].value
        assert field(page, "Код с картинки").value == typed

    def test_a_taken_login_is_reported_at_once(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN)
        fill(page, username="resident")
        field(page, "Код с картинки").set_value(captcha_digits(page))
        button(page, "Зарегистрироваться").click().run()

        assert "занято" in page.error[0].value

    def test_without_cookies_says_so(
        self, open_screen: OpenScreen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = open_screen(self.SCREEN)
        monkeypatch.setattr(session, "get_visit", lambda: "")
        page.run()

        assert "cookie" in page.warning[0].value

    def test_draws_with_few_statements(
        self, open_screen: OpenScreen, statements: list[str]
    ) -> None:
        page = open_screen(self.SCREEN)
        assert len(statements) <= 1
        page.run()

        assert len(statements) <= 1


class TestActivation:
    SCREEN = "public/activation.py"

    def test_asks_for_a_click_and_leads_to_sign_in(self, open_screen: OpenScreen) -> None:
        register()
        page = open_screen(self.SCREEN, token=token())
        assert fetch("SELECT activated_at FROM login WHERE username = 'kamalia'") == [(None,)]

        button(page, "Подтвердить регистрацию").click().run()

        assert "Регистрация подтверждена" in page.success[0].value
        assert "Вход в личный кабинет</h1>" in markup(page)

    def test_of_a_link_used_twice_leads_to_sign_in(self, open_screen: OpenScreen) -> None:
        register()
        page = open_screen(self.SCREEN, token=token())
        button(page, "Подтвердить регистрацию").click().run()

        page = open_screen(self.SCREEN, token=token())

        assert "уже подтверждена" in page.warning[0].value
        assert ">Войти</a>" in markup(page)

    @pytest.mark.parametrize("link", ["", "made-up", "<script>", "🙂" * 99])
    def test_of_a_dead_link_explains_and_offers_a_next_step(
        self, open_screen: OpenScreen, link: str
    ) -> None:
        page = open_screen(self.SCREEN, token=link)

        assert "больше не действует" in page.warning[0].value
        assert 'href="/registration"' in markup(page)


class TestRecovery:
    SCREEN = "public/recovery.py"

    @pytest.mark.parametrize("name", ["resident", "nobody"])
    def test_says_the_same_for_any_name(self, open_screen: OpenScreen, name: str) -> None:
        page = open_screen(self.SCREEN)
        page.text_input[0].set_value(name)
        field(page, "Код с картинки").set_value(captcha_digits(page))
        button(page, "Отправить письмо").click().run()

        assert "Если такая учётная запись есть" in markup(page)
        assert len(letters()) == (name == "resident")
        button(page, "Запросить ещё раз").click().run()
        assert page.text_input[0].label == "Имя пользователя или e-mail"

    def test_a_wrong_code_keeps_the_name(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN)
        page.text_input[0].set_value("resident")
        field(page, "Код с картинки").set_value("0")
        button(page, "Отправить письмо").click().run()

        assert "Код с картинки" in page.error[0].value
        assert page.text_input[0].value == "resident"

    def test_without_a_name_asks_for_it(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN)
        button(page, "Отправить письмо").click().run()

        assert page.error[0].value == "Введите имя пользователя или e-mail."


class TestNewPassword:
    SCREEN = "public/new_password.py"

    def link(self) -> str:
        recoveries.request_recovery(
            name="resident", captcha=solve_captcha(), visit=VISIT, address=HOME
        )
        return token()

    def test_is_set_and_leads_to_sign_in(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN, token=self.link())
        page.text_input[0].set_value("Novy-Parol-2015")
        page.text_input[1].set_value("Novy-Parol-2015")
        button(page, "Сохранить пароль").click().run()

        assert "Пароль изменён" in page.success[0].value
        assert "Вход в личный кабинет</h1>" in markup(page)

    def test_that_is_refused_may_be_typed_again(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN, token=self.link())
        page.text_input[0].set_value("short")
        button(page, "Сохранить пароль").click().run()
        assert "от 10 до 64" in page.error[0].value

        page.text_input[0].set_value("Novy-Parol-2015")
        button(page, "Сохранить пароль").click().run()
        assert "не совпадают" in page.error[0].value

    def test_by_a_dead_link_leads_to_a_new_one(self, open_screen: OpenScreen) -> None:
        page = open_screen(self.SCREEN, token="made-up")

        assert "больше не действует" in page.warning[0].value
        assert 'href="/recovery"' in markup(page)

    def test_set_by_somebody_signed_in_leads_on(
        self, open_screen: OpenScreen, resident: Actor
    ) -> None:
        page = open_screen(self.SCREEN, actor=resident, token=self.link())
        page.text_input[0].set_value("Novy-Parol-2015")
        page.text_input[1].set_value("Novy-Parol-2015")
        button(page, "Сохранить пароль").click().run()

        assert "Пароль изменён" in page.success[0].value
        assert ">Войти</a>" in markup(page)


@pytest.mark.parametrize("screen", ["public/registration.py", "public/recovery.py"])
def test_somebody_signed_in_gets_a_message(
    open_screen: OpenScreen, resident: Actor, screen: str
) -> None:
    page = open_screen(screen, actor=resident)

    assert "Вы уже вошли как <b>resident</b>" in markup(page)
    assert not page.text_input


class TestSignIn:
    def enter(self, page: AppTest, name: str = "resident", password: str = "wrong") -> None:
        field(page, "Имя пользователя").set_value(name)
        field(page, "Пароль").set_value(password)
        button(page, "Войти").click().run()
        assert not page.exception

    def test_leads_to_registration_and_recovery(self, open_screen: OpenScreen) -> None:
        page = open_screen(None)

        assert '<a href="/recovery">Забыли пароль?</a>' in markup(page)
        assert '<a href="/registration">Зарегистрироваться</a>' in markup(page)

    def test_asks_for_a_code_after_three_failures_and_loses_nothing(
        self, open_screen: OpenScreen
    ) -> None:
        page = open_screen(None)
        for _ in range(3):
            self.enter(page)
            assert "Неверное имя" in page.error[0].value
        assert "kb-captcha" not in markup(page)

        self.enter(page, password="demo-Parol-2014")

        assert "Введите код" in page.error[0].value
        assert field(page, "Имя пользователя").value == "resident"
        assert field(page, "Пароль").value == "demo-Parol-2014"
        field(page, "Код с картинки").set_value("0")
        button(page, "Войти").click().run()
        assert "Код с картинки введён неверно" in page.error[0].value
        field(page, "Код с картинки").set_value(captcha_digits(page))
        button(page, "Войти").click().run()
        assert 'action="/session"' in markup(page)

    def test_a_pause_keeps_the_code_that_was_typed(self, open_screen: OpenScreen) -> None:
        page = open_screen(None)
        for _ in range(4):
            self.enter(page)
        for _ in range(3):
            field(page, "Код с картинки").set_value(captcha_digits(page))
            self.enter(page)
            if "Подождите" in page.error[0].value:
                break

        assert "Подождите" in page.error[0].value
        assert field(page, "Код с картинки").value == captcha_digits(page)

    def test_offers_the_letter_again_to_the_right_password_alone(
        self, open_screen: OpenScreen
    ) -> None:
        register()
        page = open_screen(None)
        self.enter(page, name="kamalia")
        assert not [button for button in page.button if button.label == "Отправить ещё раз"]

        self.enter(page, name="kamalia", password=FORM["password"])

        assert "ещё не подтверждена" in page.error[0].value
        button(page, "Отправить ещё раз").click().run()
        assert "Подождите" in page.warning[0].value
