"""A login is deleted with its data; billing's data and anonymous events stay."""

import pytest
from sqlalchemy import Connection

from lib import storage
from lib.domain import consents as documents
from lib.jobs import tasks
from lib.services.people import (
    _login_access,
    _own_password,
    consents,
    data_exports,
    login_removal,
    subscriptions,
)
from lib.services.people.subscriptions import Topic
from lib.storage import folders
from tests.kit.appeals import send
from tests.kit.profile import (
    ADDRESS,
    PASSWORD,
    SignedInBrowser,
    enter,
    events,
    execute,
    is_open,
    letters,
    scalar,
    sign_in_cleanly,
)

OWN = (
    "login_contact",
    "web_session",
    "sign_in_ticket",
    "login_token",
    "consent",
    "subscription",
    "data_export",
    "account_access",
    "account_request",
)
BILLING = ("account", "accrual", "bill", "payment", "reading", "payer")


@pytest.fixture
def browser(db: Connection) -> SignedInBrowser:
    """A resident with rows in every table."""
    entered = sign_in_cleanly()
    subscriptions.choose_topics(actor=entered.actor, topics=list(Topic))
    consents.give_consent(actor=entered.actor, document=documents.NEWS, address=ADDRESS)
    data_exports.request_export(actor=entered.actor, address=ADDRESS)
    execute(
        "INSERT INTO account_request (login_id, organization_id, premise_id, account_number, "
        "comment, photo, status, requested_at) SELECT :login, organization_id, premise_id, "
        "number, '', :photo, 'new', now() FROM account LIMIT 1",
        login=entered.actor.login_id,
        photo=storage.put(folders.ACCOUNT_REQUESTS, b"photo"),
    )
    return entered


def delete(browser: SignedInBrowser, password: str = PASSWORD) -> None:
    login_removal.delete_login(actor=browser.actor, password=password, address=ADDRESS)


def count(table: str) -> object:
    return scalar(f"SELECT count(*) FROM {table}")


def test_no_personal_data_is_left_and_billing_is_complete(browser: SignedInBrowser) -> None:
    before = {table: count(table) for table in BILLING}

    delete(browser)

    login = browser.actor.login_id
    left = {
        table: scalar(f"SELECT count(*) FROM {table} WHERE login_id = :login", login=login)
        for table in OWN
    }
    assert left == dict.fromkeys(OWN, 0)
    assert scalar("SELECT count(*) FROM login WHERE id = :login", login=login) == 0
    assert not is_open(browser.token)
    assert {table: count(table) for table in BILLING} == before


def test_the_log_keeps_events_without_the_name(browser: SignedInBrowser) -> None:
    execute(
        "INSERT INTO audit_event (happened_at, action, details) "
        'VALUES (now(), \'login_blocked\', \'{"login": "resident", "why": "x"}\')'
    )

    delete(browser)

    assert scalar("SELECT count(*) FROM audit_event WHERE username = 'resident'") == 0
    assert scalar("SELECT count(*) FROM audit_event WHERE details ->> 'login' = 'resident'") == 0
    event = events("login_deleted")[-1]
    assert (event["login_id"], event["username"]) == (browser.actor.login_id, None)
    assert events("login_blocked")[-1]["details"] == {"why": "x"}


def test_a_letter_confirms_it_and_the_photo_is_deleted(browser: SignedInBrowser) -> None:
    photo = str(scalar("SELECT photo FROM account_request WHERE status = 'new'"))

    delete(browser)

    assert [(to, subject) for to, subject, _ in letters()] == [
        ("resident@example.org", "Учётная запись личного кабинета удалена")
    ]
    assert (
        scalar(
            "SELECT args ->> 'key' FROM procrastinate_jobs WHERE task_name = 'delete_file' "
            "AND args ->> 'kind' = 'account_requests'"
        )
        == photo
    )
    tasks.delete_file(kind=folders.ACCOUNT_REQUESTS, key=photo)
    with pytest.raises(storage.FileGone):
        storage.get(folders.ACCOUNT_REQUESTS, photo)


def test_a_wrong_password_deletes_nothing(browser: SignedInBrowser) -> None:
    with pytest.raises(_own_password.WrongPassword):
        delete(browser, "wrong-Parol-2014")

    assert is_open(browser.token)


@pytest.mark.usefixtures("db")
def test_the_last_administrator_cannot_be_removed() -> None:
    admin = enter("admin")

    with pytest.raises(_login_access.LastAdministrator):
        delete(admin)
    assert is_open(admin.token)

    execute("UPDATE login SET role = 'admin', organization_id = NULL WHERE username = 'staff'")
    delete(admin)
    assert not is_open(admin.token)


@pytest.mark.usefixtures("db")
def test_the_name_of_an_existing_login_stays_in_the_log() -> None:
    browser = enter()

    execute("SELECT forget_name(:login, 'resident')", login=browser.actor.login_id)

    assert events("signed_in")[-1]["username"] == "resident"


def test_appeals_stay_without_the_name(browser: SignedInBrowser) -> None:
    waits, _ = send(browser.actor)
    over, _ = send(browser.actor)
    execute("UPDATE appeal SET status = 'closed' WHERE id = :id", id=over)

    delete(browser)

    assert scalar("SELECT count(*) FROM appeal WHERE login_id IS NOT NULL") == 0
    assert scalar("SELECT count(*) FROM appeal_entry WHERE author IS NOT NULL") == 0
    assert scalar("SELECT contact FROM appeal WHERE id = :id", id=over) == ""
    assert scalar("SELECT contact FROM appeal WHERE id = :id", id=waits) == "+7 900 000-00-00"
    assert scalar("SELECT min(body) FROM appeal_entry") == "Проверьте начисления"


def test_notes_of_a_former_employee_stay_without_the_name(browser: SignedInBrowser) -> None:
    send(browser.actor)
    execute(
        "INSERT INTO appeal_note (account_id, appeal_id, organization_id, login_id, author, body, "
        "happened_at, request_key) SELECT account_id, id, organization_id, :login, 'Белова О.', "
        "'Звонила жителю', now(), 'note' FROM appeal LIMIT 1",
        login=browser.actor.login_id,
    )

    delete(browser)

    assert scalar("SELECT login_id FROM appeal_note") is None
    assert scalar("SELECT author FROM appeal_note") == "Бывший сотрудник"
    assert scalar("SELECT body FROM appeal_note") == "Звонила жителю"
