"""Our own routes: cookies, origin, documents, fonts, health, unknown addresses."""

import io
from collections.abc import Callable, Iterator

import pypdf
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from db import session as database
from db.session import DatabaseRole
from lib import config, links
from lib.services.people import sign_in
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES

HOST = "http://portal.test"
OWN = {"Origin": HOST}
PASSWORD = "demo-Parol-2014"


@pytest.fixture
def portal(db: object) -> Iterator[TestClient]:
    """Our routes and middleware without Streamlit."""
    app = Starlette(
        routes=list(ROUTES), exception_handlers=HANDLERS, middleware=[Middleware(PortalMiddleware)]
    )
    with TestClient(app, base_url=HOST, follow_redirects=False) as client:
        yield client


@pytest.fixture
def enter(portal: TestClient) -> Callable[..., None]:
    def sign(name: str = "resident", *, remember: bool = False) -> None:
        portal.get("/")
        ticket = sign_in.issue_ticket(
            name=name,
            password=PASSWORD,
            visit=portal.cookies["kabinet_visit"],
            remember=remember,
        )
        answer = portal.post("/session", data={"ticket": ticket, "next": "/"}, headers=OWN)
        assert answer.status_code == 303

    return sign


def golden_key() -> int:
    with database.transaction(database.OPERATOR) as session:
        key = session.scalar(text("SELECT id FROM account WHERE number = '0000012345'"))
    assert key is not None
    return int(key)


def set_cookies(answer: object) -> dict[str, str]:
    lines = answer.headers.get_list("set-cookie")  # type: ignore[attr-defined]
    return {line.partition("=")[0]: line for line in lines}


class TestVisit:
    def test_a_first_page_sets_an_unreadable_cookie(self, portal: TestClient) -> None:
        line = set_cookies(portal.get("/"))["kabinet_visit"]

        assert "HttpOnly" in line
        assert "SameSite=lax" in line
        assert "Max-Age" not in line
        assert set_cookies(portal.get("/")) == {}

    def test_cookies_are_secure_behind_https(self, portal: TestClient) -> None:
        secured = TestClient(portal.app, base_url="https://portal.test")

        assert "Secure" in set_cookies(secured.get("/"))["kabinet_visit"]


class TestOpenSession:
    def test_sets_the_session_cookie_and_leads_on(self, portal: TestClient) -> None:
        portal.get("/")
        visit = portal.cookies["kabinet_visit"]
        ticket = sign_in.issue_ticket(
            name="resident", password=PASSWORD, visit=visit, remember=False
        )

        answer = portal.post(
            "/session", data={"ticket": ticket, "next": "/charges?account=1"}, headers=OWN
        )

        assert (answer.status_code, answer.headers["location"]) == (303, "/charges?account=1")
        line = set_cookies(answer)["kabinet_session"]
        assert "HttpOnly" in line
        assert "SameSite=lax" in line
        assert "Max-Age" not in line
        assert portal.cookies["kabinet_visit"] != visit

    def test_remembers_for_thirty_days(self, portal: TestClient) -> None:
        portal.get("/")
        ticket = sign_in.issue_ticket(
            name="resident",
            password=PASSWORD,
            visit=portal.cookies["kabinet_visit"],
            remember=True,
        )

        answer = portal.post("/session", data={"ticket": ticket}, headers=OWN)

        assert "Max-Age=2592000" in set_cookies(answer)["kabinet_session"]

    @pytest.mark.parametrize(
        "target", ["//evil.test", "https://evil.test/", "/\\evil.test", "/session/end", "/nowhere"]
    )
    def test_leads_only_to_our_screens(self, portal: TestClient, target: str) -> None:
        portal.get("/")
        ticket = sign_in.issue_ticket(
            name="resident",
            password=PASSWORD,
            visit=portal.cookies["kabinet_visit"],
            remember=False,
        )

        answer = portal.post("/session", data={"ticket": ticket, "next": target}, headers=OWN)

        assert answer.headers["location"] == "/"

    @pytest.mark.parametrize("origin", [None, "http://evil.test", "null", ""])
    def test_refuses_a_foreign_page(self, portal: TestClient, origin: str | None) -> None:
        portal.get("/")
        ticket = sign_in.issue_ticket(
            name="resident",
            password=PASSWORD,
            visit=portal.cookies["kabinet_visit"],
            remember=False,
        )
        headers = {} if origin is None else {"Origin": origin}

        answer = portal.post("/session", data={"ticket": ticket}, headers=headers)

        assert answer.status_code == 403
        assert "kabinet_session" not in set_cookies(answer)

    @pytest.mark.parametrize("ticket", ["", "made-up", "я" * 10_000])
    def test_refuses_a_made_up_ticket(self, portal: TestClient, ticket: str) -> None:
        answer = portal.post("/session", data={"ticket": ticket}, headers=OWN)

        assert answer.status_code == 403
        assert "Войдите ещё раз" in answer.text

    def test_accepts_no_ticket_in_an_address(self, portal: TestClient) -> None:
        assert portal.get("/session?ticket=x").status_code == 405


