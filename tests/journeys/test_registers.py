"""A payment by code arrives in a bank's register and again from billing, and counts once."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from lib.domain.payment_code import reader
from tests.kit.faults import Package
from tests.kit.looks import PHONE, SIDEWAYS, find_serious
from tests.kit.portal import Portal, wait_until_drawn
from tests.kit.process import Kabinet

pytestmark = pytest.mark.journey
_PAID = "12.11.2014"


@pytest.fixture
def restored_portal(portal: Portal) -> Iterator[None]:
    """Restore the portal: other journeys use the debt."""
    yield
    for table in ("register_part", "register_row", "register"):
        portal.execute(f"DELETE FROM {table}")
    portal.execute("DELETE FROM payment_part WHERE payment_id IN "
                   "(SELECT id FROM payment WHERE external_id LIKE 'journey-%')")  # fmt: skip
    portal.execute("DELETE FROM payment WHERE external_id LIKE 'journey-%'")
    golden = "(SELECT id FROM sender WHERE code = 'kamal')"
    for table in ("package", "billing_period"):
        portal.execute(f"DELETE FROM {table} WHERE period = '2014-11-01' AND sender_id = {golden}")


def scanned(page: Page) -> dict[str, dict[str, str]]:
    """Return the fields of each code on the screen, by payee."""
    found = {}
    codes = page.locator(".kb-code")
    for number in range(codes.count()):
        codes.nth(number).locator("img").scroll_into_view_if_needed()
        for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot()))):
            fields = reader.parse(code.bytes).fields
            found[fields["PersonalAcc"]] = dict(fields)
    return found


def register(folder: Path, code: dict[str, str], *, account: str, number: int) -> str:
    """Write a bank's register of one payment by a code, with the account as the bank writes it."""
    kopecks = int(code["Sum"])
    row = f"{account}={_PAID}={kopecks // 100}.{kopecks % 100:02}={code['QuittId']}=ИВАНОВ И. И."
    path = folder / f"{number}.txt"
    text = f"{code['PersonalAcc']}={number}={_PAID}\r\n{row}\r\n999999999=1\r\n"
    path.write_bytes(text.encode("cp866"))
    return str(path)


@pytest.mark.usefixtures("restored_portal")
def test_a_payment_by_code_arrives_by_register_and_counts_once(
    context: BrowserContext,
    another: Callable[..., BrowserContext],
    enter: Callable[..., Page],
    portal: Portal,
    tmp_path: Path,
) -> None:
    kabinet = Kabinet(portal.state)
    page = enter(context, at="/pay")
    page.get_by_role("button", name="Продолжить").click()
    page.get_by_text("Что закроет этот платёж").wait_for()
    water, housing = (code for _, code in sorted(scanned(page).items(), reverse=True))

    # the payment for water is posted automatically
    paid = register(tmp_path, water, account=water["PersAcc"], number=1)
    code, printed = kabinet.run("import-register", paid)
    assert (code, "проведено: 1" in printed) == (0, True), printed
    page.goto(portal.url)
    expect(page.locator(".kb-sum").first).to_have_text("Долг: 38,40 ₽")

    # the bank has cut zeros of the other account number: an employee posts it with one click
    cut_register = register(tmp_path, housing, account="12345", number=2)
    code, printed = kabinet.run("import-register", cut_register)
    assert (code, "ждут сотрудника: 1" in printed) == (0, True), printed
    office = another(viewport=PHONE)
    desk = enter(office, "staff", at="/exchange")
    expect(desk.get_by_text("счёт с таким номером не найден")).to_be_visible()
    wait_until_drawn(desk)
    assert desk.evaluate(SIDEWAYS) <= 0
    assert find_serious(desk) == []
    desk.get_by_role("button", name="Провести", exact=True).dblclick()
    expect(desk.get_by_text("Жилищные 38,40")).to_be_visible()
    expect(desk.get_by_text("Все платежи из банковских реестров разнесены")).to_be_visible()
    page.reload()
    expect(page.locator(".kb-sum").first).to_have_text("Долга нет")

    # billing delivers both: nothing counts twice
    payment = {"account_id": "A1", "paid_on": "2014-11-12", "period": "2014-11"}
    payment |= {"channel": "bank", "is_reversal": "0"}
    delivered = (("journey-1", "88.53", "water"), ("journey-2", "38.40", "housing"))
    package = Package.of(
        {
            "payments": [
                payment | {"payment_id": key, "amount": sum_} for key, sum_, _ in delivered
            ],
            "payment_parts": [
                {"payment_id": key, "group_id": group, "amount": sum_}
                for key, sum_, group in delivered
            ],
        },
        mode="delta",
        period="2014-11",
    )
    code, printed = kabinet.run("import", str(package.write(tmp_path)))
    assert code == 0, printed
    page.reload()
    expect(page.locator(".kb-sum").first).to_have_text("Долга нет")
    page.goto(f"{portal.url}/pay")
    expect(page.get_by_label("Водоснабжение, ₽")).to_have_value("0,00")
    rows = portal.read("SELECT count(*), count(payment_id) FROM register_row")
    assert tuple(rows[0]) == (2, 2)
