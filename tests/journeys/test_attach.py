"""A newcomer attaches an account by its payment and requests another one with a photo."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from db import session as database
from db.embedded import EmbeddedServer
from db.session import DatabaseRole
from lib.access import Role
from lib.domain import formats
from lib.services.people import logins
from lib.services.people.logins import NewLogin
from tests.kit.attaching import NUMBER, PAID, PAID_ON, photo
from tests.kit.looks import WIDE
from tests.kit.portal import PASSWORD, Portal

pytestmark = pytest.mark.journey
LOGIN = NewLogin("novosel", "novosel@example.org", "Ситдикова", "Камалия", Role.RESIDENT)
MENU = ("Главная", "Мой профиль", "Выход")  # figure 4 of the guide
SECOND = (
    "SELECT a.id, a.number, a.organization_id, o.name, h.street, h.house, p.number AS premise "
    "FROM account a JOIN organization o ON o.id = a.organization_id "
    "JOIN premise p ON p.id = a.premise_id AND p.kind = 'flat' JOIN house h ON h.id = p.house_id "
    f"WHERE a.number <> '{NUMBER}' AND EXISTS (SELECT FROM bill b WHERE b.account_id = a.id) "
    "AND NOT EXISTS (SELECT FROM account_access x WHERE x.account_id = a.id) ORDER BY a.id LIMIT 1"
)


@pytest.fixture
def second(portal: Portal) -> Iterator[tuple[str, str, str, str]]:
    """Add the newcomer, and move the employee to a second organisation."""
    server = EmbeddedServer.attach(portal.state / "postgres")
    role = DatabaseRole.OPERATOR
    engine = database.create_pool(server.cluster.url(user=role.database_name, database="kabinet"))
    database.bind({role: engine})
    logins.add_login(new=LOGIN, password=PASSWORD)
    database.bind({})
    engine.dispose()
    server.detach()
    (row,) = portal.read(SECOND)
    (own_organization,) = portal.read("SELECT organization_id FROM login WHERE username = 'staff'")
    change = "UPDATE login SET organization_id = {} WHERE username = 'staff'"
    portal.execute(change.format(row.organization_id))
    yield formats.quote_name(row.name), f"{row.street} {row.house}", row.premise, row.number
    portal.execute(change.format(own_organization[0]))


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def captcha_digits(portal: Portal, page: Page) -> str:
    """Return the digits of the captcha on the screen."""
    address = page.locator(".kb-captcha img").get_attribute("src") or ""
    key = re.search(r"[0-9a-f-]{36}", address)
    assert key is not None
    return str(portal.read(f"SELECT digits FROM captcha WHERE id = '{key[0]}'")[0][0])


def test_a_newcomer_attaches_an_account_and_asks_for_another(
    context: BrowserContext,
    another: Callable[..., BrowserContext],
    portal: Portal,
    enter: Callable[..., Page],
    second: tuple[str, str, str, str],
) -> None:
    organization, house, flat, number = second
    page = enter(context, "novosel")
    menu = page.get_by_test_id("stSidebarNav").get_by_role("link")
    expect(menu).to_have_text([re.compile(f"{name}$") for name in MENU])

    # by the last payment; a mistake does not clear the form
    page.get_by_role("link", name="Добавить лицевой счёт", exact=True).click()
    choose(page, "Организация", "ОАО «Камал»")
    page.get_by_label("Улица и дом").fill("гражд 1")
    page.get_by_label("Улица и дом").press("Enter")
    choose(page, "Квартира", "кв. 154")
    page.get_by_label("Номер лицевого счёта").fill(NUMBER)
    page.get_by_label("Дата последнего платежа").fill(PAID_ON)
    page.get_by_label("Сумма платежа").fill("123,46")
    page.get_by_label("Код с картинки").fill(captcha_digits(portal, page))
    page.get_by_role("button", name="Добавить счёт").click()
    expect(page.get_by_role("alert").filter(has_text="Данные не подтверждены")).to_be_visible()
    page.get_by_label("Сумма платежа").fill(PAID)
    page.get_by_label("Код с картинки").fill(captcha_digits(portal, page))
    page.get_by_role("button", name="Добавить счёт").dblclick()
    expect(page.locator(".kb-sum").first).to_have_text("Долг: 126,93 ₽")

    # by a photo
    page.get_by_role("link", name="Добавить лицевой счет", exact=True).click()
    choose(page, "Организация", organization)
    page.get_by_label("Улица и дом").fill(house)
    page.get_by_label("Улица и дом").press("Enter")
    page.get_by_role("combobox", name="Квартира").click()
    page.get_by_role("combobox", name="Квартира").fill(flat)
    page.get_by_role("option", name=f"кв. {flat}", exact=True).click()
    page.get_by_text("Фотография документа", exact=True).click()
    page.get_by_role("button", name="Отправить заявку").wait_for()
    page.get_by_label("Номер лицевого счёта").fill(number)
    page.locator("input[type=file]").set_input_files(
        {"name": "kvitantsiya.png", "mimeType": "image/png", "buffer": photo(kind="PNG")}
    )
    expect(page.get_by_text("kvitantsiya.png")).to_be_visible()
    page.get_by_role("button", name="Отправить заявку").click()
    expect(page.get_by_text("Заявка отправлена")).to_be_visible()
    expect(page.get_by_role("cell", name="Ждёт решения")).to_be_visible()

    # an employee looks and approves
    office = another(viewport=WIDE)
    desk = enter(office, "staff", at="/account_requests")
    expect(desk.get_by_text("счёт найден по этому адресу")).to_be_visible()
    with office.expect_page() as new_page:
        desk.get_by_role("link", name="Открыть документ").click()
    assert new_page.value.evaluate("document.contentType") == "image/jpeg"
    desk.get_by_role("button", name="Одобрить").click()
    expect(desk.get_by_text("Новых заявок нет")).to_be_visible()

    page.goto(portal.url)
    expect(page.locator("section.kb-head")).to_have_count(2)
    expect(page.locator("section.kb-head").filter(has_text=number)).to_be_visible()
