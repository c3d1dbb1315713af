"""`make pictures`: take the pictures of the README and the guide from running portals."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser, Page, sync_playwright

from lib.services.demonstration import appeals, setup
from tests.kit import guide_pictures
from tests.kit.portal import PASSWORD, Portal, launch
from tests.kit.prepared import ACCOUNTS, MONTHS

_FOLDER = Path("docs/pictures")
_WIDE, _PHONE, _DESK = (1280, 1500), (390, 1700), (1280, 1100)


def main() -> None:
    """Start portals and save pictures of their screens."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            with _started() as portal:
                _walk(portal, browser)
                guide_pictures.take(portal, browser)
            # a city whose residents have written to the service desk
            with _started(accounts=appeals.MIN_ACCOUNTS) as portal:
                _walk_as_staff(portal, browser)
            # the city of `make run`: large enough for days of ten payers
            with _started(accounts=setup.ACCOUNTS, months=setup.MONTHS) as portal:
                _walk_as_analyst(portal, browser)
        finally:
            browser.close()


@contextmanager
def _started(*, accounts: int = ACCOUNTS, months: int = MONTHS) -> Iterator[Portal]:
    with tempfile.TemporaryDirectory() as state:
        portal = Portal(Path(state), accounts, months)
        try:
            portal.start()
            yield portal
        finally:
            portal.stop()


def _walk_as_staff(portal: Portal, browser: Browser) -> None:
    context = browser.new_context(
        viewport={"width": _DESK[0], "height": _DESK[1]}, color_scheme="light", locale="ru-RU"
    )
    page = context.new_page()
    page.goto(portal.url)
    _sign_in(page, "staff")
    page.get_by_text("Вы вошли как").wait_for()
    page.goto(f"{portal.url}/service_desk")
    page.get_by_label("Поиск").wait_for()
    _keep(page, "service-desk")
    context.close()


def _walk_as_analyst(portal: Portal, browser: Browser) -> None:
    context = browser.new_context(
        viewport={"width": _WIDE[0], "height": _WIDE[1]}, color_scheme="light", locale="ru-RU"
    )
    page = context.new_page()
    page.goto(portal.url)
    _sign_in(page, "analyst")
    page.get_by_role("heading", name="Обзор").wait_for()
    _keep(page, "analyst-overview")
    for path in ("debts", "collection", "insight_payments"):
        page.goto(f"{portal.url}/{path}")
        _keep(page, f"analyst-{path.removeprefix('insight_')}")
    context.close()


def _sign_in(page: Page, username: str) -> None:
    page.get_by_label("Имя пользователя").fill(username)
    page.get_by_role("textbox", name="Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()


def _walk(portal: Portal, browser: Browser) -> None:
    for name, size, scheme in (
        ("light", _WIDE, "light"),
        ("dark", _WIDE, "dark"),
        ("phone", _PHONE, "light"),
    ):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale="ru-RU",
        )
        page = context.new_page()
        page.goto(portal.url)
        page.get_by_label("Имя пользователя").wait_for()
        _keep(page, f"sign-in-{name}")
        _sign_in(page, "resident")
        page.get_by_text("Здравствуйте,").wait_for()
        second = page.get_by_role("link", name="История начислений").nth(1).get_attribute("href")
        _keep(page, f"home-{name}")
        page.goto(f"{portal.url}/charges")
        _keep(page, f"charges-{name}")
        if name == "light":
            page.set_viewport_size({"width": size[0], "height": 2400})
            page.goto(f"{portal.url}{second}")
            page.get_by_text("Базовое и скорректированное").click()
            _keep(page, "charges-second")
            _keep_receipt(page, portal)
        context.close()


def _keep(page: Page, name: str) -> None:
    page.locator("footer.kb-footer").wait_for()
    page.wait_for_timeout(1500)  # until fonts and charts are drawn
    page.screenshot(path=_FOLDER / f"{name}.png")


def _keep_receipt(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/charges")
    address = page.get_by_role("link", name="Открыть квитанцию").get_attribute("href")
    content = page.request.get(f"{portal.url}{address}").body()
    pypdfium2.PdfDocument(content)[0].render(scale=1.5).to_pil().save(_FOLDER / "receipt.png")


if __name__ == "__main__":
    main()
