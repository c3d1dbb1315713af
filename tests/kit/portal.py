"""A real portal with its own process and database, and a real browser."""

import os
import shutil
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Browser, Page, Playwright, expect
from sqlalchemy import create_engine, text

from db.embedded import EmbeddedServer
from tests.kit.embedded import PATIENCE
from tests.kit.forked import Forked, start_module
from tests.kit.prepared import ACCOUNTS, MONTHS

PASSWORD = "demo-Parol-2014"
ROOT = Path(__file__).parents[2]
# the shell draws the same without windows, in a tenth less time
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Portal:
    """A running `kabinet web` in demonstration mode."""

    state: Path
    accounts: int = ACCOUNTS
    months: int = MONTHS
    patience_seconds: float = PATIENCE
    port: int = field(default_factory=free_port)
    process: Forked | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {
            **os.environ,
            "KABINET_DEMO": "1",
            "KABINET_STATE": str(self.state),
            "PORT": str(self.port),
            "KABINET_DEMO_ACCOUNTS": str(self.accounts),
            "KABINET_DEMO_MONTHS": str(self.months),
        }
        with (self.state / "web.log").open("ab") as log:
            self.process = start_module("lib.cli", ["web"], environment=environment, output=log)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + self.patience_seconds
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, (self.state / "web.log").read_text()
            try:
                if httpx2.get(f"{self.url}/readyz", verify=False).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.2)
        raise TimeoutError((self.state / "web.log").read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
            self.process = None

    def execute(self, statement: str, *, database: str = "kabinet") -> None:
        """Change the portal's database, or another one of its server, as its superuser."""
        server = EmbeddedServer.attach(self.state / "postgres")
        engine = create_engine(server.cluster.url(user="postgres", database=database))
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()
        server.detach()

    def read(self, statement: str) -> list[Any]:
        """Return the rows of a statement in the portal's database."""
        server = EmbeddedServer.attach(self.state / "postgres")
        engine = create_engine(server.cluster.url(user="postgres", database="kabinet"))
        with engine.connect() as connection:
            found = list(connection.execute(text(statement)))
        engine.dispose()
        server.detach()
        return found


def wait_until_drawn(page: Page) -> None:
    """Wait until the screen's script has ended and all its parts are loaded."""
    page.locator("footer.kb-footer").wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    # a kind of field that is new to this tab is loaded first and grey until then
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """Start the system's Chromium, or the one of Playwright."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    return playwright.chromium.launch(executable_path=found, args=[*_QUIET, *arguments])
