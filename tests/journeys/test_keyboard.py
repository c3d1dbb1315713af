"""From sign-in to the receipt by keyboard only."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.portal import PASSWORD, Portal

pytestmark = pytest.mark.journey
_MOST_TABS = 40
_FOCUSED = """() => {
  const e = document.activeElement;
  // the scrolling area can be focused as well, and holds every word of the screen
  if (!['INPUT', 'BUTTON', 'A', 'SUMMARY'].includes(e.tagName)) return '';
  return e.getAttribute('aria-label') || (e.labels && e.labels[0] && e.labels[0].innerText)
    || e.innerText || '';
}"""


def tab_to(page: Page, name: str) -> None:
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        if name in page.evaluate(_FOCUSED):
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_a_resident_reaches_the_receipt_without_a_mouse(
    context: BrowserContext, portal: Portal, tmp_path: Path
) -> None:
    page = context.new_page()
    page.goto(portal.url)
    page.get_by_label("Имя пользователя").wait_for()
    tab_to(page, "Имя пользователя")
    page.keyboard.type("resident")
    tab_to(page, "Пароль")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".kb-sum").first).to_have_text("Долг: 126,93 ₽")

    tab_to(page, "История начислений")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="За октябрь 2014 года")).to_be_visible()
    tab_to(page, "Сохранить квитанцию")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")

    saved.value.save_as(tmp_path / "receipt.pdf")
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")


def test_folded_sections_open_by_keyboard(context: BrowserContext, portal: Portal) -> None:
    page = context.new_page()
    page.goto(portal.url)
    page.get_by_label("Имя пользователя").fill("resident")
    page.get_by_role("textbox", name="Пароль").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".kb-sum").first).to_be_visible()
    expect(page.get_by_text("МП «Пример-Водоканал»").first).to_be_hidden()

    tab_to(page, "Поставщики и тарифы")
    page.keyboard.press("Enter")

    expect(page.get_by_text("МП «Пример-Водоканал»").first).to_be_visible()
