"""A resident manages their login and deletes it."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.portal import PASSWORD, Portal, wait_until_drawn

pytestmark = pytest.mark.journey
NAME, NEW_PASSWORD = "profile.journey", "novyj-Parol-2026"


# a separate login with the resident's password and accounts
_LOGIN = f"""
INSERT INTO login (username, password_hash, role, activated_at)
SELECT '{NAME}', password_hash, role, now() FROM login WHERE username = 'resident';
INSERT INTO login_contact (login_id, last_name, first_name, email)
SELECT id, 'Пробная', 'Анна', 'anna@example.org' FROM login WHERE username = '{NAME}';
INSERT INTO account_access (login_id, account_id, level)
SELECT new.id, held.account_id, held.level FROM login new, account_access held
JOIN login old ON old.id = held.login_id
WHERE new.username = '{NAME}' AND old.username = 'resident'
"""


@pytest.fixture
def login(portal: Portal) -> str:
    for statement in _LOGIN.split(";"):
        portal.execute(statement)
    return NAME


def section(page: Page, portal: Portal, name: str) -> None:
    page.goto(f"{portal.url}/profile")
    wait_until_drawn(page)
    page.get_by_role("tab", name=name).click()


def type_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Имя пользователя").fill(name)
    page.get_by_role("textbox", name="Пароль").fill(password)
    page.get_by_role("button", name="Войти").click()


def shows_the_sign_in(page: Page) -> None:
    page.reload()
    expect(page.get_by_role("heading", name="Вход в личный кабинет")).to_be_visible()


def test_a_resident_changes_the_password_and_deletes_the_login(
    another: Callable[..., BrowserContext],
    context: BrowserContext,
    sign_in: Callable[..., Page],
    portal: Portal,
    login: str,
) -> None:
    elsewhere = another()
    page, other = sign_in(context, login), sign_in(elsewhere, login)

    # a new password: this browser stays signed in, the other one does not
    section(page, portal, "Безопасность")
    page.get_by_role("textbox", name="Текущий пароль").fill(PASSWORD)
    page.get_by_role("textbox", name="Новый пароль", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("textbox", name="Новый пароль ещё раз").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Сменить пароль").click()
    expect(page.get_by_text("Пароль изменён.")).to_be_visible()
    shows_the_sign_in(other)

    # the other browser signs in again and its session is ended from here
    type_in(other, login, NEW_PASSWORD)
    expect(other.get_by_text("Здравствуйте, Анна")).to_be_visible()
    section(page, portal, "Безопасность")
    expect(page.get_by_text("Это устройство")).to_have_count(1)
    page.get_by_role("button", name="Завершить", exact=True).click()
    expect(page.get_by_text("Сеанс завершён.")).to_be_visible()
    shows_the_sign_in(other)

    # a copy of all stored data
    section(page, portal, "Данные")
    page.get_by_role("button", name="Подготовить копию").click()
    ready = page.get_by_role("link", name="Скачать архив")
    expect(ready).to_be_visible(timeout=60_000)
    address = f"{portal.url}{ready.get_attribute('href')}"
    answer = context.request.get(address)
    with zipfile.ZipFile(io.BytesIO(answer.body())) as archive:
        kept = json.loads(archive.read("json/login.json"))
        assert [row["username"] for row in kept] == [login]
        assert len(json.loads(archive.read("json/accounts.json"))) == 2
    assert elsewhere.request.get(address).status == 404

    # delete the login
    wait_until_drawn(page)
    page.get_by_text("Удалить учётную запись").click()
    page.get_by_role("textbox", name="Пароль").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Удалить навсегда").click()
    expect(page.get_by_text("Учётная запись удалена.")).to_be_visible()
    expect(page.get_by_role("heading", name="Вход в личный кабинет")).to_be_visible()
    type_in(page, login, NEW_PASSWORD)
    expect(page.get_by_text("Неверное имя пользователя или пароль")).to_be_visible()
