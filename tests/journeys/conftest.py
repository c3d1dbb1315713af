"""A real portal - its own process, its own database - and a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import create_engine, text

from db.embedded import EmbeddedServer

PASSWORD = "demo-Parol-2014"
ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 90
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Portal:
    """A running `kabinet web` in demonstration mode."""

    state: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {
            **os.environ,
            "KABINET_DEMO": "1",
            "KABINET_STATE": str(self.state),
            "PORT": str(self.port),
        }
        with (self.state / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lib.cli", "web"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, (self.state / "web.log").read_text()
            try:
                if httpx2.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.2)
        raise TimeoutError((self.state / "web.log").read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)
            self.process = None

    def execute(self, statement: str, *, database: str = "kabinet") -> None:
        """Change the portal's database, or another one of its server, as its superuser."""
        server = EmbeddedServer.attach(self.state / "postgres")
        engine = create_engine(server.cluster.url(user="postgres", database=database))
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()
        server.detach()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    running = Portal(tmp_path_factory.mktemp("portal"), free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=list(_QUIET))
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
