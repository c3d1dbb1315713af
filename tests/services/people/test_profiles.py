"""A profile belongs to its owner, and its changes are recorded."""

import datetime as dt

import pytest
from sqlalchemy import Connection

from lib import clock
from lib.access import AccessDenied
from lib.domain import consents as documents
from lib.domain.consents import Purpose
from lib.domain.people import EmailRefused
from lib.services.accounts import removal
from lib.services.billing import account_cards
from lib.services.people import (
    _own_password,
    consents,
    email_changes,
    password_change,
    passwords,
    profiles,
    sign_in,
    subscriptions,
    web_sessions,
)
from lib.services.people.email_changes import Confirmation
from lib.services.people.subscriptions import Topic
from tests.kit.profile import (
    ADDRESS,
    NEW_PASSWORD,
    PASSWORD,
    SignedInBrowser,
    enter,
    events,
    execute,
    is_open,
    letters,
    scalar,
    sign_in_cleanly,
    tokens,
)

OLD, NEW = "resident@example.org", "novyj@example.org"


@pytest.fixture
def browser(db: Connection) -> SignedInBrowser:
    return sign_in_cleanly()


def profile(browser: SignedInBrowser) -> profiles.Profile:
    return profiles.get_profile(actor=browser.actor, token=browser.token)


def change(
    browser: SignedInBrowser,
    *,
    old: str = PASSWORD,
    new: str = NEW_PASSWORD,
    repeated: str | None = None,
) -> str:
    return password_change.change_password(
        actor=browser.actor,
        old=old,
        new=new,
        repeated=new if repeated is None else repeated,
        visit="v",
        remember=False,
        address=ADDRESS,
    )


def ask_email(browser: SignedInBrowser, email: str = NEW) -> None:
    email_changes.start_email_change(actor=browser.actor, email=email, address=ADDRESS)


def confirm(token: str) -> Confirmation:
    return email_changes.confirm_email(token=token, address=ADDRESS)


class TestGetProfile:
    def test_shows_everything_in_full_to_its_owner(self, browser: SignedInBrowser) -> None:
        found = profile(browser)

        assert (found.username, found.full_name, found.email) == (
            "resident",
            "Муравьев Сергей Иванович",
            OLD,
        )
        assert (found.change, found.consents, found.topics, found.export) == (None, (), {}, None)

    def test_lists_this_browser_first_and_describes_the_others(
        self, browser: SignedInBrowser
    ) -> None:
        other = enter(remember=True)

        mine, theirs, *_ = profile(browser).sessions

        assert (mine.is_current, mine.is_remembered) == (True, False)
        assert (theirs.is_current, theirs.is_remembered) == (False, True)
        assert (theirs.address, theirs.browser) == (ADDRESS, "Chrome на Windows")
        assert profile(other).is_remembered

    @pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
    @pytest.mark.usefixtures("db")
    def test_exists_for_every_role(self, name: str) -> None:
        assert profile(enter(name)).username == name


