"""The main task of a resident: sign in, see the bill, save the receipt."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import BrowserContext, Page, expect

from lib.domain.payment_code import reader
from tests.kit.portal import wait_until_drawn

pytestmark = pytest.mark.journey

# the exact digits of figure 6 of the guide
FIGURE_6 = {
    "Водоснабжение за октябрь 2014 года Долг: 88,53": [
        "Водоотведение куб.м 20,95 1,0000 20,95 20,95 – 20,95",
        "ХВС куб.м 24,52 1,0000 8,25 38,38 – 38,38",
        "ИТОГО 29,20 59,33 59,33",
    ],
    "Жилищные за октябрь 2014 года Долг: 38,40": [
        "Вывоз ТКО кв.м 1,03 – −37,35 39,24 – 39,24",
        "Лифт кв.м 3,98 – −145,73 151,64 – 151,64",
        "Обслуживание и ремонт электроплит кв.м 0,15 – −10,89 5,72 – 5,72",
        "Содержание и ремонт кв.м 12,88 – −470,78 494,54 – 494,54",
        "Содержание и ремонт мусоропроводов кв.м 0,76 – −55,14 28,96 – 28,96",
        "Электроэнергия (сутки) кВтч 2,35 – 0,00 38,19 – 38,19",
        "ИТОГО −719,89 758,29 758,29",
    ],
    "Теплоснабжение за октябрь 2014 года Переплата: 14 101,55": [
        "ГВС куб.м 1 240,65 – −5 727,06 15,24 – 15,24",
        "Отопление ГКал 1 240,65 0,8774 −9 478,26 1 088,53 – 1 088,53",
        "ИТОГО −15 205,32 1 103,77 1 103,77",
    ],
}


def words(text: str) -> str:
    """Replace each run of spaces, also no-break ones, by one space."""
    return re.sub(r"\s+", " ", text).strip()


def tables(page: Page) -> dict[str, list[str]]:
    """Read the tables with a total when the page is complete: they are drawn after the headings."""
    wait_until_drawn(page)
    found = {}
    for table in page.locator("table.kb-bill:visible").filter(has=page.locator("tfoot")).all():
        rows = table.locator("tbody tr, tfoot tr").all()
        found[words(table.locator("caption").inner_text())] = [words(r.inner_text()) for r in rows]
    return found


def test_a_resident_sees_figure_six_and_saves_the_receipt(
    context: BrowserContext, enter: Callable[..., Page], tmp_path: Path
) -> None:
    page = enter(context)
    expect(page.locator(".kb-sum").first).to_have_text("Долг: 126,93 ₽")
    card = page.locator("section.kb-head").first
    expect(card).to_contain_text("Муравьев Сергей **** вич")
    assert "Иванович" not in page.content()
    home = tables(page)
    assert {name: home[name] for name in FIGURE_6} == FIGURE_6

    page.get_by_role("link", name="История начислений").first.click()
    page.get_by_role("heading", name="Начисления").wait_for()
    expect(page.get_by_role("heading", name="За октябрь 2014 года")).to_be_visible()
    assert tables(page) == FIGURE_6
    with page.expect_download() as saved:
        page.get_by_role("link", name="Сохранить квитанцию").click()
    saved.value.save_as(tmp_path / "receipt.pdf")

    content = (tmp_path / "receipt.pdf").read_bytes()
    assert saved.value.suggested_filename == "receipt-2014-10.pdf"
    the_receipt_has_the_same_figures(content)
    the_codes_on_the_printed_page_are_read(content)


def the_receipt_has_the_same_figures(content: bytes) -> None:
    text = words(pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text())
    for lines in FIGURE_6.values():
        for line in lines:
            for figure in re.findall(r"−?\d[\d ]*,\d+", line):
                assert figure in text
    assert "Муравьев Сергей **** вич" in text
    assert "Иванович" not in text


def the_codes_on_the_printed_page_are_read(content: bytes) -> None:
    page = pypdfium2.PdfDocument(content)[0]
    read = zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())
    codes = [reader.parse(code.bytes).fields for code in read]

    assert {(c["Sum"], c["PersonalAcc"]) for c in codes} == {
        ("8853", "40702810600000000043"),
        ("3840", "40702810300000000042"),
    }
    for code in codes:
        assert (code["PersAcc"], code["PaymPeriod"]) == ("0000012345", "102014")
        assert not {"LastName", "FirstName", "MiddleName", "PayerAddress"} & set(code)


def test_two_accounts_of_two_organisations_stay_apart(
    context: BrowserContext, enter: Callable[..., Page]
) -> None:
    page = enter(context)

    cards = page.locator("section.kb-head")
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_contain_text("ОАО «Камал»")
    expect(cards.nth(1)).to_contain_text("ООО «УК «Уютный дом»")
    expect(cards.nth(0).locator(".kb-sum")).to_have_text("Долг: 126,93 ₽")
    second = cards.nth(1).locator(".kb-sum").inner_text()
    assert second not in ("Долг: 126,93 ₽", "")

    page.goto(f"{page.url}charges")
    page.get_by_role("combobox", name=re.compile("Лицевой счёт")).click()
    page.get_by_role("option", name=re.compile("Уютный дом")).click()
    expect(page.locator("section.kb-head .kb-sum")).to_have_text(second)


def test_a_foreign_account_in_the_address_is_ignored(
    context: BrowserContext, enter: Callable[..., Page]
) -> None:
    page = enter(context, at="/charges?account=5&period=1999-01")

    expect(page.get_by_role("heading", name="За октябрь 2014 года")).to_be_visible()
    expect(page.get_by_role("combobox", name=re.compile("Лицевой счёт"))).to_have_value(
        re.compile("0000012345")
    )
