"""Attacks on sign-in; each test is named after its attack."""

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import bcrypt
import pytest
from sqlalchemy import Connection, event
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib import clock
from lib.services import attempts
from lib.services.people import passwords, recoveries, registrations, sign_in, sign_in_tries
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES
from tests.kit.identity import HOME, VISIT, execute, fetch, register, solve_captcha, token

PASSWORD = "demo-Parol-2014"
HOST = "http://portal.test"
OWN = {"Origin": HOST}
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE")


@pytest.fixture
def portal(db: object) -> Iterator[TestClient]:
    app = Starlette(routes=list(ROUTES), middleware=[Middleware(PortalMiddleware)])
    with TestClient(app, base_url=HOST, follow_redirects=False) as client:
        client.get("/")
        yield client


def enter(
    name: str = "resident",
    password: str = PASSWORD,
    *,
    address: str = HOME,
    visit: str = VISIT,
    captcha: tuple[str, str] | None = None,
) -> str:
    return sign_in.issue_ticket(
        name=name, password=password, visit=visit, remember=False, address=address, captcha=captcha
    )


def guess(**values: Any) -> type[Exception]:
    """Try a wrong password and tell how it was refused."""
    try:
        enter(password="wrong-Parol-2014", **values)
    except Exception as refusal:  # noqa: BLE001 - returned to the test
        return type(refusal)
    raise AssertionError


class TestForgery:
    @pytest.mark.parametrize("origin", [None, "http://evil.test", "null", f"{HOST}.evil.test"])
    def test_a_foreign_page_cannot_sign_in(self, portal: TestClient, origin: str | None) -> None:
        ticket = enter(visit=portal.cookies["kabinet_visit"])
        headers = {"Origin": origin} if origin else {}

        answer = portal.post("/session", data={"ticket": ticket}, headers=headers)

        assert answer.status_code == 403
        assert "kabinet_session" not in portal.cookies

    def test_a_stolen_ticket_is_refused_in_another_browser(self, portal: TestClient) -> None:
        ticket = enter(visit="the victim's browser")

        assert portal.post("/session", data={"ticket": ticket}, headers=OWN).status_code == 403

    def test_a_replayed_ticket_is_refused(self, portal: TestClient) -> None:
        visit = portal.cookies["kabinet_visit"]
        data = {"ticket": enter(visit=visit)}
        assert portal.post("/session", data=data, headers=OWN).status_code == 303

        portal.cookies.set("kabinet_visit", visit)
        assert portal.post("/session", data=data, headers=OWN).status_code == 403

    def test_sign_in_replaces_a_planted_session(self, portal: TestClient) -> None:
        portal.cookies.set("kabinet_session", "planted", domain="portal.test")
        visit = portal.cookies["kabinet_visit"]

        answer = portal.post("/session", data={"ticket": enter(visit=visit)}, headers=OWN)

        given = {
            line.partition("=")[0]: line.partition("=")[2].partition(";")[0]
            for line in answer.headers.get_list("set-cookie")
        }
        assert given["kabinet_session"] not in {"", "planted"}
        assert given["kabinet_visit"] not in {"", visit}
        assert sign_in.find_actor(token="planted") is None

    def test_cookies_cannot_be_read_by_scripts_nor_sent_by_strangers(
        self, portal: TestClient
    ) -> None:
        secured = TestClient(portal.app, base_url="https://portal.test", follow_redirects=False)
        secured.get("/")
        ticket = enter(visit=secured.cookies["kabinet_visit"])

        answer = secured.post(
            "/session", data={"ticket": ticket}, headers={"Origin": "https://portal.test"}
        )

        for line in answer.headers.get_list("set-cookie"):
            assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(line.split("; "))
            assert "Domain" not in line


class TestStolenCookie:
    def opened(self) -> str:
        return sign_in.open_session(ticket=enter(), visit=VISIT).token

    @pytest.mark.usefixtures("db")
    def test_is_invalid_after_sign_out(self) -> None:
        token = self.opened()
        sign_in.end_session(token=token)

        assert sign_in.find_actor(token=token) is None

    @pytest.mark.usefixtures("db")
    def test_is_invalid_after_a_new_password(self) -> None:
        stolen = self.opened()
        recoveries.request_recovery(
            name="resident", captcha=solve_captcha(), visit=VISIT, address=HOME
        )
        recoveries.set_password(
            token=token(), password="Novy-Parol-2015", repeated="Novy-Parol-2015", address=HOME
        )

        assert sign_in.find_actor(token=stolen) is None


