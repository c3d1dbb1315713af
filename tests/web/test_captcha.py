"""The routes of a captcha: only for its own browser, never cached."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib import links
from lib.services import captchas
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES
from tests.kit.identity import fetch

HOST = "http://portal.test"
OWN = {"Origin": HOST}


@pytest.fixture
def portal(db: object) -> Iterator[TestClient]:
    app = Starlette(
        routes=list(ROUTES), exception_handlers=HANDLERS, middleware=[Middleware(PortalMiddleware)]
    )
    with TestClient(app, base_url=HOST, follow_redirects=False) as client:
        client.get("/")
        yield client


@pytest.fixture
def address(portal: TestClient) -> str:
    return links.link_to_captcha(key=captchas.create_captcha(visit=portal.cookies["kabinet_visit"]))


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("wav", b"RIFF")])
def test_returns_a_picture_and_a_sound_of_the_digits(
    portal: TestClient, address: str, kind: str, start: bytes
) -> None:
    answer = portal.get(f"{address}.{kind}")

    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("kind", ["png", "wav"])
def test_is_not_found_in_another_browser_or_under_another_key(
    portal: TestClient, address: str, kind: str
) -> None:
    assert portal.get(f"{links.link_to_captcha(key=str(uuid4()))}.{kind}").status_code == 404
    assert portal.get(f"/captcha/1.{kind}").status_code == 404
    portal.cookies.clear()
    assert portal.get(f"{address}.{kind}").status_code == 404


def test_gives_a_new_code_only_to_its_own_page(portal: TestClient, address: str) -> None:
    before = fetch("SELECT digits FROM captcha")

    assert portal.post(address).status_code == 404
    assert portal.post(address, headers={"Origin": "http://evil.test"}).status_code == 404
    assert fetch("SELECT digits FROM captcha") == before
    assert portal.post(address, headers=OWN).status_code == 204
    assert fetch("SELECT digits FROM captcha") != before
    portal.cookies.clear()
    assert portal.post(address, headers=OWN).status_code == 404
