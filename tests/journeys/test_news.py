"""An outage written by staff is shown to the residents of its house only."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.portal import Portal

pytestmark = pytest.mark.journey


def test_an_outage_appears_for_the_right_house_only(
    another: Callable[..., BrowserContext], enter: Callable[..., Page], portal: Portal
) -> None:
    office, home = another(), another()
    desk = enter(office, "staff", at="/news_desk")
    desk.get_by_role("link", name="Сообщить об отключении").click()
    desk.get_by_label("Заголовок").fill("Отключим лифт")
    desk.get_by_label("Текст").fill("Меняем **трос** <b>лебёдки</b>.")
    desk.get_by_label("Начало отключения").fill("01.02.2100 09:00")
    desk.get_by_label("Окончание").fill("01.02.2100 12:00")
    desk.get_by_text("жители выбранных домов").click()
    houses = desk.get_by_role("combobox", name="Дома")
    houses.click()
    desk.get_by_role("option").filter(has_text="Гражданская").first.click()
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Показать, как будет").click()
    expect(desk.locator(".kb-words strong")).to_have_text("трос")
    desk.get_by_role("button", name="Опубликовать").click()
    expect(desk.get_by_text("жители увидят")).to_be_visible()

    resident = enter(home)
    line = resident.locator(".kb-outage").filter(has_text="Отключим лифт")
    expect(line).to_contain_text("1 февраля 2100 года, 9:00–12:00")
    line.get_by_role("link").click()
    expect(resident.locator("article.kb-article")).to_contain_text("<b>лебёдки</b>")
    address = resident.url

    # keep only the login's account in another house
    of_resident = "login_id = (SELECT id FROM login WHERE username = 'resident')"
    golden = "account_id IN (SELECT id FROM account WHERE number = '0000012345')"
    portal.execute(f"UPDATE account_access SET valid_to = now() WHERE {of_resident} AND {golden}")
    try:
        resident.goto(f"{portal.url}/news")
        expect(resident.get_by_role("heading", name="Новости", exact=True)).to_be_visible()
        expect(resident.get_by_text("Когда передавать показания")).to_be_visible()
        expect(resident.get_by_text("Отключим лифт")).to_have_count(0)
        resident.goto(address)
        expect(resident.get_by_text("Такой новости нет")).to_be_visible()
    finally:
        portal.execute(
            f"UPDATE account_access SET valid_to = NULL WHERE {of_resident} AND {golden}"
        )

    desk.get_by_label("Почему снимаете новость").fill("Перенесли")
    desk.get_by_role("button", name="Снять с публикации").click()
    expect(desk.get_by_text("Новость снята")).to_be_visible()
    resident.goto(address)
    expect(resident.get_by_text("Такой новости нет")).to_be_visible()
