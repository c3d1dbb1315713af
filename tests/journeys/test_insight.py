"""An analyst goes down to the house that fell behind, keeps the view, and a colleague opens it."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.looks import find_serious
from tests.kit.portal import Portal, wait_until_drawn

pytestmark = pytest.mark.journey
COLLEAGUE = """
INSERT INTO login (username, password_hash, role, organization_id, created_at, activated_at)
SELECT 'colleague', password_hash, role, {organization}, now(), now()
FROM login WHERE username = 'analyst'
"""
CONTACT = """
INSERT INTO login_contact (login_id, last_name, first_name, middle_name, email)
SELECT (SELECT id FROM login WHERE username = 'colleague'),
    last_name, first_name, middle_name, 'colleague@example.org'
FROM login_contact WHERE login_id = (SELECT id FROM login WHERE username = 'analyst')
"""
OWN = "ООО «УК «Уютный дом»"
ASKED = "SELECT count(*) FROM audit_event WHERE action = 'figures_viewed'"
ANSWER = ".kb-answer"
INK = "rgb(27, 39, 51)"


def take_file(page: Page, name: str) -> bytes:
    """Return the first file that a link of the screen leads to."""
    link = page.locator(".kb-downloads").get_by_role("link", name=name).first
    address = link.evaluate("link => link.href")
    answer = page.context.request.get(address)
    assert answer.status == 200
    return answer.body()


def check_paper(page: Page) -> None:
    """Check that paper has the view in words and every table, and nothing to press."""
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_role("button", name="Место")).to_be_hidden()
    expect(page.get_by_text("Месяцы: ")).to_be_visible()
    folded = page.locator("details:not([open]) table.kb-insight").first
    assert folded.evaluate("table => table.checkVisibility({contentVisibilityAuto: true})")
    assert (folded.bounding_box() or {"height": 0})["height"] > 100
    # the theme of the screen does not reach the paper
    expect(page.locator(".js-plotly-plot text").first).to_have_css("fill", INK)
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(255, 255, 255)")
    page.emulate_media(media="screen", color_scheme="light")
    expect(page.get_by_text("Месяцы: ")).to_be_hidden()


def read_number(text: str) -> Decimal:
    return Decimal(text.replace("\N{NO-BREAK SPACE}", "").replace(",", ".").replace("−", "-"))


def test_from_the_overview_to_the_house_and_to_a_colleague(
    context: BrowserContext,
    another: Callable[..., BrowserContext],
    enter: Callable[..., Page],
    portal: Portal,
) -> None:
    page = enter(context, "analyst")
    expect(page.get_by_role("heading", name="Обзор")).to_be_visible()
    expect(page.locator(".kb-tile")).to_have_count(5)
    tops = page.locator(".kb-tile").evaluate_all("all => all.map(e => e.offsetTop)")
    assert len(set(tops)) == 1  # none stands alone below the others
    page.locator(".kb-tile").get_by_role("link", name="Собираемость").click()
    expect(page.get_by_role("heading", name="Где отстали сильнее всего?")).to_be_visible()

    wait_until_drawn(page)

    # a bar goes down as the link of its line does
    page.locator(".js-plotly-plot").last.locator(".point path").first.click(force=True)
    expect(page.locator(".kb-tag")).to_have_count(1)
    page.go_back()
    expect(page.locator(".kb-tag")).to_have_count(0)
    page.get_by_role("link", name=OWN).first.click()
    expect(page.locator(".kb-tag")).to_have_count(1)
    page.get_by_role("link", name="ул. Рябиновая Роща").first.click()
    expect(page.locator(".kb-tag")).to_have_count(2)
    page.go_back()
    expect(page.locator(".kb-tag")).to_have_count(1)
    wait_until_drawn(page)
    assert find_serious(page) == []

    check_paper(page)
    total = page.locator("table.kb-insight:visible tfoot tr td").first.inner_text()
    book = take_file(page, "XLSX")
    sheets = zipfile.ZipFile(io.BytesIO(book))
    told = "".join(sheets.read(name).decode() for name in sheets.namelist() if "sheet" in name)
    assert f"<v>{read_number(total).normalize():f}</v>" in told

    asked = portal.read(ASKED)
    page.get_by_role("button", name="Сохранить вид").click()
    page.get_by_label("Название").fill("Уютный отстал")
    page.get_by_text("Показать коллегам").click()
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Вид сохранён")).to_be_visible()
    page.get_by_role("button", name="Подписаться").first.click()
    page.get_by_label("Название вида").fill("Письмо об Уютном")
    page.get_by_role("button", name="Подписаться на письма").click()
    expect(page.get_by_text("Подписка оформлена")).to_be_visible()
    assert portal.read(ASKED) == asked  # neither a form nor its outcome asks the facts again
    sentence = page.locator(ANSWER).first.inner_text()

    portal.execute(COLLEAGUE.format(organization="NULL"))
    portal.execute(CONTACT)
    seen = enter(another(), "colleague", at="/saved_views")
    seen.get_by_role("link", name="Уютный отстал").first.click()
    expect(seen.locator(ANSWER).first).to_have_text(sentence)
    expect(seen.get_by_text("Письмо об Уютном")).to_have_count(0)

    # from now on the colleague belongs to another organisation, and sees it alone
    portal.execute(
        "UPDATE login SET organization_id = (SELECT max(organization_id) FROM account) "
        "WHERE username = 'colleague'"
    )
    seen.goto(page.url)
    expect(seen.get_by_text("такие цифры не показываются")).to_be_visible()
    assert OWN not in seen.locator("body").inner_text()


def test_a_free_query_is_asked_drawn_saved_and_taken(
    context: BrowserContext, enter: Callable[..., Page], portal: Portal
) -> None:
    page = enter(context, "analyst", at="/free_query")
    page.get_by_label("Запрос", exact=True).fill(
        "SELECT period, sum(charged) AS charged FROM months GROUP BY 1 ORDER BY 1"
    )
    page.get_by_role("button", name="Выполнить").click()
    expect(page.get_by_text("В ответе")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_be_visible()

    rows = list(csv.reader(io.StringIO(take_file(page, "CSV").decode("utf-8-sig")), delimiter=";"))
    assert len(rows) > 6
    asked = portal.read(ASKED)
    page.get_by_role("button", name="Сохранить вид").click()
    page.get_by_label("Название").fill("Начислено по месяцам")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Вид сохранён")).to_be_visible()
    assert portal.read(ASKED) == asked

    page.goto(f"{portal.url}/saved_views")
    page.get_by_role("link", name="Начислено по месяцам").first.click()
    expect(page.get_by_text("В ответе")).to_be_visible()
    page.get_by_label("Запрос", exact=True).fill("DROP TABLE months")
    page.get_by_role("button", name="Выполнить").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert re.search(r"SELECT", page.get_by_role("alert").inner_text())
