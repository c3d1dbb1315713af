"""Checks of a screen's look: sizes, sideways scrolling, findings of axe."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDE: Any = {"width": 1280, "height": 900}
PHONE: Any = {"width": 390, "height": 844}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# without descriptions of passed rules, which take half of the time
_OPTIONS = {"resultTypes": ["violations"]}


def find_serious(page: Page) -> list[str]:
    """Return the rules of axe that a page breaks with serious or critical impact."""
    found = Axe().run(page, options=_OPTIONS).response["violations"]
    return [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")]
