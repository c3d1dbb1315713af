"""A press counts even if the page moves while the button is held down."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.kit.portal import PASSWORD, Portal, wait_until_drawn

pytestmark = pytest.mark.journey
NAME = "press.journey"
_LOGIN = f"""
INSERT INTO login (username, password_hash, role, activated_at)
SELECT '{NAME}', password_hash, role, now() FROM login WHERE username = 'resident';
INSERT INTO login_contact (login_id, last_name, first_name, email)
SELECT id, 'Нажимова', 'Анна', 'press@example.org' FROM login WHERE username = '{NAME}';
"""


@pytest.fixture
def removal(portal: Portal, context: BrowserContext, enter: Callable[..., Page]) -> Page:
    """The form that removes a login, opened and filled in with a wrong password."""
    for statement in filter(str.strip, _LOGIN.split(";")):
        portal.execute(statement)
    page = enter(context, NAME, at="/profile?section=Данные")
    wait_until_drawn(page)
    return page


def press_down(page: Page, button: Locator) -> None:
    page.wait_for_function("document.getAnimations().length === 0")  # the section is open
    button.hover()
    page.mouse.down()


def move_form(page: Page) -> None:
    """Let the form move away from under the pointer."""
    page.get_by_test_id("stForm").evaluate("form => { form.style.transform = 'translateY(150px)' }")


def test_a_press_counts_even_if_the_screen_moves(removal: Page, portal: Portal) -> None:
    prepare = removal.get_by_role("button", name="Подготовить копию")
    prepare.click()
    expect(removal.get_by_text("Готовим копию: обычно это меньше минуты.")).to_be_visible()
    removal.get_by_text("Удалить учётную запись").click()
    password = removal.get_by_role("textbox", name="Пароль")
    password.fill(f"not {PASSWORD}")
    button = removal.get_by_role("button", name="Удалить навсегда")

    # while the button is held the screen redraws: the copy is ready, the message above disappears
    press_down(removal, button)
    expect(removal.get_by_role("link", name="Скачать архив")).to_be_visible(timeout=60_000)
    wait_until_drawn(removal)
    expect(removal.get_by_text("Готовим копию: обычно это меньше минуты.")).to_have_count(0)
    removal.mouse.up()
    wrong = removal.get_by_text("Текущий пароль указан неверно")
    expect(wrong).to_be_visible()

    # no matter what is under the pointer at the end
    removal.reload()
    wait_until_drawn(removal)
    removal.get_by_text("Удалить учётную запись").click()
    password.fill(f"not {PASSWORD}")
    press_down(removal, button)
    move_form(removal)
    removal.mouse.up()
    expect(wrong).to_be_visible()

    # moving the pointer away cancels the press
    removal.reload()
    wait_until_drawn(removal)
    removal.get_by_text("Удалить учётную запись").click()
    password.fill(f"not {PASSWORD}")
    press_down(removal, button)
    removal.mouse.move(1200, 300)
    removal.mouse.up()
    wait_until_drawn(removal)
    expect(password).to_have_value(f"not {PASSWORD}")
    expect(wrong).to_have_count(0)
    assert portal.read(f"SELECT 1 FROM login WHERE username = '{NAME}'")
