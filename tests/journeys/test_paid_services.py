"""A paid request from the price list to finished work: ordered, agreed, paid, done."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.looks import SIDEWAYS, find_serious
from tests.kit.portal import Portal, wait_until_drawn

pytestmark = pytest.mark.journey
WELDING = "Сварочные работы"


@pytest.fixture
def restored_portal(portal: Portal) -> Iterator[None]:
    """Restore the portal: other journeys use its payments and threads."""
    yield
    for table in (
        "online_payment_event",
        "online_payment",
        "paid_request",
        "appeal_file",
        "appeal_note",
        "appeal_entry",
        "appeal",
    ):
        portal.execute(f"DELETE FROM {table}")


@pytest.mark.usefixtures("restored_portal")
def test_a_request_is_agreed_paid_and_done(
    another: Callable[..., BrowserContext],
    context: BrowserContext,
    enter: Callable[..., Page],
    portal: Portal,
) -> None:
    page = enter(context, at="/paid_services")
    page.get_by_role("link", name=f"Заказать: {WELDING}").first.click()
    page.get_by_label("Как с вами связаться").fill("+7 900 000-00-00")
    page.get_by_label("Комментарий").fill("Домофон 154")
    page.get_by_role("button", name="Отправить заявку").click()
    expect(page.get_by_role("heading", name="Заявка № ")).to_be_visible()
    expect(page.get_by_text("Домофон 154")).to_be_visible()
    (row,) = portal.read("SELECT id, account_id FROM appeal WHERE kind = 'paid_service'")
    request = f"/paid_services?id={row[0]}"

    office = another()
    desk = enter(office, "staff", at=f"/service_desk?id={row[0]}&account={row[1]}")
    desk.get_by_label("Цена, ₽").fill("3 200")
    desk.get_by_role("button", name="Назвать цену").click()
    expect(desk.get_by_text("Цена названа, житель получит письмо.")).to_be_visible()

    page.goto(f"{portal.url}{request}")
    page.get_by_role("button", name="Согласиться с ценой 3 200,00 ₽").click()
    expect(page.get_by_role("heading", name="К оплате 3 200,00 ₽")).to_be_visible()
    wait_until_drawn(page)
    assert find_serious(page) == []
    page.get_by_role("button", name="Оплатить картой").click()
    page.get_by_role("button", name="Оплатить", exact=True).click()
    expect(page.get_by_text("Оплата получена, организация её видит.")).to_be_visible()
    expect(page.get_by_text("Заявка оплачена онлайн: 3 200,00 ₽.")).to_be_visible()

    desk.reload()
    wait_until_drawn(desk)
    assert find_serious(desk) == []
    desk.get_by_role("button", name="Работа выполнена").click()
    expect(desk.get_by_text("Заявка выполнена, житель получит письмо.")).to_be_visible()

    page.goto(f"{portal.url}/paid_services")
    request_row = page.locator(".kb-requested tbody tr").first
    expect(request_row).to_contain_text("Выполнена")
    expect(request_row).to_contain_text("оплачена")
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until_drawn(page)
    assert page.evaluate(SIDEWAYS) <= 0
    # the debt of the flat is unchanged
    page.goto(portal.url)
    expect(page.locator(".kb-sum").first).to_have_text("Долг: 126,93 ₽")
    paid = portal.read("SELECT amount FROM online_payment WHERE status = 'paid'")
    assert [str(row[0]) for row in paid] == ["3200.00"]


def test_a_file_of_forty_megabytes_is_refused_before_the_upload(
    context: BrowserContext, enter: Callable[..., Page], portal: Portal, tmp_path: Path
) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(b"\xff\xd8\xff" + bytes(40 * 1024 * 1024))
    page = enter(context, at="/appeals?new=1")

    page.locator("input[type=file]").set_input_files(large)

    page.locator("[aria-invalid=true]").wait_for()
    error_text = "getComputedStyle(document.querySelector('.st-key-kb-photo'), '::after').content"
    assert "нужны JPG, PNG или PDF до 10 МБ" in page.evaluate(error_text)
    assert httpx2.get(f"{portal.url}/readyz").status_code == 200
