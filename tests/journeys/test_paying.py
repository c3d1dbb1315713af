"""A resident pays: by the demonstration bank, and by a code scanned from the screen."""

import io
from collections.abc import Callable, Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from lib.domain.payment_code import reader
from tests.kit.faults import SOAK
from tests.kit.looks import PHONE, SIDEWAYS, WIDE, find_serious
from tests.kit.portal import Portal, wait_until_drawn

pytestmark = pytest.mark.journey


@pytest.fixture
def restored_portal(portal: Portal) -> Iterator[None]:
    """Restore the portal: other journeys use the debt."""
    yield
    for table in ("online_payment_event", "online_payment_part", "online_payment"):
        portal.execute(f"DELETE FROM {table}")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Продолжить").click()
    page.get_by_text("Что закроет этот платёж").wait_for()


@pytest.mark.usefixtures("restored_portal")
def test_a_resident_pays_by_the_demonstration_bank_and_sees_the_debt_fall(
    context: BrowserContext, enter: Callable[..., Page], portal: Portal
) -> None:
    page = enter(context)
    expect(page.locator(".kb-sum").first).to_have_text("Долг: 126,93 ₽")
    page.get_by_role("link", name="Оплатить счета").first.click()
    go_on(page)
    page.get_by_role("button", name="Оплатить через СБП").click()
    page.get_by_role("button", name="Отказать").click()
    expect(page.get_by_text("Платёж не прошёл")).to_be_visible()

    page.get_by_role("link", name="повторить").click()
    expect(page.get_by_label("Водоснабжение, ₽")).to_have_value("88,53")
    go_on(page)
    page.get_by_role("button", name="Оплатить картой").click()
    page.get_by_role("button", name="Оплатить", exact=True).click()

    expect(page.get_by_text("Платёж получен")).to_be_visible()
    expect(page.get_by_label("Водоснабжение, ₽")).to_have_value("0,00")
    page.go_back()  # the bank's page has no buttons any more
    page.reload()
    expect(page.get_by_text("Платёж оплачен.")).to_be_visible()
    page.goto(portal.url)
    expect(page.locator(".kb-sum").first).to_have_text("Долга нет")
    paid = portal.read("SELECT amount FROM online_payment WHERE status = 'paid'")
    assert [str(row[0]) for row in paid] == ["126.93"]
    # notice and return are one payment, so there is one letter
    letters = portal.read("SELECT count(*) FROM letter WHERE subject = 'Платёж получен'")
    assert letters[0][0] == 1


@pytest.mark.usefixtures("restored_portal")
def test_paying_by_keyboard_alone(
    context: BrowserContext, enter: Callable[..., Page], portal: Portal
) -> None:
    page = enter(context, at="/pay")
    page.get_by_label("Водоснабжение, ₽").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("50")
    tab_to(page, "Продолжить")
    page.get_by_text("Что закроет этот платёж").wait_for()
    page.get_by_role("button", name="Изменить суммы").focus()
    tab_to(page, "Оплатить картой")
    page.get_by_text("Демонстрационный банк").wait_for()
    tab_to(page, "Оплатить")
    expect(page.get_by_text("Платёж получен")).to_be_visible()

    assert str(portal.read("SELECT amount FROM online_payment")[0][0]) == "88.40"


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the button with this label has the focus, then Enter."""
    for _ in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip() == words:
            page.keyboard.press("Enter")
            return
    raise AssertionError(words)


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), *([(WIDE, "dark")] if SOAK > 1 else [])]
)
def test_the_codes_on_the_screen_can_be_scanned(
    another: Callable[..., BrowserContext],
    enter: Callable[..., Page],
    size: dict[str, int],
    scheme: str,
) -> None:
    context = another(viewport=size, color_scheme=scheme)
    page = enter(context, at="/pay")
    go_on(page)
    wait_until_drawn(page)
    assert page.evaluate(SIDEWAYS) <= 0
    assert find_serious(page) == []

    codes = page.locator(".kb-code")
    read = {}
    for number in range(codes.count()):
        codes.nth(number).locator("img").scroll_into_view_if_needed()
        screenshot = Image.open(io.BytesIO(page.screenshot()))
        for code in zxingcpp.read_barcodes(screenshot):
            fields = reader.parse(code.bytes).fields
            read[fields["PersonalAcc"]] = fields["Sum"]

    assert read == {"40702810600000000043": "8853", "40702810300000000042": "3840"}
    order = [top(page, f".kb-pay {part}") for part in (".kb-online", ".kb-code .kb-actions")]
    requisites, picture = top(page, ".kb-requisites"), top(page, ".kb-code img")
    assert order == sorted(order)
    if size is PHONE:  # buttons and requisites first, the code below them
        assert order[1] < requisites < picture
    with page.expect_download() as saved:
        page.get_by_role("link", name="Сохранить код").first.click()
    assert saved.value.suggested_filename == "kod-oplaty.png"


def top(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"]


def test_the_requisites_are_copied(
    another: Callable[..., BrowserContext], enter: Callable[..., Page]
) -> None:
    context = another(permissions=["clipboard-read", "clipboard-write"])
    page = enter(context, at="/pay")
    go_on(page)

    page.get_by_role("button", name="Скопировать сумму").first.click()
    expect(page.get_by_text("Скопировано.").first).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "88,53"
    page.get_by_role("button", name="Скопировать реквизиты").first.click()
    clipboard = "navigator.clipboard.readText()"
    page.wait_for_function("navigator.clipboard.readText().then(t => t.includes('БИК: 047599999'))")
    assert "Счёт: 40702810600000000043" in page.evaluate(clipboard)
