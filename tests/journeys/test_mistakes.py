"""A mistake in a text: from the reader's report to the decision of staff."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.test_keyboard import tab_to
from tests.kit.looks import PHONE, find_serious
from tests.kit.portal import Portal, wait_until_drawn

pytestmark = pytest.mark.journey
# select the words like a mouse
_SELECT = """(element, words) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + words.length);
  }
}"""


def select(page: Page, words: str, within: str) -> None:
    page.locator(within).first.evaluate(_SELECT, words)


def test_a_report_of_selected_words_reaches_the_staff(
    context: BrowserContext,
    another: Callable[..., BrowserContext],
    enter: Callable[..., Page],
    portal: Portal,
) -> None:
    page = enter(context, at="/guide?section=meters")
    wait_until_drawn(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".kb-hint")).to_contain_text("Сначала выделите слова")
    select(page, "Передать показания", ".kb-chapter")
    page.keyboard.press("Control+Enter")

    dialog = page.get_by_role("dialog", name="Ошибка в тексте")
    expect(dialog.locator("mark")).to_have_text("Передать показания")
    assert find_serious(page) == []
    # by keyboard only: the field has the focus, and Tab stays in the dialog
    page.keyboard.type("Лучше «отправить»")
    for name in ("Отправить", "Отмена", "", "Отправить"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        assert page.evaluate("document.activeElement.tagName === 'TEXTAREA'") == (not name)
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("Спасибо!")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    other_browser = another()
    desk = enter(other_browser, "staff", at="/mistakes_desk")
    expect(desk.locator(".kb-mistake-words mark").first).to_have_text("Передать показания")
    expect(desk.get_by_text("Лучше «отправить»")).to_be_visible()
    expect(desk.get_by_text("Руководство пользователя (/guide?section=meters)")).to_be_visible()
    assert find_serious(desk) == []
    desk.get_by_role("button", name="Исправлено").click()
    expect(desk.get_by_text("читатель получит письмо")).to_be_visible()


def test_a_stranger_on_a_phone_reports_by_the_link(
    another: Callable[..., BrowserContext], portal: Portal
) -> None:
    context = another(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(portal.url)
    wait_until_drawn(page)
    select(page, "личный кабинет", "h1")
    page.get_by_role("button", name="Сообщить об ошибке").tap()
    dialog = page.get_by_role("dialog", name="Ошибка в тексте")
    expect(dialog.locator("mark")).to_have_text("личный кабинет")
    dialog.get_by_role("button", name="Отмена").tap()
    expect(dialog).to_be_hidden()

    # without a selection the words are typed
    page.evaluate("getSelection().removeAllRanges()")
    page.get_by_role("button", name="Сообщить об ошибке").tap()
    dialog.get_by_label("Слова с ошибкой").fill("Вход в личный кабинет")
    assert find_serious(page) == []
    dialog.get_by_role("button", name="Отправить").dblclick()

    expect(dialog.get_by_role("status")).to_contain_text("Спасибо!")
    rows = portal.read(
        "SELECT screen, login_id FROM mistake WHERE selected = 'Вход в личный кабинет'"
    )
    assert [tuple(row) for row in rows] == [("/", None)]


def test_help_leads_to_the_chapter_by_keyboard(
    context: BrowserContext, enter: Callable[..., Page]
) -> None:
    page = enter(context, at="/charges")
    expect(page.get_by_role("heading", name="Начисления")).to_be_visible()
    tab_to(page, "Справка")
    page.keyboard.press("Enter")
    tab_to(page, "Подробнее в руководстве")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="По месяцам")).to_be_visible()
    picture = page.locator(".kb-shot img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_attribute("src", re.compile(r"^/guide-pictures/charges\.webp$"))
    page.wait_for_function("document.querySelector('.kb-shot img').naturalWidth > 0")
