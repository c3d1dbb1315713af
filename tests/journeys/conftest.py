"""A real portal and a real browser for the journeys."""

import fcntl
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.portal import PASSWORD, Portal, launch

# two cores carry the portal, its database, the browser and other workers
expect.set_options(timeout=20_000)


def prepared(base: Path) -> Path:
    """Return the state of a portal that has made its demonstration; the first worker makes it."""
    state = base / "prepared-portal"
    with (base / "prepared-portal.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not state.exists():
            making = base / "portal-being-made"
            making.mkdir()
            first = Portal(making)
            first.start()
            first.stop()
            making.rename(state)
    return state


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal of the worker's own: what one journey leaves, no other worker meets."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    running = Portal(tmp_path_factory.mktemp("portal"))
    # with their owners: the database belongs to another user where root runs it
    subprocess.run(["cp", "-a", f"{prepared(shared)}/.", running.state], check=True)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        locale="ru-RU", viewport={"width": 1280, "height": 900}, accept_downloads=True
    )
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


@pytest.fixture
def enter(portal: Portal) -> Callable[..., Page]:
    """Open an address, sign in there and wait for the greeting."""

    def sign_in(
        context: BrowserContext, name: str = "resident", *, at: str = "/", remember: bool = False
    ) -> Page:
        page = context.new_page()
        page.goto(f"{portal.url}{at}")
        page.get_by_label("Имя пользователя").fill(name)
        page.get_by_role("textbox", name="Пароль").fill(PASSWORD)
        if remember:
            page.get_by_text("Запомнить?").click()
        page.get_by_role("button", name="Войти").click()
        page.get_by_text("Здравствуйте,").wait_for()
        return page

    return sign_in