@pytest.mark.usefixtures("db")
class TestEnumeration:
    """Known, unknown, blocked and unconfirmed logins answer alike to a wrong password."""

    NAMES = ("resident", "nobody", "staff", "kamalia", "resident@example.org", "no@example.org")

    @pytest.fixture(autouse=True)
    def _cast(self, db: Connection) -> None:  # noqa: ARG002 - the tests' transaction
        register()
        execute("UPDATE login SET blocked_at = now() WHERE username = 'staff'")

    def test_by_messages(self) -> None:
        assert {guess(name=name) for name in self.NAMES} == {sign_in.SignInRefused}

    def test_by_the_right_password_of_a_blocked_login(self) -> None:
        with pytest.raises(sign_in.SignInRefused) as refused:
            enter("staff")

        assert str(refused.value) == str(sign_in.SignInRefused())

    def test_by_the_right_password_of_an_unknown_name(self) -> None:
        with pytest.raises(sign_in.SignInRefused) as refused:
            enter("nobody")

        assert str(refused.value) == str(sign_in.SignInRefused())

    def test_by_statements_and_rows(self, db: Connection) -> None:
        seen: list[str] = []

        def listen(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.lstrip().upper().startswith(COUNTED):
                seen.append(statement)

        event.listen(db, "before_cursor_execute", listen)
        traces = {}
        for name in self.NAMES:
            seen.clear()
            before = fetch("SELECT count(*) FROM attempt")[0][0]
            guess(name=name)
            written = fetch("SELECT count(*) FROM attempt")[0][0] - before
            traces[name] = (tuple(s for s in seen if "count(*) FROM attempt" not in s), written)
        event.remove(db, "before_cursor_execute", listen)

        statements, written = traces["resident"]
        assert set(traces.values()) == {(statements, written)}
        assert written == 1
        assert len(statements) == 5

    def test_by_hashes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        computed: list[bytes] = []
        real = bcrypt.checkpw
        passwords._decoy()

        def counting(word: bytes, stored: bytes) -> bool:
            computed.append(word)
            return real(word, stored)

        monkeypatch.setattr(bcrypt, "checkpw", counting)
        for name in self.NAMES:
            computed.clear()
            guess(name=name)
            assert len(computed) == 1, name

    def test_by_captchas_and_pauses(self) -> None:
        answers = {
            name: tuple(guess(name=name, address=f"192.0.2.{n}") for _ in range(5))
            for n, name in enumerate(self.NAMES)
        }

        assert len(set(answers.values())) == 1


@pytest.mark.usefixtures("db")
class TestBruteForce:
    def test_from_a_thousand_addresses_is_slowed_and_the_owner_still_signs_in(self) -> None:
        refused = [
            guess(address=f"198.{18 + n // 62_500}.{n // 250 % 250}.{n % 250}", visit=f"bot {n}")
            for n in range(1_000)
        ]

        assert refused.count(sign_in.SignInRefused) == attempts.FREE_OF_SUBJECT
        assert refused.count(sign_in_tries.CaptchaDemanded) == 1_000 - attempts.FREE_OF_SUBJECT
        with pytest.raises(sign_in_tries.CaptchaDemanded):
            enter()
        assert enter(captcha=solve_captcha())

    def test_with_solved_captchas_does_not_lock_the_owner_out(self) -> None:
        refused = [
            guess(address=f"198.51.100.{n}", captcha=solve_captcha() if n > 2 else None)
            for n in range(100)
        ]

        assert set(refused) == {sign_in.SignInRefused}
        assert enter(captcha=solve_captcha())

    def test_from_one_address_waits_up_to_a_minute_a_try(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        start, looked_at = clock.now(), 0
        for seconds in range(0, 1_200, 4):
            moment = start + dt.timedelta(seconds=seconds)
            monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
            refusal = guess(
                captcha=solve_captcha() if looked_at >= attempts.FREE_OF_SUBJECT else None
            )
            looked_at += refusal is sign_in.SignInRefused

        assert 20 < looked_at < 35

    def test_of_many_names_from_one_address_asks_for_a_captcha(self) -> None:
        refused = [guess(name=f"name{n}") for n in range(30)]

        assert refused.count(sign_in.SignInRefused) == attempts.FREE_OF_NETWORK

    def test_the_right_password_is_not_checked_during_the_pause(self) -> None:
        for n in range(6):
            guess(captcha=solve_captcha() if n > 2 else None)

        with pytest.raises(attempts.TooSoon):
            enter(captcha=solve_captcha())

    def test_a_failed_attempt_is_committed_before_the_refusal(self) -> None:
        guess()

        last = "SELECT succeeded, address FROM attempt ORDER BY id DESC LIMIT 1"
        assert fetch(last) == [(False, HOME)]
        latest = "SELECT action, username FROM audit_event ORDER BY id DESC LIMIT 1"
        assert fetch(latest) == [("sign_in_failed", "resident")]


def test_parallel_guesses_are_all_counted(committed: str) -> None:
    gate = threading.Barrier(8)

    def attempt(_: int) -> type[Exception]:
        gate.wait()
        return guess(name="analyst", address="192.0.2.77")

    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(attempt, range(8)))
    execute("DELETE FROM attempt")

    assert refused.count(sign_in.SignInRefused) == attempts.FREE_OF_SUBJECT


@pytest.mark.usefixtures("db")
class TestHostileText:
    @pytest.mark.parametrize(
        "name",
        ["x" * 10_000_000, "\x00", "'; DROP TABLE login; --", "<script>", "\ud800", "🙂" * 99],
    )
    def test_in_the_fields_of_sign_in_is_one_neutral_sentence(self, name: str) -> None:
        for login, password in ((name, PASSWORD), ("resident", name)):
            with pytest.raises(sign_in.SignInRefused) as refused:
                enter(login, password)
            assert str(refused.value) == str(sign_in.SignInRefused())

    @pytest.mark.parametrize("field", ["last_name", "first_name", "username", "email", "password"])
    def test_of_ten_megabytes_in_a_registration_is_refused(self, field: str) -> None:
        with pytest.raises(registrations.RegistrationRefused):
            register(**{field: "я" * 5_000_000})

    @pytest.mark.parametrize("name", ["<b>Иван</b>", "[Иван](http://evil.test)", "*Иван*", "Иван`"])
    def test_html_and_markdown_are_refused_as_names(self, name: str) -> None:
        with pytest.raises(registrations.RegistrationRefused):
            register(first_name=name)


def test_a_session_stores_its_device_and_not_the_user_agent(portal: TestClient) -> None:
    visit = portal.cookies["kabinet_visit"]
    portal.post(
        "/session",
        data={"ticket": enter(visit=visit)},
        headers=OWN | {"User-Agent": "<b>Firefox/120.0</b> Linux", "X-Forwarded-For": "6.6.6.6"},
    )

    latest = "SELECT address, browser FROM web_session ORDER BY id DESC LIMIT 1"
    assert fetch(latest) == [("testclient", "Firefox на Linux")]
