"""A stranger registers, loses the password and recovers it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.looks import PHONE
from tests.kit.portal import Portal

pytestmark = pytest.mark.journey
FIRST, SECOND = "Sirenevy-Tuman-7", "Vechernij-Zvon-8"


def captcha_digits(portal: Portal, page: Page) -> str:
    """Return the digits of the captcha on the screen."""
    address = page.locator(".kb-captcha img").get_attribute("src") or ""
    key = re.search(r"[0-9a-f-]{36}", address)
    assert key is not None
    return str(portal.read(f"SELECT digits FROM captcha WHERE id = '{key[0]}'")[0][0])


def link(portal: Portal, page: str) -> str:
    """The link of the last letter that leads to a screen."""
    letters = portal.read(
        f"SELECT body_text FROM letter WHERE body_text LIKE '%/{page}?%' ORDER BY id DESC"
    )
    found = re.search(rf"/{page}\?token=[\w-]+", letters[0][0])
    assert found is not None
    return f"{portal.url}{found[0]}"


def fill(page: Page, *, password: str = FIRST) -> None:
    for label, value in (
        ("Фамилия", "Ситдикова"),
        ("Имя", "Камалия"),
        ("Имя пользователя", "kamalia"),
        ("E-mail", "kamalia@example.org"),
        ("Повтор пароля", password),
    ):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("textbox", name="Пароль", exact=True).fill(password)
    page.get_by_text("нет отчества").click()
    page.get_by_text("Я принимаю").click(position={"x": 5, "y": 8})


def sign_in(page: Page, *, name: str, password: str) -> None:
    page.get_by_label("Имя пользователя").fill(name)
    page.get_by_role("textbox", name="Пароль").fill(password)
    page.get_by_role("button", name="Войти").click()


def register(page: Page, portal: Portal) -> None:
    """Register; a new code and a wrong code do not clear the form."""
    page.goto(portal.url)
    page.get_by_role("link", name="Зарегистрироваться").click()
    fill(page)

    before = captcha_digits(portal, page)
    page.get_by_role("button", name="Загрузить новый код").click()
    expect(page.get_by_role("status").filter(has_text="Загружен новый код")).to_have_count(1)
    assert captcha_digits(portal, page) != before
    page.get_by_label("Код с картинки").fill("00000")
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_role("alert").filter(has_text="введён неверно")).to_be_visible()
    expect(page.get_by_label("Фамилия")).to_have_value("Ситдикова")
    page.get_by_label("Код с картинки").fill(captcha_digits(portal, page))
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_text("Мы отправили письмо на kamalia@example.org")).to_be_visible()


def test_a_stranger_registers_and_recovers_a_lost_password(
    context: BrowserContext, another: Callable[..., BrowserContext], portal: Portal
) -> None:
    page = context.new_page()
    register(page, portal)

    # the letter is opened on a phone; only the button confirms, and only once
    phone = another(viewport=PHONE).new_page()
    activation = link(portal, "activation")
    phone.goto(activation)
    phone.get_by_role("button", name="Подтвердить регистрацию").click()
    expect(phone.get_by_role("heading", name="Вход в личный кабинет")).to_be_visible()
    expect(phone.get_by_text("Регистрация подтверждена")).to_be_visible()
    phone.goto(activation)
    expect(phone.get_by_text("уже подтверждена")).to_be_visible()

    page.get_by_role("link", name="На страницу входа").click()
    sign_in(page, name="Kamalia", password=FIRST)
    expect(page.get_by_text("Здравствуйте, Камалия")).to_be_visible()
    assert portal.read("SELECT address, browser FROM web_session ORDER BY id DESC LIMIT 1") == [
        ("127.0.0.1", "Chromium на Linux")
    ]

    # the password is reset by letter, which ends the session in the first browser
    phone.get_by_role("link", name="Войти").click()
    phone.get_by_role("link", name="Забыли пароль?").click()
    phone.get_by_label("Имя пользователя или e-mail").fill("kamalia@example.org")
    phone.get_by_label("Код с картинки").fill(captcha_digits(portal, phone))
    phone.get_by_role("button", name="Отправить письмо").click()
    expect(phone.get_by_text("Если такая учётная запись есть")).to_be_visible()
    recovery = link(portal, "new_password")
    phone.goto(recovery)
    phone.get_by_label("Новый пароль").fill(SECOND)
    phone.get_by_label("Повтор пароля").fill(SECOND)
    phone.get_by_role("button", name="Сохранить пароль").click()
    expect(phone.get_by_text("Пароль изменён")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Вход в личный кабинет")).to_be_visible()

    sign_in(phone, name="kamalia", password=FIRST)
    expect(phone.get_by_role("alert").filter(has_text="Неверное имя")).to_be_visible()
    sign_in(phone, name="kamalia", password=SECOND)
    expect(phone.get_by_text("Здравствуйте, Камалия")).to_be_visible()

    # a used link, the back button and an expired link all explain themselves
    page.goto(recovery)
    expect(page.get_by_text("больше не действует")).to_be_visible()
    page.get_by_role("link", name="Запросить новое письмо").click()
    expect(page.get_by_label("Имя пользователя или e-mail")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("больше не действует")).to_be_visible()
    portal.execute("DELETE FROM attempt")


def test_an_expired_link_explains_itself_and_offers_a_new_one(
    context: BrowserContext, portal: Portal
) -> None:
    token = "made-by-the-test"
    portal.execute(
        "INSERT INTO login_token (login_id, purpose, token_hash, created_at, expires_at) "
        f"SELECT id, 'recovery', sha256('{token}'), now() - interval '1 hour', "
        "now() - interval '30 minutes' FROM login WHERE username = 'resident'"
    )
    page = context.new_page()

    page.goto(f"{portal.url}/new_password?token={token}")

    expect(page.get_by_text("больше не действует")).to_be_visible()
    page.get_by_role("link", name="Запросить новое письмо").click()
    expect(page.get_by_role("heading", name="Восстановление доступа")).to_be_visible()
