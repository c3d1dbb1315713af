"""Sign-in: one neutral refusal, a ticket for one browser and one use, a session that ends."""

import datetime as dt
from collections.abc import Callable

import bcrypt
import pytest
from sqlalchemy import Connection, text

from db import session as database
from lib import clock
from lib.access import Actor, Role
from lib.services.people import passwords, sign_in

PASSWORD = "demo-Parol-2014"
pytestmark = pytest.mark.usefixtures("db")


def ticket(**changed: object) -> str:
    values = {"name": "resident", "password": PASSWORD, "visit": "browser", "remember": False}
    return sign_in.issue_ticket(**(values | changed))  # type: ignore[arg-type]


class TestIssueTicket:
    @pytest.mark.parametrize("name", ["resident", " Resident ", "RESIDENT@example.org"])
    def test_accepts_login_or_email_in_any_case(self, name: str) -> None:
        browser_session = sign_in.open_session(ticket=ticket(name=name), visit="browser")

        assert sign_in.find_actor(token=browser_session.token) is not None

    @pytest.mark.parametrize(
        ("name", "password"),
        [("resident", "wrong-Parol-2014"), ("nobody", PASSWORD), ("", ""), ("resident", "")],
    )
    def test_every_refusal_is_the_same_sentence(self, name: str, password: str) -> None:
        with pytest.raises(sign_in.SignInRefused) as refused:
            ticket(name=name, password=password)

        assert str(refused.value) == str(sign_in.SignInRefused())

    def test_refuses_a_browser_without_cookies(self) -> None:
        with pytest.raises(sign_in.CookiesOff):
            ticket(visit="")

    def test_computes_one_hash_for_known_and_unknown_alike(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        passwords._decoy()
        computed: list[int] = []
        real = bcrypt.checkpw

        def counting(word: bytes, stored: bytes) -> bool:
            computed.append(1)
            return real(word, stored)

        monkeypatch.setattr(bcrypt, "checkpw", counting)
        for name in ("resident", "nobody"):
            computed.clear()
            with pytest.raises(sign_in.SignInRefused):
                ticket(name=name, password="wrong-Parol-2014")
            assert computed == [1]

    def test_refuses_a_blocked_login(self) -> None:
        with database.transaction(database.OPERATOR) as session:
            session.execute(text("UPDATE login SET blocked_at = now() WHERE username = 'resident'"))

        with pytest.raises(sign_in.SignInRefused):
            ticket()


class TestOpenSession:
    def test_uses_a_ticket_once(self) -> None:
        issued = ticket()
        sign_in.open_session(ticket=issued, visit="browser")

        with pytest.raises(sign_in.TicketRefused):
            sign_in.open_session(ticket=issued, visit="browser")

    def test_refuses_a_stolen_ticket_in_another_browser(self) -> None:
        issued = ticket()

        with pytest.raises(sign_in.TicketRefused):
            sign_in.open_session(ticket=issued, visit="another browser")

        assert sign_in.open_session(ticket=issued, visit="browser").token

    def test_refuses_a_ticket_older_than_a_minute(self, monkeypatch: pytest.MonkeyPatch) -> None:
        issued = ticket()
        late = clock.now() + dt.timedelta(seconds=61)
        monkeypatch.setattr(clock, "now", lambda: late)

        with pytest.raises(sign_in.TicketRefused):
            sign_in.open_session(ticket=issued, visit="browser")

    @pytest.mark.parametrize(
        ("remember", "days", "remembered"), [(True, 30, True), (False, 1, False)]
    )
    def test_keeps_a_session_as_long_as_asked(
        self, monkeypatch: pytest.MonkeyPatch, remember: bool, days: int, remembered: bool
    ) -> None:
        browser_session = sign_in.open_session(ticket=ticket(remember=remember), visit="browser")
        assert browser_session.remembered is remembered
        start = clock.now()

        monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(days=days, minutes=-1))
        assert sign_in.find_actor(token=browser_session.token) is not None
        monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(days=days, minutes=1))
        assert sign_in.find_actor(token=browser_session.token) is None

    def test_stores_neither_token_nor_ticket(self, db: Connection) -> None:
        issued = ticket()
        browser_session = sign_in.open_session(ticket=issued, visit="browser")

        stored = (
            db.execute(
                text(
                    "SELECT encode(token_hash, 'escape') FROM web_session UNION ALL "
                    "SELECT encode(ticket_hash, 'escape') FROM sign_in_ticket"
                )
            )
            .scalars()
            .all()
        )
        assert not {issued, browser_session.token} & set(stored)


class TestFindActor:
    def test_returns_role_names_and_accounts(self, signed_in: Callable[..., Actor]) -> None:
        actor = signed_in("resident")

        assert (actor.role, actor.first_name) == (Role.RESIDENT, "Сергей")
        assert len(actor.accounts) == 2

    def test_returns_the_organisation_of_staff(self, signed_in: Callable[..., Actor]) -> None:
        actor = signed_in("staff")

        assert (actor.role, actor.organization, actor.accounts) == (
            Role.STAFF,
            "ОАО «Камал»",
            (),
        )

    def test_omits_an_access_that_ran_out(self, signed_in: Callable[..., Actor]) -> None:
        with database.transaction(database.OPERATOR) as session:
            session.execute(
                text(
                    "UPDATE account_access SET valid_to = now() - interval '1 minute' "
                    "WHERE account_id = (SELECT min(account_id) FROM account_access)"
                )
            )

        assert len(signed_in("resident").accounts) == 1

    @pytest.mark.parametrize("token", [None, "", "made-up"])
    def test_finds_nobody_by_a_wrong_token(self, token: str | None) -> None:
        assert sign_in.find_actor(token=token) is None

    def test_finds_nobody_after_sign_out_or_blocking(self) -> None:
        browser_session = sign_in.open_session(ticket=ticket(), visit="browser")
        other = sign_in.open_session(ticket=ticket(), visit="browser")

        sign_in.end_session(token=browser_session.token)
        assert sign_in.find_actor(token=browser_session.token) is None
        assert sign_in.find_actor(token=other.token) is not None
        with database.transaction(database.OPERATOR) as session:
            session.execute(text("UPDATE login SET blocked_at = now()"))
        assert sign_in.find_actor(token=other.token) is None


def test_passwords_of_any_script_and_length_are_distinguished() -> None:
    long = "пароль" * 10 + "1234"
    hashed = passwords.hash_password(long)

    assert passwords.is_correct(long, hashed)
    assert not passwords.is_correct(long[:-1], hashed)
    assert not passwords.is_correct(long, None)
    for refused in ("short", "x" * 65):
        with pytest.raises(passwords.PasswordRefused):
            passwords.hash_password(refused)


def test_the_production_cost_of_a_hash_is_twelve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KABINET_TEST_BCRYPT_COST")

    assert passwords.get_cost() == 12
