"""A resident's payments: the ledger, the list and the three files."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.looks import PHONE, SIDEWAYS, find_serious
from tests.kit.portal import wait_until_drawn
from tests.kit.workbook import Amount, sheets

pytestmark = pytest.mark.journey


def test_a_resident_reads_the_movement_and_saves_the_statement(
    context: BrowserContext, enter: Callable[..., Page], tmp_path: Path
) -> None:
    page = enter(context)
    page.get_by_role("link", name="История платежей").first.click()
    expect(page.get_by_role("heading", name="Платежи")).to_be_visible()
    paid = page.locator("table.kb-payments tbody tr").first
    expect(paid).to_contain_text("18.09.2014")
    expect(paid).to_contain_text("Жилищные 123,45")

    page.get_by_text("Движение финансов").click()
    expect(page.locator(".kb-sum")).to_have_text("Долг: 126,93 ₽")
    water = page.locator("table.kb-ledger").first
    expect(water.locator("tfoot")).to_contain_text("88,53")
    figures = _figures(page)
    assert "view=movement" in page.url

    page.get_by_role("combobox", name="С месяца").click()
    page.get_by_role("option", name="октябрь 2014").click()
    expect(water.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("from=2014-10"))
    page.reload()  # the address keeps the filters
    expect(page.locator("table.kb-ledger").first.locator("tbody tr")).to_have_count(1)
    figures = _figures(page)

    saved = {kind: _save(page, kind, tmp_path) for kind in ("pdf", "xlsx", "csv")}
    text = _plain(pypdf.PdfReader(io.BytesIO(saved["pdf"])).pages[0].extract_text())
    listed = saved["csv"].decode("utf-8-sig").replace(";", " ")
    stored = {
        f"{cell.value:.2f}"
        for row in sheets(saved["xlsx"])["Движение финансов"]
        for cell in row
        if isinstance(cell, Amount)
    }
    for figure in figures:
        written = figure.replace(" ", "").replace("−", "-")
        assert figure in text
        assert written in listed
        assert written.replace(",", ".") in stored


def test_on_a_phone_nothing_scrolls_sideways_and_axe_finds_nothing(
    context: BrowserContext, enter: Callable[..., Page]
) -> None:
    page = enter(context, at="/payments")
    page.set_viewport_size(PHONE)
    for name in ("Платежи", "Переплаты", "Квитанции", "Движение финансов"):
        page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()
        wait_until_drawn(page)
        assert page.evaluate(SIDEWAYS) <= 0, name
        spilling = "Array.from(document.querySelectorAll('.kb-bill td')).filter("
        spilling += "e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)"
        assert page.evaluate(spilling) == [], name
        assert find_serious(page) == [], name


def _figures(page: Page) -> set[str]:
    """Return the figures of the ledgers as the screen writes them."""
    figures = _plain(" ".join(page.locator("table.kb-ledger td").all_inner_texts()))
    return set(re.findall(r"−?\d{1,3}(?: \d{3})*,\d\d", figures))


def _save(page: Page, kind: str, folder: Path) -> bytes:
    with page.expect_download() as saved:
        page.get_by_role("link", name=f"Выписка {kind.upper()}").click()
    assert saved.value.suggested_filename == f"statement-2014-10-2014-10.{kind}"
    saved.value.save_as(folder / kind)
    return (folder / kind).read_bytes()


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)