class TestEndSession:
    def test_ends_the_row_and_the_cookie(
        self, portal: TestClient, enter: Callable[..., None]
    ) -> None:
        enter()
        token = portal.cookies["kabinet_session"]

        answer = portal.post("/session/end", headers=OWN)

        assert answer.status_code == 303
        assert "kabinet_session" not in portal.cookies
        assert sign_in.find_actor(token=token) is None

    def test_refuses_a_foreign_page(self, portal: TestClient, enter: Callable[..., None]) -> None:
        enter()

        answer = portal.post("/session/end", headers={"Origin": "http://evil.test"})

        assert answer.status_code == 403
        assert sign_in.find_actor(token=portal.cookies["kabinet_session"]) is not None


class TestReceipt:
    def test_is_served_to_the_holder(self, portal: TestClient, enter: Callable[..., None]) -> None:
        enter()

        answer = portal.get(f"/documents/receipts/{golden_key()}/2014-10.pdf?save=1")

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == 'attachment; filename="receipt-2014-10.pdf"'
        assert "no-store" in answer.headers["cache-control"]
        page = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
        assert "126,93" in page

    def test_is_hidden_from_strangers_and_from_other_roles(
        self, portal: TestClient, enter: Callable[..., None]
    ) -> None:
        address = f"/documents/receipts/{golden_key()}/2014-10.pdf"
        assert portal.get(address).status_code == 404
        for name in ("staff", "analyst", "admin"):
            enter(name)
            assert portal.get(address).status_code == 404

    @pytest.mark.parametrize(
        "month",
        ["2014-11", "2014-09", "2014-13", "0000-10", "2014-1", "october", "2014-10-01", "٢٠١٤-10"],
    )
    def test_answers_a_mistyped_or_unbilled_month_with_a_sentence(
        self, portal: TestClient, enter: Callable[..., None], month: str
    ) -> None:
        enter()

        answer = portal.get(f"/documents/receipts/{golden_key()}/{month}.pdf")

        assert answer.status_code == 404
        assert "<h1>" in answer.text

    @pytest.mark.parametrize("key", ["999999", "9" * 30, "0", "-1", "1e3", "abc"])
    def test_answers_a_foreign_or_impossible_key_with_404(
        self, portal: TestClient, enter: Callable[..., None], key: str
    ) -> None:
        enter()

        assert portal.get(f"/documents/receipts/{key}/2014-10.pdf").status_code == 404

    def test_hides_a_neighbours_bill(self, portal: TestClient, enter: Callable[..., None]) -> None:
        enter()
        with database.transaction(database.OPERATOR) as session:
            row = session.execute(
                text(
                    "SELECT account_id, to_char(period, 'YYYY-MM') AS month FROM bill WHERE "
                    "account_id NOT IN (SELECT account_id FROM account_access) LIMIT 1"
                )
            ).one()

        answer = portal.get(f"/documents/receipts/{row.account_id}/{row.month}.pdf")

        assert answer.status_code == 404
        assert "Страница не найдена" in answer.text

    def test_of_an_open_month_is_refused(
        self, portal: TestClient, enter: Callable[..., None]
    ) -> None:
        enter()
        with database.transaction(database.OWNER) as session:
            session.execute(text("UPDATE billing_period SET status = 'open'"))

        answer = portal.get(f"/documents/receipts/{golden_key()}/2014-10.pdf")

        assert answer.status_code == 404
        assert "Выберите другой месяц" in answer.text


