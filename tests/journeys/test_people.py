"""An administrator invites an employee and blocks the login."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.faults import SOAK
from tests.kit.looks import PHONE, SIDEWAYS, WIDE, find_serious
from tests.kit.portal import Portal, wait_until_drawn

pytestmark = pytest.mark.journey
PASSWORD = "new-Parol-2026"


def check_look(page: Page) -> None:
    """Check that nothing scrolls sideways and axe finds nothing serious."""
    wait_until_drawn(page)
    assert page.evaluate(SIDEWAYS) <= 0, page.url
    assert find_serious(page) == [], page.url


def link_of_the_letter(context: BrowserContext, portal: Portal, to: str) -> str:
    """Wait for the latest letter to a person and return its link."""
    page = context.new_page()
    letter = page.get_by_role("listitem").filter(has_text=to).first
    for _ in range(40):
        page.goto(f"{portal.url}/mailbox")
        if letter.count():
            break
        page.wait_for_timeout(250)
    letter.get_by_role("link").click()
    page.wait_for_load_state()
    found = re.search(r"https?://[^\s\"<]+/invitation\?token=[\w-]+", page.content())
    assert found
    page.close()
    return found[0]


def test_an_invited_employee_signs_in_and_is_out_after_being_blocked(
    another: Callable[..., BrowserContext],
    context: BrowserContext,
    enter: Callable[..., Page],
    portal: Portal,
) -> None:
    admin = enter(context, "admin", at="/people")
    wait_until_drawn(admin)
    admin.get_by_text("Пригласить сотрудника").click()
    admin.get_by_label("Фамилия").fill("Иванова")
    admin.get_by_label("Имя", exact=True).fill("Мария")
    admin.get_by_label("E-mail").fill("maria@example.org")
    admin.get_by_role("combobox", name=re.compile("Организация")).click()
    admin.get_by_role("option", name="ОАО «Камал»").click()
    admin.get_by_role("button", name="Отправить приглашение").click()
    expect(admin.get_by_text("Приглашение отправлено")).to_be_visible()

    other_browser = another(viewport=PHONE)
    link = link_of_the_letter(other_browser, portal, "maria@example.org")
    maria = other_browser.new_page()
    maria.goto(link)
    check_look(maria)
    maria.get_by_label("Имя пользователя").fill("m.ivanova")
    maria.get_by_role("textbox", name="Пароль", exact=True).fill(PASSWORD)
    maria.get_by_role("textbox", name="Повтор пароля").fill(PASSWORD)
    maria.get_by_text("Принимаю пользовательское соглашение").click()
    maria.get_by_role("button", name="Создать учётную запись").click()
    expect(maria.get_by_text("Учётная запись создана")).to_be_visible()
    maria.goto(link)
    expect(maria.get_by_text("Приглашение не действует")).to_be_visible()
    maria.goto(portal.url)
    maria.get_by_label("Имя пользователя").fill("m.ivanova")
    maria.get_by_role("textbox", name="Пароль").fill(PASSWORD)
    maria.get_by_role("button", name="Войти").click()
    expect(maria.get_by_text("Здравствуйте, Мария")).to_be_visible()
    expect(maria.get_by_text("ОАО «Камал»")).to_be_visible()

    admin.goto(f"{portal.url}/people?search=ivanova")
    wait_until_drawn(admin)
    admin.get_by_role("link", name="m.ivanova").click()
    admin.get_by_role("button", name="Заблокировать").click()
    expect(admin.get_by_text("Вход закрыт")).to_be_visible()

    main = maria.get_by_test_id("stMain")
    main.get_by_role("link", name="Заявки на лицевые счета").click()

    expect(maria.get_by_label("Имя пользователя")).to_be_visible()
    assert "Здравствуйте" not in maria.locator("body").inner_text()
    the_log_tells_it(admin, portal)


def the_log_tells_it(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/audit?login=m.ivanova")
    wait_until_drawn(page)
    rows = page.locator("table.kb-audit tbody tr")
    expect(rows.first).to_contain_text("Учётная запись заблокирована")
    expect(rows.first).to_contain_text("admin")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Выгрузить в CSV").click()
    assert "учётная запись: m.ivanova" in saved.value.path().read_text("utf-8-sig")


LOOKS = [("dark", PHONE)]
if SOAK > 1:
    LOOKS += [("light", WIDE), ("light", PHONE), ("dark", WIDE)]


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_the_administrators_screens_have_no_serious_faults(
    another: Callable[..., BrowserContext],
    enter: Callable[..., Page],
    portal: Portal,
    scheme: str,
    size: dict[str, int],
) -> None:
    context = another(viewport=size, color_scheme=scheme)
    page = enter(context, "admin")
    for path in ("/people", "/people?login=2", "/audit"):
        page.goto(f"{portal.url}{path}")
        check_look(page)
