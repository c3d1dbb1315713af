"""How sessions start, last and end, and that nobody gets in without one."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lib import links
from tests.kit.faults import SOAK
from tests.kit.portal import Portal

pytestmark = pytest.mark.journey
NOT_FOUND = "Страница не найдена"
# screens for strangers
PUBLIC = {
    links.PRIVACY,
    links.TERMS,
    links.REGISTRATION,
    links.ACTIVATION,
    links.RECOVERY,
    links.NEW_PASSWORD,
    links.INVITATION,
    links.EMAIL_CHANGE,
}
FIGURES = re.compile(r"126,93|0000012345|Муравьев")


def session_cookie(context: BrowserContext) -> dict[str, object]:
    found = [c for c in context.cookies() if c["name"] == "kabinet_session"]
    return dict(found[0]) if found else {}


def shows_sign_in_alone(page: Page) -> None:
    expect(page.get_by_label("Имя пользователя")).to_be_visible()
    assert not FIGURES.search(page.locator("body").inner_text())


def open_screens(portal: Portal, visits: list[tuple[BrowserContext, str]]) -> list[Page]:
    """Open screens one right after another, before any of them is drawn."""
    pages = [context.new_page() for context, _ in visits]
    for page, (_, path) in zip(pages, visits, strict=True):
        page.goto(f"{portal.url}/{path}", wait_until="commit")
    return pages


def test_a_session_survives_reload_a_new_tab_and_a_restart_and_ends_at_sign_out(
    context: BrowserContext, sign_in: Callable[..., Page], portal: Portal
) -> None:
    page = sign_in(context)
    page.reload()
    expect(page.locator(".kb-sum").first).to_have_text("Долг: 126,93 ₽")
    second = context.new_page()
    second.goto(portal.url)
    expect(second.locator(".kb-sum").first).to_have_text("Долг: 126,93 ₽")
    portal.stop()
    portal.start()
    page.reload()
    expect(page.locator(".kb-sum").first).to_have_text("Долг: 126,93 ₽")
    cookies = context.cookies()

    page.get_by_role("button", name="Выход").click()

    shows_sign_in_alone(page)
    assert session_cookie(context) == {}
    page.go_back()
    page.reload()
    shows_sign_in_alone(page)
    second.reload()
    shows_sign_in_alone(second)
    context.add_cookies(cookies)  # type: ignore[arg-type]  # a stolen cookie is of no use now
    page.reload()
    shows_sign_in_alone(page)


def test_signing_out_by_the_menu_asks_first(
    context: BrowserContext, enter: Callable[..., Page]
) -> None:
    page = enter(context)

    page.get_by_role("link", name="Выход").click()
    page.get_by_role("button", name="Выйти").click()

    shows_sign_in_alone(page)


def test_the_cookie_is_kept_for_thirty_days_only_when_asked(
    context: BrowserContext, sign_in: Callable[..., Page]
) -> None:
    sign_in(context, remember=True)
    cookie = session_cookie(context)

    assert cookie["httpOnly"] is True
    assert cookie["sameSite"] == "Lax"
    days = (float(str(cookie["expires"])) - time.time()) / 86_400
    assert 29.9 < days <= 30


def test_without_remembering_the_cookie_ends_with_the_browser(
    context: BrowserContext, sign_in: Callable[..., Page]
) -> None:
    sign_in(context)

    assert session_cookie(context)["expires"] == -1


def test_a_wrong_password_is_one_neutral_sentence(context: BrowserContext, portal: Portal) -> None:
    page = context.new_page()
    page.goto(portal.url)
    sentences = []
    for name in ("resident", "nobody", "🙂", "x" * 254):
        page.get_by_label("Имя пользователя").fill(name)
        page.get_by_role("textbox", name="Пароль").fill("wrong-Parol-2014")
        page.get_by_role("button", name="Войти").click()
        expect(page.get_by_role("alert").filter(has_text="Неверное имя")).to_be_visible()
        sentences.append(page.get_by_role("alert").filter(has_text="Неверное").inner_text())

    assert len(set(sentences)) == 1


def test_a_second_click_on_sign_in_changes_nothing(context: BrowserContext, portal: Portal) -> None:
    page = context.new_page()
    page.goto(portal.url)
    page.get_by_label("Имя пользователя").fill("resident")
    page.get_by_role("textbox", name="Пароль").fill("demo-Parol-2014")

    page.get_by_role("button", name="Войти").dblclick()

    expect(page.get_by_text("Здравствуйте, Сергей")).to_be_visible()


@pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
def test_other_roles_see_only_links_that_work(
    context: BrowserContext, enter: Callable[..., Page], name: str
) -> None:
    page = enter(context, name)

    home = "Обзор" if name == "analyst" else "Главная"
    expect(page.get_by_role("heading", name=home, exact=True)).to_be_visible()
    menu = page.get_by_test_id("stSidebarNav").get_by_role("link")
    # each label begins with the name of its icon
    first, *_, profile, last = (entry.split()[-1] for entry in menu.all_inner_texts())
    assert (first, profile, last) == (home, "профиль", "Выход")
    if name == "staff":
        expect(page.get_by_text("ОАО «Камал»")).to_be_visible()
    page.goto(f"{page.url}charges")
    expect(page.get_by_role("heading", name=NOT_FOUND)).to_be_visible()
    assert not FIGURES.search(page.locator("body").inner_text())


# each needs a start: two screens at once here; the soak opens every screen alone
COLD = (
    [[path] for path in links.SCREENS if path not in PUBLIC]
    if SOAK > 1
    else [[links.CHARGES, links.PEOPLE]]
)


class TestColdServer:
    """Open deep links on a server that has run no page yet."""

    @pytest.mark.parametrize("paths", COLD, ids=" ".join)
    def test_without_a_session_shows_the_sign_in_alone(
        self, context: BrowserContext, portal: Portal, paths: list[str]
    ) -> None:
        portal.stop()
        portal.start()

        for page in open_screens(portal, [(context, path) for path in paths]):
            shows_sign_in_alone(page)

    def test_with_a_useless_session_shows_no_charges(
        self, another: Callable[..., BrowserContext], enter: Callable[..., Page], portal: Portal
    ) -> None:
        used, late = another(), another()
        enter(late)
        portal.execute("UPDATE web_session SET expires_at = now() - interval '1 second'")
        enter(used, "analyst")
        portal.stop()
        portal.start()

        analyst, resident = open_screens(portal, [(used, links.CHARGES), (late, links.CHARGES)])

        expect(analyst.get_by_role("heading", name=NOT_FOUND)).to_be_visible()
        assert not FIGURES.search(analyst.locator("body").inner_text())
        shows_sign_in_alone(resident)

    @pytest.mark.parametrize("path", ["admin", "home", "pages/resident/home.py", "resident/home"])
    def test_an_unknown_address_is_not_found(
        self, context: BrowserContext, portal: Portal, path: str
    ) -> None:
        page = context.new_page()
        answer = page.goto(f"{portal.url}/{path}")

        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("heading", name=NOT_FOUND)).to_be_visible()
