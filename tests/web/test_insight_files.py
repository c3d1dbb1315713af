"""Route to files of analysts: the session decides, everybody else sees no such page."""

import html
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib import links
from lib.errors import PortalError
from lib.facts.manifest import FactsBroken, Manifest
from lib.services.insight.screens import FactsAway
from lib.services.people import sign_in
from lib.storage import FileGone, StorageAway
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES
from tests.kit.insight.versions import first_version, manifest

__all__ = ["first_version", "manifest"]
HOST = "http://portal.test"


@pytest.fixture
def portal(db: object, manifest: Manifest) -> Iterator[TestClient]:
    app = Starlette(
        routes=list(ROUTES), exception_handlers=HANDLERS, middleware=[Middleware(PortalMiddleware)]
    )
    with TestClient(app, base_url=HOST, follow_redirects=False) as client:
        yield client


@pytest.fixture
def enter(portal: TestClient) -> Callable[[str], None]:
    def sign(name: str) -> None:
        portal.get("/")
        ticket = sign_in.issue_ticket(
            name=name,
            password="demo-Parol-2014",
            visit=portal.cookies["kabinet_visit"],
            remember=False,
        )
        words = {"ticket": ticket, "next": "/"}
        answer = portal.post("/session", data=words, headers={"Origin": HOST})
        assert answer.status_code == 303

    return sign


def link(kind: str, panel: str = "", path: str = links.COLLECTION, **query: str) -> str:
    return links.link_to_insight_file(path=path, kind=kind, query=query, panel=panel)


def test_an_analyst_takes_files(portal: TestClient, enter: Callable[[str], None]) -> None:
    enter("analyst")
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("parquet", b"PAR1")):
        answer = portal.get(link(kind, compared="before"))
        assert answer.status_code == 200
        assert answer.content.startswith(start)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("failure", [StorageAway(), FileGone(), FactsBroken()])
def test_without_its_server_of_files_it_says_so(
    portal: TestClient,
    enter: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    failure: PortalError,
) -> None:
    def fail() -> Manifest:
        raise failure

    enter("analyst")
    monkeypatch.setattr("lib.facts.store.find_manifest", fail)

    answer = portal.get(link("csv"))

    assert answer.status_code == 503
    told = failure if isinstance(failure, FactsBroken) else FactsAway()
    assert str(told) in html.unescape(answer.text)


def test_a_free_query_is_a_file_or_a_sentence(
    portal: TestClient, enter: Callable[[str], None]
) -> None:
    enter("analyst")
    answer = portal.get(link("csv", path=links.FREE_QUERY, sql="SELECT 1 AS a, 'b' AS c"))
    assert answer.content.decode("utf-8-sig") == "a;c\r\n1;b\r\n"

    refused = portal.get(link("csv", path=links.FREE_QUERY, sql="DROP TABLE months"))
    assert refused.status_code == 404
    assert "только читать" in refused.text


@pytest.mark.parametrize("name", ["", "resident", "staff", "admin"])
def test_nobody_else_finds_them(
    portal: TestClient, enter: Callable[[str], None], name: str
) -> None:
    if name:
        enter(name)
    for address in (link("csv"), link("xlsx", path=links.FREE_QUERY, sql="SELECT 1")):
        answer = portal.get(address)
        assert answer.status_code == 404
        assert "Страница не найдена" in answer.text


def test_unknown_kinds_screens_and_panels_are_not_found(
    portal: TestClient, enter: Callable[[str], None]
) -> None:
    enter("analyst")
    for address in (link("exe"), link("csv", path="people"), link("csv", panel="x.y")):
        assert portal.get(address).status_code == 404
    few = portal.get(link("csv", organization="999999"))
    assert "не показываются" in few.text