class TestChangePassword:
    def test_the_new_password_works_and_the_old_one_does_not(
        self, browser: SignedInBrowser
    ) -> None:
        change(browser)

        assert is_open(enter(password=NEW_PASSWORD).token)
        with pytest.raises(Exception, match="Неверное имя"):
            enter()

    def test_ends_every_session_and_gives_this_browser_a_new_one(
        self, browser: SignedInBrowser
    ) -> None:
        other = enter()

        ticket = change(browser)

        assert not is_open(browser.token)
        assert not is_open(other.token)
        assert is_open(sign_in.open_session(ticket=ticket, visit="v").token)

    def test_sends_a_letter_and_records_an_event(self, browser: SignedInBrowser) -> None:
        change(browser)

        recipient, subject, body = letters()[-1]
        assert (recipient, subject) == (OLD, "Пароль личного кабинета изменён")
        assert ADDRESS in body
        assert PASSWORD not in body
        assert NEW_PASSWORD not in body
        assert events("password_changed")[-1]["username"] == "resident"

    @pytest.mark.parametrize(
        ("words", "refusal"),
        [
            ({"repeated": "other-Parol-2026"}, password_change.PasswordsDiffer),
            ({"new": PASSWORD}, password_change.PasswordUnchanged),
            ({"new": "short"}, passwords.PasswordRefused),
            ({"old": "wrong-Parol-2014"}, _own_password.WrongPassword),
        ],
    )
    def test_an_invalid_change_is_refused(
        self, browser: SignedInBrowser, words: dict[str, str], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            change(browser, **words)

        assert is_open(browser.token)
        assert is_open(enter().token)


class TestEmailChange:
    @pytest.mark.parametrize("first", [OLD, NEW])
    def test_happens_when_both_addresses_confirm(
        self, browser: SignedInBrowser, first: str
    ) -> None:
        ask_email(browser)
        links = tokens()
        second = NEW if first == OLD else OLD

        assert confirm(links[first]) is Confirmation.WAITING
        assert profile(browser).email == OLD
        assert confirm(links[second]) is Confirmation.CHANGED

        assert (profile(browser).email, profile(browser).change) == (NEW, None)
        assert {recipient for recipient, subject, _ in letters() if "изменён" in subject} == {
            OLD,
            NEW,
        }
        assert events("email_changed")[-1]["details"] == {
            "old": "r***@e***.org",
            "new": "n***@e***.org",
        }

    def test_shows_its_progress(self, browser: SignedInBrowser) -> None:
        ask_email(browser)
        confirm(tokens()[OLD])

        waiting = profile(browser).change

        assert waiting == profiles.EmailChange(NEW, old_confirmed=True, new_confirmed=False)

    def test_a_second_click_sends_nothing_more(self, browser: SignedInBrowser) -> None:
        ask_email(browser)
        ask_email(browser)

        assert len(letters()) == 2

    def test_a_later_change_cancels_the_links_of_an_earlier_one(
        self, browser: SignedInBrowser
    ) -> None:
        ask_email(browser)
        early = tokens()
        confirm(early[OLD])
        ask_email(browser, "tretij@example.org")

        with pytest.raises(email_changes.EmailTokenRefused):
            confirm(early[NEW])
        assert profile(browser).email == OLD

    def test_can_be_cancelled(self, browser: SignedInBrowser) -> None:
        ask_email(browser)

        email_changes.cancel_email_change(actor=browser.actor)

        assert profile(browser).change is None
        with pytest.raises(email_changes.EmailTokenRefused):
            confirm(tokens()[OLD])

    def test_links_are_valid_for_a_day(self, browser: SignedInBrowser) -> None:
        ask_email(browser)
        execute("UPDATE login_token SET expires_at = expires_at - interval '24 hours'")

        with pytest.raises(email_changes.EmailTokenRefused):
            confirm(tokens()[NEW])

    def test_is_refused_when_the_address_was_taken_meanwhile(
        self, browser: SignedInBrowser
    ) -> None:
        ask_email(browser)
        confirm(tokens()[OLD])
        execute(
            "UPDATE login_contact SET email = :email WHERE last_name <> 'Муравьев' "
            "AND login_id = (SELECT id FROM login WHERE username = 'staff')",
            email=NEW,
        )

        with pytest.raises(email_changes.EmailTaken):
            confirm(tokens()[NEW])
        assert profile(browser).email == OLD

    def test_may_be_started_five_times_a_day(self, browser: SignedInBrowser) -> None:
        for number in range(5):
            ask_email(browser, f"n{number}@example.org")

        with pytest.raises(email_changes.TooManyEmailChanges):
            ask_email(browser, "n6@example.org")

    @pytest.mark.parametrize(
        ("email", "refusal"),
        [
            ("no address", EmailRefused),
            ("a@b.ru\nBcc: c@d.ru", EmailRefused),
            (f" {OLD.upper()} ", email_changes.EmailUnchanged),
        ],
    )
    def test_refuses_an_invalid_or_unchanged_address(
        self, browser: SignedInBrowser, email: str, refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            ask_email(browser, email)
        assert letters() == []


class TestSessions:
    def test_one_session_is_ended_and_the_others_stay(self, browser: SignedInBrowser) -> None:
        other = enter()
        ending = next(session for session in profile(other).sessions if session.is_current)

        web_sessions.end_session(actor=browser.actor, session_id=ending.session_id, address=ADDRESS)

        assert not is_open(other.token)
        assert is_open(browser.token)
        assert events("sessions_ended")[-1]["username"] == "resident"

    def test_all_other_sessions_are_ended_at_once(self, browser: SignedInBrowser) -> None:
        others = [enter(), enter()]

        ended = web_sessions.end_other_sessions(
            actor=browser.actor, token=browser.token, address=ADDRESS
        )

        assert ended >= 2
        assert [is_open(other.token) for other in others] == [False, False]
        assert is_open(browser.token)


class TestTopics:
    def test_receipts_start_after_the_last_closed_period(self, browser: SignedInBrowser) -> None:
        subscriptions.choose_topics(actor=browser.actor, topics=[Topic.RECEIPTS, Topic.DUE_DATE])

        assert profile(browser).topics == {
            Topic.RECEIPTS: dt.date(2014, 11, 1),
            Topic.DUE_DATE: clock.today(),
        }

    def test_unchanged_topics_keep_their_start_and_others_are_removed(
        self, browser: SignedInBrowser
    ) -> None:
        subscriptions.choose_topics(actor=browser.actor, topics=list(Topic))
        execute("UPDATE subscription SET since = '2026-01-01'")

        subscriptions.choose_topics(actor=browser.actor, topics=[Topic.READINGS])

        assert profile(browser).topics == {Topic.READINGS: dt.date(2026, 1, 1)}
        subscriptions.choose_topics(actor=browser.actor, topics=[])
        assert profile(browser).topics == {}

    def test_an_account_without_a_closed_month_starts_with_this_month(
        self, browser: SignedInBrowser
    ) -> None:
        execute("UPDATE billing_period SET status = 'open'")

        card = account_cards.list_accounts(actor=browser.actor)[0]

        assert subscriptions.get_next_period(card) == clock.today().replace(day=1)

    @pytest.mark.usefixtures("db")
    def test_staff_have_no_topics_of_accounts(self) -> None:
        with pytest.raises(AccessDenied):
            subscriptions.choose_topics(actor=enter("staff").actor, topics=[Topic.RECEIPTS])


class TestConsents:
    def test_is_given_once_and_withdrawn_with_its_row_kept(self, browser: SignedInBrowser) -> None:
        for _ in range(2):
            consents.give_consent(actor=browser.actor, document=documents.NEWS, address=ADDRESS)
        assert [consent.purpose for consent in profile(browser).consents] == [Purpose.NEWS]

        consents.withdraw_consent(actor=browser.actor, purpose=Purpose.NEWS)

        assert profile(browser).consents == ()
        assert scalar("SELECT count(*) FROM consent WHERE withdrawn_at IS NOT NULL") == 1

    def test_the_user_agreement_cannot_be_withdrawn(self, browser: SignedInBrowser) -> None:
        with pytest.raises(consents.AgreementStays):
            consents.withdraw_consent(actor=browser.actor, purpose=Purpose.TERMS)


class TestRemoveAccount:
    def test_removes_one_account_from_one_login(self, browser: SignedInBrowser) -> None:
        removed, remaining = browser.actor.accounts

        removal.remove_account(actor=browser.actor, account_id=removed, address=ADDRESS)

        assert enter().actor.accounts == (remaining,)
        assert scalar("SELECT count(*) FROM account WHERE id = :key", key=removed) == 1
        assert [event["account_id"] for event in events("account_removed")] == [removed]

    def test_a_second_click_changes_nothing(self, browser: SignedInBrowser) -> None:
        for _ in range(2):
            removal.remove_account(
                actor=browser.actor, account_id=browser.actor.accounts[0], address=ADDRESS
            )

        assert len(events("account_removed")) == 1
