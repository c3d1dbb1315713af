"""A resident submits all readings by keyboard; staff return a doubtful one."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.looks import PHONE, find_serious
from tests.kit.portal import Portal, wait_until_drawn

pytestmark = pytest.mark.journey
_LAST = (
    "SELECT DISTINCT ON (m.serial) m.serial, r.value, m.decimals FROM meter m JOIN reading r "
    "ON r.account_id = m.account_id AND r.meter_id = m.id ORDER BY m.serial, r.taken_on DESC"
)
_DOUBTFUL = "ХВ-100154"


def check_look(page: Page) -> None:
    wait_until_drawn(page)
    assert find_serious(page) == [], page.url


def fill_all(page: Page, portal: Portal) -> int:
    """Type higher readings for all meters but one, which stays the same; send by Enter."""
    last = {serial: value for serial, value, _ in portal.read(_LAST)}
    fields = page.get_by_role("textbox").all()
    for field in fields:
        label = field.get_attribute("aria-label") or ""
        serial = re.sub(r".*№ (\S+).*", r"\1", label)
        more = 0 if serial == _DOUBTFUL else 1
        field.focus()
        page.keyboard.type(f"{last[serial] + more:.3f}".replace(".", ","))
    page.keyboard.press("Enter")
    return len(fields)


def test_a_resident_submits_all_confirms_one_corrects_one_and_staff_return_one(
    another: Callable[..., BrowserContext],
    context: BrowserContext,
    enter: Callable[..., Page],
    portal: Portal,
) -> None:
    page = enter(context, at="/meters")
    wait_until_drawn(page)
    count = fill_all(page, portal)
    assert count >= 4
    expect(page.get_by_text(f"Принято показаний: {count - 1}.")).to_be_visible()
    expect(page.get_by_text("Показание не изменилось")).to_be_visible()

    wait_until_drawn(page)
    page.get_by_role("checkbox", name=re.compile("Подтверждаю")).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Передать показания").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("На проверке у сотрудника: 1.")).to_be_visible()

    wait_until_drawn(page)
    field = page.get_by_role("textbox", name=re.compile("ГВ-200154"))
    field.focus()
    page.keyboard.type("59,1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("исправлено жителем")).to_be_visible()
    expect(page.locator(".js-plotly-plot .bars path").first).to_be_attached()
    expect(page.locator(".js-plotly-plot").get_by_text("расход годом раньше")).to_be_visible()
    check_look(page)

    other_browser = another(viewport=PHONE)
    staff = enter(other_browser, "staff", at="/readings_review")
    expect(staff.get_by_text("расхода нет, хотя раньше был")).to_be_visible()
    check_look(staff)
    staff.get_by_role("textbox", name="Причина возврата").fill("Пришлите фотографию")
    staff.get_by_role("button", name="Вернуть жителю").click()
    expect(staff.get_by_text("Сомнительных показаний нет")).to_be_visible()

    page.reload()
    expect(page.get_by_text("Причина: Пришлите фотографию")).to_be_visible()
    (letter,) = portal.read("SELECT recipient FROM letter WHERE subject LIKE '%возвращено'")
    assert letter.recipient == "resident@example.org"