class TestStatement:
    @pytest.mark.parametrize(
        ("kind", "media", "begins"),
        [
            ("pdf", "application/pdf", b"%PDF"),
            (
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                b"PK\x03\x04",
            ),
            ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbf"),
        ],
    )
    def test_is_saved_by_the_holder(
        self, portal: TestClient, enter: Callable[..., None], kind: str, media: str, begins: bytes
    ) -> None:
        enter()

        answer = portal.get(f"/documents/statements/{golden_key()}/2014-10-2014-10.{kind}")

        assert answer.status_code == 200
        assert answer.headers["content-type"] == media
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="statement-2014-10-2014-10.{kind}"'
        )
        assert "no-store" in answer.headers["cache-control"]
        assert answer.content.startswith(begins)

    def test_is_hidden_from_strangers_and_from_other_roles(
        self, portal: TestClient, enter: Callable[..., None]
    ) -> None:
        address = f"/documents/statements/{golden_key()}/2014-10-2014-10.csv"
        assert portal.get(address).status_code == 404
        for name in ("staff", "analyst", "admin"):
            enter(name)
            assert portal.get(address).status_code == 404

    @pytest.mark.parametrize(
        "name",
        [
            "2014-10-2014-09.pdf", "2014-09-2014-10.pdf", "2014-10-2014-11.pdf", "2014-10.pdf",
            "2014-10-2014-13.csv", "0000-10-2014-10.csv", "2014-1-2014-10.csv", "october.xlsx",
            "2014-10-2014-10.exe", "2014-10-2014-10.PDF",
            "٢٠١٤-10-2014-10.pdf", "2014-10-2014-10.pdf.csv",
        ],
    )  # fmt: skip
    def test_answers_mistyped_or_unbilled_months_with_a_sentence(
        self, portal: TestClient, enter: Callable[..., None], name: str
    ) -> None:
        enter()

        answer = portal.get(f"/documents/statements/{golden_key()}/{name}")

        assert answer.status_code == 404
        assert "<h1>" in answer.text

    @pytest.mark.parametrize("key", ["999999", "9" * 30, "0", "-1", "1e3", "abc"])
    def test_answers_a_foreign_or_impossible_key_with_404(
        self, portal: TestClient, enter: Callable[..., None], key: str
    ) -> None:
        enter()

        answer = portal.get(f"/documents/statements/{key}/2014-10-2014-10.pdf")

        assert answer.status_code == 404

    def test_hides_a_neighbours_money(self, portal: TestClient, enter: Callable[..., None]) -> None:
        enter()
        with database.transaction(database.OPERATOR) as session:
            row = session.execute(
                text(
                    "SELECT account_id, to_char(period, 'YYYY-MM') AS month FROM bill WHERE "
                    "account_id NOT IN (SELECT account_id FROM account_access) LIMIT 1"
                )
            ).one()

        for kind in ("pdf", "xlsx", "csv"):
            answer = portal.get(
                f"/documents/statements/{row.account_id}/{row.month}-{row.month}.{kind}"
            )
            assert answer.status_code == 404
            assert "Страница не найдена" in answer.text

    def test_of_an_open_month_is_refused(
        self, portal: TestClient, enter: Callable[..., None]
    ) -> None:
        enter()
        with database.transaction(database.OWNER) as session:
            session.execute(text("UPDATE billing_period SET status = 'open'"))

        answer = portal.get(f"/documents/statements/{golden_key()}/2014-10-2014-10.pdf")

        assert answer.status_code == 404
        assert "Выберите другие месяцы" in answer.text


