"""Attacks on a profile: by strangers, neighbours and thieves of a cookie."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lib import links
from lib.access import AccessDenied, Role
from lib.jobs import tasks
from lib.services.accounts import removal
from lib.services.people import (
    _own_password,
    data_exports,
    email_changes,
    login_removal,
    logins,
    password_change,
    profiles,
    sign_in,
    web_sessions,
)
from lib.services.people.email_changes import Confirmation
from lib.web.routes import ROUTES
from tests.kit import profile
from tests.kit.profile import (
    ADDRESS,
    NEW_PASSWORD,
    PASSWORD,
    SignedInBrowser,
    enter,
    execute,
    is_open,
    letters,
    scalar,
    tokens,
)

WRONG = "wrong-Parol-2014"
OLD, NEW, TAKEN = "resident@example.org", "novyj@example.org", "staff@example.org"


@pytest.fixture
def victim(db: Connection) -> SignedInBrowser:
    return profile.sign_in_cleanly()


@pytest.fixture
def thief(victim: SignedInBrowser) -> SignedInBrowser:
    """Another login of the portal."""
    return enter("analyst")


@pytest.fixture
def portal(db: Connection) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=list(ROUTES)), base_url="http://portal.test") as client:
        yield client


def change_password(browser: SignedInBrowser, *, old: str = PASSWORD) -> str:
    return password_change.change_password(
        actor=browser.actor,
        old=old,
        new=NEW_PASSWORD,
        repeated=NEW_PASSWORD,
        visit="v",
        remember=False,
        address=ADDRESS,
    )


def delete(browser: SignedInBrowser, password: str) -> None:
    login_removal.delete_login(actor=browser.actor, password=password, address=ADDRESS)


def ask_email(browser: SignedInBrowser, email: str) -> None:
    email_changes.start_email_change(actor=browser.actor, email=email, address=ADDRESS)


def export_of(browser: SignedInBrowser) -> UUID:
    data_exports.request_export(actor=browser.actor, address=ADDRESS)
    export = data_exports.find_export(actor=browser.actor)
    assert export is not None
    tasks.make_data_export(export_id=str(export.export_id))
    return export.export_id


class TestForeignKeys:
    def test_a_foreign_session_is_not_ended(
        self, victim: SignedInBrowser, thief: SignedInBrowser
    ) -> None:
        session = profiles.get_profile(actor=victim.actor, token=victim.token).sessions[0]

        with pytest.raises(web_sessions.SessionNotFound):
            web_sessions.end_session(
                actor=thief.actor, session_id=session.session_id, address=ADDRESS
            )

        assert is_open(victim.token)

    def test_a_foreign_copy_of_data_is_not_fetched(
        self, victim: SignedInBrowser, thief: SignedInBrowser
    ) -> None:
        key = export_of(victim)

        with pytest.raises(AccessDenied):
            data_exports.get_archive(actor=thief.actor, export_id=key, address=ADDRESS)

    def test_a_download_link_works_for_its_owner_alone(
        self, portal: TestClient, victim: SignedInBrowser, thief: SignedInBrowser
    ) -> None:
        address = links.link_to_data_export(export_id=export_of(victim))
        answers = {}
        for name, token in (("owner", victim.token), ("thief", thief.token), ("stranger", "")):
            portal.cookies.set("kabinet_session", token)
            answers[name] = portal.get(address)
            portal.cookies.clear()
        portal.cookies.set("kabinet_session", thief.token)
        nowhere = portal.get(links.link_to_data_export(export_id=uuid4()))

        assert {name: answer.status_code for name, answer in answers.items()} == {
            "owner": 200,
            "thief": 404,
            "stranger": 404,
        }
        # foreign and unknown keys get the same answer
        assert answers["thief"].text == nowhere.text
        assert answers["owner"].headers["cache-control"] == "private, no-store"
        assert answers["owner"].headers["content-disposition"] == (
            'attachment; filename="kabinet-data.zip"'
        )

    def test_a_foreign_account_is_not_removed(
        self, victim: SignedInBrowser, thief: SignedInBrowser
    ) -> None:
        with pytest.raises(AccessDenied):
            removal.remove_account(
                actor=thief.actor, account_id=victim.actor.accounts[0], address=ADDRESS
            )

        assert enter().actor.accounts == victim.actor.accounts


class TestStolenCookie:
    def test_a_stolen_cookie_is_invalid_after_a_new_password(self, victim: SignedInBrowser) -> None:
        stolen = victim.token

        ticket = change_password(victim)

        assert not is_open(stolen)
        assert is_open(sign_in.open_session(ticket=ticket, visit="v").token)

    def test_a_ticket_of_the_old_password_is_refused_after_a_change(
        self, victim: SignedInBrowser
    ) -> None:
        early = sign_in.issue_ticket(
            name="resident", password=PASSWORD, visit="thief", remember=True
        )

        change_password(victim)

        with pytest.raises(sign_in.TicketRefused):
            sign_in.open_session(ticket=early, visit="thief")

    def test_the_new_ticket_works_in_its_own_browser_alone(self, victim: SignedInBrowser) -> None:
        ticket = change_password(victim)

        with pytest.raises(sign_in.TicketRefused):
            sign_in.open_session(ticket=ticket, visit="thief")

    def test_an_ended_session_reads_no_profile_and_deletes_nothing(
        self, victim: SignedInBrowser, portal: TestClient
    ) -> None:
        address = links.link_to_data_export(export_id=export_of(victim))

        change_password(victim)

        portal.cookies.set("kabinet_session", victim.token)
        assert portal.get(address).status_code == 404

    def test_an_email_change_asked_for_by_a_thief_ends_with_the_old_password(
        self, victim: SignedInBrowser
    ) -> None:
        ask_email(victim, NEW)

        change_password(victim)

        for token in tokens().values():
            with pytest.raises(email_changes.EmailTokenRefused):
                email_changes.confirm_email(token=token, address=ADDRESS)


class TestGuessedPassword:
    @pytest.mark.parametrize("first", ["delete", "change"])
    def test_five_wrong_passwords_block_further_ones_for_a_while(
        self, victim: SignedInBrowser, first: str
    ) -> None:
        for _ in range(_own_password.TRIES):
            with pytest.raises(_own_password.WrongPassword):
                delete(victim, WRONG) if first == "delete" else change_password(victim, old=WRONG)

        # the right password too, in both forms
        with pytest.raises(_own_password.TooManyPasswords, match="через 15 мин"):
            delete(victim, PASSWORD)
        with pytest.raises(_own_password.TooManyPasswords):
            change_password(victim)
        # the owner still signs in, and may type the password again after a quarter of an hour
        assert is_open(enter().token)
        execute("UPDATE attempt SET happened_at = happened_at - interval '15 minutes'")
        delete(victim, PASSWORD)

    @pytest.mark.usefixtures("committed")
    def test_parallel_guesses_are_limited_like_sequential_ones(self) -> None:
        name = f"u{uuid4().hex[:12]}"
        new = logins.NewLogin(name, f"{name}@example.org", "Иванов", "Иван", Role.RESIDENT)
        logins.add_login(new=new, password=PASSWORD)
        browser = enter(name)

        def guess(_: int) -> type[Exception]:
            with pytest.raises(
                (_own_password.WrongPassword, _own_password.TooManyPasswords)
            ) as refusal:
                _own_password.check_password(actor=browser.actor, password=WRONG, address=ADDRESS)
            return refusal.type

        with ThreadPoolExecutor(12) as pool:
            refusals = list(pool.map(guess, range(12)))

        assert refusals.count(_own_password.WrongPassword) == _own_password.TRIES
        execute("DELETE FROM attempt WHERE login_id = :login", login=browser.actor.login_id)
        delete(browser, PASSWORD)

    def test_failed_attempts_remain_after_a_login_is_deleted(self, victim: SignedInBrowser) -> None:
        with pytest.raises(_own_password.WrongPassword):
            delete(victim, WRONG)
        before = scalar("SELECT count(*) FROM attempt WHERE NOT succeeded")

        delete(victim, PASSWORD)

        assert scalar("SELECT count(*) FROM attempt WHERE NOT succeeded") == before


class TestEmail:
    @pytest.mark.parametrize("address", [OLD, NEW])
    def test_confirming_one_address_again_and_again_changes_nothing(
        self, victim: SignedInBrowser, address: str
    ) -> None:
        ask_email(victim, NEW)
        token = tokens()[address]

        assert email_changes.confirm_email(token=token, address=ADDRESS) is Confirmation.WAITING
        with pytest.raises(email_changes.EmailTokenRefused):
            email_changes.confirm_email(token=token, address=ADDRESS)

        assert scalar("SELECT count(*) FROM login_contact WHERE email = :new", new=NEW) == 0

    def test_confirmations_of_two_changes_do_not_add_up(self, victim: SignedInBrowser) -> None:
        ask_email(victim, NEW)
        first = tokens()
        email_changes.confirm_email(token=first[OLD], address=ADDRESS)
        ask_email(victim, "drugoj@example.org")
        email_changes.confirm_email(token=tokens()["drugoj@example.org"], address=ADDRESS)

        with pytest.raises(email_changes.EmailTokenRefused):
            email_changes.confirm_email(token=first[NEW], address=ADDRESS)
        assert scalar("SELECT count(*) FROM login_contact WHERE email = :old", old=OLD) == 1

    def test_only_the_owner_learns_that_an_address_is_taken(self, victim: SignedInBrowser) -> None:
        ask_email(victim, TAKEN)
        change = profiles.get_profile(actor=victim.actor, token=victim.token).change
        (to_old, _, _), (to_new, subject, body) = letters()

        assert change == profiles.EmailChange(TAKEN, old_confirmed=False, new_confirmed=False)
        assert (to_old, to_new) == (OLD, TAKEN)
        assert "пытались указать" in subject
        assert "token=" not in body
        assert "resident" not in body
        assert scalar("SELECT count(*) FROM login_token WHERE email = :taken", taken=TAKEN) == 2

    @pytest.mark.usefixtures("committed")
    def test_both_confirmations_at_once_make_one_change(self) -> None:
        name = f"u{uuid4().hex[:12]}"
        new = logins.NewLogin(name, f"{name}@example.org", "Иванов", "Иван", Role.RESIDENT)
        logins.add_login(new=new, password=PASSWORD)
        browser = enter(name)
        ask_email(browser, f"{name}@example.com")
        found = tokens()
        both = [found[f"{name}@example.org"], found[f"{name}@example.com"]]

        def confirm(token: str) -> Confirmation:
            return email_changes.confirm_email(token=token, address=ADDRESS)

        with ThreadPoolExecutor(2) as pool:
            ends = set(pool.map(confirm, both))

        assert ends == {Confirmation.WAITING, Confirmation.CHANGED}
        delete(browser, PASSWORD)

    @pytest.mark.parametrize("token", ["", "x", "\udcff", "0" * 10_000])
    @pytest.mark.usefixtures("db")
    def test_a_made_up_link_is_refused(self, token: str) -> None:
        with pytest.raises(email_changes.EmailTokenRefused):
            email_changes.confirm_email(token=token, address=ADDRESS)

    def test_a_recovery_link_is_invalid_after_an_email_change(
        self, victim: SignedInBrowser
    ) -> None:
        execute(
            "INSERT INTO login_token (login_id, purpose, token_hash, created_at, expires_at) "
            "VALUES (:login, 'recovery', 'x', now(), now() + interval '1 hour')",
            login=victim.actor.login_id,
        )
        ask_email(victim, NEW)

        for token in (tokens()[OLD], tokens()[NEW]):
            email_changes.confirm_email(token=token, address=ADDRESS)

        assert (
            scalar(
                "SELECT count(*) FROM login_token WHERE purpose = 'recovery' "
                "AND used_at IS NULL AND expires_at > clock_timestamp()"
            )
            == 0
        )
