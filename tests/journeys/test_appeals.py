"""An appeal with files: taken, questioned, answered, rated, reopened and declined."""

import io
import re
from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.journeys.test_keyboard import tab_to
from tests.kit.attaching import photo
from tests.kit.portal import Portal

pytestmark = pytest.mark.journey
_NUMBER = re.compile(r"\d{4}-\d{6}")


def pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def expect_message(page: Page, words: str) -> None:
    expect(page.locator(".kb-thread").get_by_text(words)).to_be_visible()


def write(page: Page) -> str:
    """Write an appeal with two pictures and a document, and return its number."""
    page.get_by_role("link", name="Подать обращение").first.click()
    choose(page, "Тема", "Начисления и перерасчёт")
    page.get_by_label("Текст обращения").fill("Откуда перерасчёт за октябрь?")
    files: list[FilePayload] = [
        {"name": "счёт.jpg", "mimeType": "image/jpeg", "buffer": photo()},
        {"name": "счётчик.png", "mimeType": "image/png", "buffer": photo()},
        {"name": "акт.pdf", "mimeType": "application/pdf", "buffer": pdf()},
    ]
    page.locator("input[type=file]").set_input_files(files)
    expect(page.get_by_text("акт.pdf")).to_be_visible()
    page.get_by_role("button", name="Отправить обращение").click()
    expect(page.get_by_text("отправлено. Срок ответа")).to_be_visible()
    heading = page.locator("h1").filter(has_text=_NUMBER)  # the message comes before it
    number = _NUMBER.search(heading.inner_text())
    assert number is not None
    for name in ("счёт.jpg", "счётчик.jpg", "акт.pdf"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    return number[0]


def test_a_resident_writes_staff_answer_it_is_rated_and_opened_again(
    context: BrowserContext,
    another: Callable[..., BrowserContext],
    portal: Portal,
    enter: Callable[..., Page],
) -> None:
    page = enter(context)
    number = write(page)
    file = page.get_by_role("link", name="счётчик.jpg").get_attribute("href")
    assert page.request.get(f"{portal.url}{file}").headers["content-type"] == "image/jpeg"

    # the letter's link opens the thread after sign-in
    office = another()
    key = page.url.rpartition("=")[2]
    staff = enter(office, "staff", at=f"/service_desk?id={key}")
    expect(staff.locator("h1")).to_contain_text(number)
    staff.get_by_role("button", name="Взять в работу").click()
    expect_message(staff, "В работе")
    staff.get_by_label("Текст для заявителя").fill("По какой услуге?")
    staff.get_by_role("button", name="Задать вопрос").click()
    expect_message(staff, "По какой услуге?")

    page.goto(f"{portal.url}/appeals")
    expect(page.get_by_text("новый ответ")).to_be_visible()
    page.get_by_role("link", name=number).click()
    page.get_by_label("Ваше сообщение").fill("По отоплению")
    page.get_by_role("button", name="Отправить сообщение").click()
    expect_message(page, "По отоплению")

    staff.reload()
    staff.get_by_label("Текст для заявителя").fill("Пересчитали по счётчику")
    staff.get_by_role("button", name="Ответить").click()
    expect_message(staff, "Пересчитали по счётчику")

    page.reload()
    expect_message(page, "Пересчитали по счётчику")
    page.get_by_text("2", exact=True).click()
    page.get_by_role("button", name="Поставить оценку").click()
    expect_message(page, "Оценка 2 из 5")
    page.get_by_label("Вопрос не решён? Напишите, что осталось").fill("Сумма та же")
    page.get_by_role("button", name="Вернуть в работу").click()
    expect_message(page, "Сумма та же")

    staff.reload()
    expect_message(staff, "Сумма та же")
    staff.get_by_label("Текст для заявителя").fill("Исправим в ноябре")
    staff.get_by_role("button", name="Ответить").click()
    expect_message(staff, "Исправим в ноябре")
    staff.get_by_role("button", name="Закрыть").click()
    expect_message(staff, "Закрыто")

    page.reload()
    expect(page.get_by_text("Переписка закрыта")).to_be_visible()


def test_an_appeal_is_written_by_keyboard(
    context: BrowserContext, enter: Callable[..., Page]
) -> None:
    page = enter(context, at="/appeals")
    tab_to(page, "Написать обращение")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Новое обращение")).to_be_visible()
    tab_to(page, "Тема")
    page.keyboard.type("Уборка")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Тема")).to_have_value("Уборка")
    page.get_by_label("Текст обращения").focus()
    page.keyboard.type("В подъезде не убирают третью неделю")
    tab_to(page, "Куда ответить")
    tab_to(page, "Отправить обращение")
    page.keyboard.press("Enter")

    expect_message(page, "В подъезде не убирают третью неделю")