class TestPage:
    @pytest.mark.parametrize("path", links.SCREENS)
    def test_names_the_portal_before_any_script_runs(self, portal: TestClient, path: str) -> None:
        answer = portal.get(f"/{path}")

        assert answer.status_code == 200
        assert "<title>Личный кабинет</title>" in answer.text
        assert '<html lang="ru">' in answer.text
        assert ".kb-bill {" in answer.text
        for foreign in ("Streamlit app", "SourceSans", "openapi", "Copyright"):
            assert foreign not in answer.text


class TestWhileTheDatabaseIsAway:
    @pytest.fixture
    def portal_without_database(self, portal: TestClient, enter: Callable[..., None]) -> TestClient:
        enter()
        nowhere = database.create_pool("postgresql+psycopg://u@/b?host=/nowhere")
        database.bind(dict.fromkeys(DatabaseRole, nowhere))
        return portal

    def test_a_receipt_is_explained_and_may_be_requested_again(
        self, portal_without_database: TestClient
    ) -> None:
        answer = portal_without_database.get("/documents/receipts/1/2014-10.pdf")

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "Данные сейчас недоступны" in answer.text

    def test_nobody_is_signed_out(self, portal_without_database: TestClient) -> None:
        token = portal_without_database.cookies["kabinet_session"]

        answer = portal_without_database.post("/session/end", headers=OWN)

        assert answer.status_code == 503
        assert portal_without_database.cookies["kabinet_session"] == token

    def test_the_process_lives_but_is_not_ready(self, portal_without_database: TestClient) -> None:
        assert portal_without_database.get("/healthz").status_code == 200
        assert portal_without_database.get("/readyz").status_code == 503


class TestElsewhere:
    @pytest.mark.parametrize("path", ["/nowhere", "/admin", "/charges/x", "/.env", "/pages/main"])
    def test_an_unknown_address_is_a_page_in_russian(self, portal: TestClient, path: str) -> None:
        answer = portal.get(path)

        assert answer.status_code == 404
        assert "Страница не найдена" in answer.text

    def test_no_answer_may_be_framed_or_type_sniffed(self, portal: TestClient) -> None:
        for path in ("/", "/nowhere", "/healthz"):
            headers = portal.get(path).headers
            assert headers["x-frame-options"] == "DENY"
            assert headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://portal.test.evil.test"])
    def test_a_websocket_of_a_foreign_page_is_closed_at_once(
        self, portal: TestClient, origin: str
    ) -> None:
        with (
            pytest.raises(WebSocketDisconnect) as closed,
            portal.websocket_connect("/_stcore/stream", headers={"Origin": origin}),
        ):
            pass

        assert closed.value.code == 1008

    def test_fonts_are_our_own(self, portal: TestClient) -> None:
        answer = portal.get("/fonts/PTSans-Regular.ttf")

        assert answer.status_code == 200
        assert answer.content[:4] == b"\x00\x01\x00\x00"
        assert portal.get("/fonts/..%2f..%2fetc%2fpasswd").status_code == 404
        assert portal.get("/fonts/Arial.ttf").status_code == 404

    def test_the_process_lives_and_the_database_answers(self, portal: TestClient) -> None:
        assert portal.get("/healthz").text == "ok"
        answer = portal.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"database": True, "migrations": True})

    def test_an_older_schema_is_not_ready(self, portal: TestClient) -> None:
        with database.transaction(database.OWNER) as session:
            session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

        answer = portal.get("/readyz")

        assert (answer.status_code, answer.json()["migrations"]) == (503, False)

    def test_every_screen_has_an_address_of_the_table(self) -> None:
        assert all(links.is_screen(links.link_to_screen(path)) for path in links.SCREENS)
        assert config.get_settings().kabinet_demo
