"""Attacks by reports of mistakes: the only thing that strangers may write."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from lib import links
from lib.access import Actor
from lib.services.mistakes import decisions
from lib.services.mistakes.reports import MOST_OF_NETWORK
from lib.services.people import sign_in
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES
from tests.kit.identity import fetch

HOST = "http://portal.test"
SCRIPT = "</p><script>alert(1)</script><img src=x onerror=alert(1)>"
MAIN = Path(__file__).parents[2] / "pages/main.py"


@pytest.fixture
def portal(db: object) -> Iterator[TestClient]:
    app = Starlette(
        routes=list(ROUTES), exception_handlers=HANDLERS, middleware=[Middleware(PortalMiddleware)]
    )
    with TestClient(app, base_url=HOST, follow_redirects=False) as client:
        yield client


@pytest.fixture
def admin(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("admin")


def post(portal: TestClient, *, origin: str = HOST, **fields: str) -> httpx2.Response:
    sent = {"key": uuid4().hex, "screen": "/charges", "selected": "Превет"} | fields
    return portal.post(links.MISTAKES, data=sent, headers={"Origin": origin})


def reported() -> list[Any]:
    return fetch("SELECT * FROM mistake ORDER BY id")


def test_a_report_of_a_stranger_is_accepted(portal: TestClient) -> None:
    answer = post(portal, before="«", after="»", comment="Привет")

    assert answer.status_code == 200
    assert answer.json()["said"].startswith("Спасибо!")
    (report,) = reported()
    assert (report.selected, report.before, report.after, report.comment) == (
        "Превет",
        "«",
        "»",
        "Привет",
    )


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "", f"{HOST}.evil.test"])
def test_a_report_from_a_foreign_page_is_refused(portal: TestClient, origin: str) -> None:
    assert post(portal, origin=origin).status_code == 403
    assert portal.post(links.MISTAKES, data={}).status_code == 403
    assert reported() == []


def test_a_megabyte_is_not_even_read(portal: TestClient) -> None:
    answer = post(portal, comment="я" * 1_000_000)

    assert (answer.status_code, reported()) == (413, [])


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"selected": "я" * 301}, id="too many words"),
        pytest.param({"comment": "я" * 1001}, id="a text that is too long"),
        pytest.param({"selected": " \u00ad\u200b\n"}, id="nothing to see"),
        pytest.param({"key": "1"}, id="no key"),
        pytest.param({str(n): "x" for n in range(9)}, id="many fields"),
    ],
)
def test_malformed_reports_are_refused(portal: TestClient, fields: dict[str, str]) -> None:
    assert post(portal, **fields).status_code == 400
    assert reported() == []


@pytest.mark.parametrize(
    "screen",
    [
        "https://evil.test/charges",
        "//evil.test/charges",
        "/\\evil.test",
        "javascript:alert(1)",
        "/charges/../../etc",
        "/no_such_screen",
        "http://[",
        "",
    ],
)
def test_an_address_outside_the_portal_is_refused(portal: TestClient, screen: str) -> None:
    assert post(portal, screen=screen).status_code == 400
    assert reported() == []


@pytest.mark.parametrize(
    ("screen", "stored"),
    [
        ("/activation?token=secret", "/activation"),
        ("/charges?account=12&period=2014-10", "/charges"),
        ("/guide?section=meters&q=x#end", "/guide?section=meters"),
        ("/guide?section=%3Cscript%3E", "/guide"),
    ],
)
def test_secrets_of_an_address_are_not_kept(portal: TestClient, screen: str, stored: str) -> None:
    assert post(portal, screen=screen).status_code == 200
    assert reported()[0].screen == stored


def test_unprintable_characters_are_removed(portal: TestClient) -> None:
    post(portal, selected="Пере\u00adрасчёт\x00\u202eза")

    assert reported()[0].selected == "Перерасчёт за"


def test_of_two_hundred_reports_twenty_are_kept(portal: TestClient) -> None:
    codes = [post(portal).status_code for _ in range(200)]

    assert codes == [200] * MOST_OF_NETWORK + [429] * (200 - MOST_OF_NETWORK)
    assert len(reported()) == MOST_OF_NETWORK


def test_the_same_sent_again_is_one_report(portal: TestClient) -> None:
    key = uuid4().hex

    assert [post(portal, key=key).status_code for _ in range(3)] == [200] * 3
    assert len(reported()) == 1


def test_a_script_is_shown_to_staff_as_text(
    portal: TestClient, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(portal, selected=SCRIPT, before=SCRIPT, after=SCRIPT, comment=f"{SCRIPT} **жирно**")
    monkeypatch.setattr(sign_in, "find_actor", lambda **_: admin)

    page = AppTest.from_file(str(MAIN), default_timeout=120).run()
    page.switch_page("staff/mistakes.py").run()

    found: Any = page.get("html")
    html = "\n".join(element.proto.body for element in found)
    assert "&lt;script&gt;alert(1)" in html
    assert "<script" not in html
    assert "<img" not in html
    assert decisions.list_waiting_mistakes(actor=admin).mistakes[0].comment.endswith("**жирно**")


def test_the_address_of_the_script_contains_its_version(portal: TestClient) -> None:
    address = portal.get("/").text.partition('<script src="/page.js')[2].partition('"')[0]
    answer = portal.get(f"{links.PAGE_SCRIPT}{address}")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert portal.get(links.MISTAKES).status_code == 405
