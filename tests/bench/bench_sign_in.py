"""Sign-in as a user sees it: from the click on «Войти» to the debt, in a real browser.

The reference is a plain Streamlit page with only streamlit-authenticator, which shows one
line after sign-in. «Cold» is the first sign-in of a process, «warm» the later ones.
"""

import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.figure import Figure
from tests.kit.portal import PASSWORD, Portal, free_port, launch

_ROUNDS = 5
_STOCK = """
import streamlit as st
import streamlit_authenticator as stauth
users = {"usernames": {"resident": {"email": "r@example.org", "name": "R",
                                    "password": "demo-Parol-2014"}}}
if "users" not in st.session_state:
    st.session_state["users"] = users
login = stauth.Authenticate(st.session_state["users"], "cookie", "k" * 32, 1)
login.login(location="main")
if st.session_state.get("authentication_status"):
    st.write("Signed in")
"""


def measure() -> list[Figure]:
    """Sign in with new browser contexts, to the portal and the plain page in turn."""
    own_times: list[float] = []
    stock: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        portal = Portal(Path(folder) / "state")
        portal.state.mkdir()
        portal.start()
        browser = launch(playwright)
        try:
            with _stock(Path(folder)) as address:
                for _ in range(_ROUNDS + 1):
                    own_times.append(_timed(browser, portal.url, _enter_ours))
                    stock.append(_timed(browser, address, _enter_stock))
        finally:
            browser.close()
            portal.stop()
    return [
        Figure("sign-in to the debt, cold", own_times[0], "s", stock[0]),
        Figure(
            "sign-in to the debt, warm",
            statistics.median(own_times[1:]),
            "s",
            statistics.median(stock[1:]),
        ),
    ]


def _timed(browser: Browser, address: str, enter: Callable[[Page], None]) -> float:
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("textbox").first.wait_for()
    page.get_by_role("textbox").nth(0).fill("resident")
    page.get_by_role("textbox").nth(1).fill(PASSWORD)
    start = time.perf_counter()
    enter(page)
    took = time.perf_counter() - start
    context.close()
    return took


def _enter_ours(page: Page) -> None:
    page.get_by_role("button", name="Войти").click()
    page.get_by_text("126,93").first.wait_for()


def _enter_stock(page: Page) -> None:
    page.get_by_role("button", name="Login").click()
    page.get_by_text("Signed in").wait_for()


@contextlib.contextmanager
def _stock(folder: Path) -> Iterator[str]:
    script, port = folder / "stock_sign_in.py", free_port()
    script.write_text(_STOCK)
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true",
         f"--server.port={port}", "--browser.gatherUsageStats=false"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(200):
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"http://127.0.0.1:{port}/_stcore/health").is_success:
                break
        time.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
