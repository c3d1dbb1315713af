"""A real portal and a real browser for the journeys."""

import secrets
from collections.abc import Callable, Generator, Iterator
from hashlib import sha256

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from lib.web.cookies import SESSION
from tests.kit import prepared
from tests.kit.portal import PASSWORD, Portal, launch

# two cores run the portal, its database, the browser and other workers
expect.set_options(timeout=60_000)
_BROWSER, _PORTAL = pytest.StashKey[Browser](), pytest.StashKey[Portal]()
_LAST_LINES = 40
_SESSION = """
INSERT INTO web_session (login_id, token_hash, opened_at, expires_at)
SELECT id, '\\x{hash}', now(), now() + interval '1 day' FROM login WHERE username = '{name}'
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the texts of the screens and the last lines of the portal's log to a failure."""
    report = yield
    if report.failed:
        browser, portal = (
            item.config.stash.get(_BROWSER, None),
            item.config.stash.get(_PORTAL, None),
        )
        if browser is not None:
            for context in browser.contexts:
                report.sections += [_seen(page) for page in context.pages]
        if portal is not None:
            lines = (portal.state / "web.log").read_text(errors="replace").splitlines()
            report.sections.append(("The portal's log", "\n".join(lines[-_LAST_LINES:])))
    return report


def _seen(page: Page) -> tuple[str, str]:
    """Return the address of a page and its visible text."""
    try:
        text = page.locator("body").inner_text(timeout=2_000)
    except Error as failure:
        text = f"cannot be read: {failure}"
    return f"On the screen at {page.url}", text


@pytest.fixture(scope="package")
def portal(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Portal]:
    """A portal for this worker only: other workers do not see its changes."""
    running = Portal(tmp_path_factory.mktemp("portals") / "state")
    prepared.copy("portal", running.state)
    running.start()
    pytestconfig.stash[_PORTAL] = running
    yield running
    del pytestconfig.stash[_PORTAL]
    running.stop()


# for journeys only: a driven browser keeps its loop running in this thread, which excludes others
@pytest.fixture(scope="package")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # the tabs of one context share a process and its compiled scripts
        launched = launch(playwright, "--process-per-site")
        pytestconfig.stash[_BROWSER] = launched
        yield launched
        del pytestconfig.stash[_BROWSER]
        launched.close()


@pytest.fixture(scope="package")
def opened_before() -> dict[str, list[BrowserContext]]:
    """Browser contexts that are free at the moment, by their options."""
    return {}


@pytest.fixture
def another(
    browser: Browser, portal: Portal, opened_before: dict[str, list[BrowserContext]]
) -> Iterator[Callable[..., BrowserContext]]:
    """Open an empty browser for one person, with scripts already compiled.

    A new context compiles three megabytes of scripts again: two seconds of a core for a screen.
    Its owner asks for less motion: drawing fades takes a sixth of the browser's time.
    """
    given_out: list[tuple[str, BrowserContext]] = []

    def open_context(**options: object) -> BrowserContext:
        key = repr(sorted(options.items()))
        free = opened_before.setdefault(key, [])
        options = {"locale": "ru-RU", "reduced_motion": "reduce"} | options
        context = free.pop() if free else browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        given_out.append((key, context))
        return context

    yield open_context
    for key, context in given_out:
        forget(context, portal.url)
        opened_before[key].append(context)


def forget(context: BrowserContext, origin: str) -> None:
    """Close all tabs but an empty one: without a tab the browser's process ends."""
    blank = context.new_page()
    blank.goto(f"{origin}/healthz")
    for page in context.pages:
        if page != blank:
            page.close()
    context.new_cdp_session(blank).send(
        "Storage.clearDataForOrigin",
        {"origin": origin, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"},
    )
    context.clear_cookies()


@pytest.fixture
def context(another: Callable[..., BrowserContext]) -> BrowserContext:
    return another(viewport={"width": 1280, "height": 900})


@pytest.fixture
def enter(portal: Portal) -> Callable[..., Page]:
    """Open an address as somebody and wait for the greeting.

    The session already exists: other journeys test the sign-in form.
    """

    def come_in(context: BrowserContext, name: str = "resident", *, at: str = "/") -> Page:
        token = secrets.token_urlsafe(32)
        portal.execute(_SESSION.format(name=name, hash=sha256(token.encode()).hexdigest()))
        context.add_cookies([{"name": SESSION, "value": token, "url": portal.url}])
        page = context.new_page()
        page.goto(f"{portal.url}{at}")
        page.get_by_text("Здравствуйте,").wait_for()
        return page

    return come_in


@pytest.fixture
def sign_in(portal: Portal) -> Callable[..., Page]:
    """Open an address, sign in by its form and wait for the greeting."""

    def fill(
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

    return fill
