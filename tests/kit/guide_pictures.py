"""Make the pictures of the guide: a resident's screens, small enough for a phone."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.kit.portal import PASSWORD, Portal

FOLDER = Path("lib/ui/guide/pictures")
LARGEST = 60 * 1024
_SEEN = {"width": 1240, "height": 960}
_WIDTH, _HEIGHT, _AIR = 860, 560, 20
_PUBLIC = {"sign_in": "/", "registration": "/registration", "recovery": "/recovery"}
_OWN = (
    "attach",
    "charges",
    "meters",
    "payments",
    "organizations",
    "appeals",
    "paid_services",
    "news",
    "profile",
)
_AT = {"appeals": "appeals?new=1"}
_TITLE = "h1.kb-title"
_SELECT = """(cell) => { const range = document.createRange(); range.selectNodeContents(cell);
  getSelection().removeAllRanges(); getSelection().addRange(range); }"""


def take(portal: Portal, browser: Browser) -> None:
    """Open the screens that the guide describes and save their pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport=_SEEN, locale="ru-RU")  # type: ignore[arg-type]
    page = context.new_page()
    for name, path in _PUBLIC.items():
        page.goto(f"{portal.url}{path}")
        page.locator("footer.kb-footer").wait_for()
        # a real portal does not show the demonstration's notice
        page.evaluate("document.querySelector('[data-testid=stAlert]')?.remove()")
        _keep(page, name)
    page.goto(portal.url)
    page.get_by_label("Имя пользователя").fill("resident")
    page.get_by_role("textbox", name="Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.get_by_text("Здравствуйте,").wait_for()
    _keep(page, "home")
    paying = page.get_by_role("link", name="Оплатить счета").first.get_attribute("href")
    for name in _OWN:
        page.goto(f"{portal.url}/{_AT.get(name, name)}")
        if name == "attach":
            page.get_by_label("Организация").click()
            page.get_by_role("option").first.click()
        _keep(page, name)
    page.goto(f"{portal.url}{paying}")
    _keep(page, "pay")
    page.goto(portal.url)
    page.locator(".kb-bill td").first.wait_for()
    page.wait_for_timeout(1500)
    page.get_by_role("rowheader", name="ХВС").first.evaluate(_SELECT)
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").wait_for()
    _keep(page, "mistakes", of=".kb-dialog")
    context.close()


def _keep(page: Page, name: str, *, of: str = _TITLE) -> None:
    """Save the part of the page that begins at an element, without menu and header."""
    page.locator("footer.kb-footer").wait_for()
    page.wait_for_timeout(1500)  # until fonts and charts are drawn
    box = page.locator(of).first.bounding_box()
    footer = page.locator("footer.kb-footer").bounding_box()
    assert box is not None
    assert footer is not None
    left, top = box["x"] - _AIR, box["y"] - _AIR
    end = min(top + _HEIGHT, _SEEN["height"], footer["y"] if of == _TITLE else _SEEN["height"])
    clip = {"x": left, "y": top, "width": _WIDTH, "height": end - top}
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip)))  # type: ignore[arg-type]
    picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=80, method=6)
