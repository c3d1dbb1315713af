"""Every role can add events to the audit log, which stores no secrets."""

import datetime as dt

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import ProgrammingError

from db import session as database
from db.models import AuditEvent
from db.session import DatabaseRole, Viewer
from lib.access import Actor
from lib.services.audit import trail
from lib.services.audit.trail import Action


def latest() -> AuditEvent:
    with database.transaction(database.OPERATOR) as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    return event


def count() -> int:
    with database.transaction(database.OPERATOR) as session:
        return int(session.scalar(text("SELECT count(*) FROM audit_event")) or 0)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "viewer", [database.GATE, database.OPERATOR, Viewer(DatabaseRole.APP, login=1)], ids=str
)
def test_an_event_is_added_in_a_transaction_of_any_role(viewer: Viewer) -> None:
    with database.transaction(viewer) as session:
        trail.record_event(session, action=Action.EXPORTED, address="192.0.2.1", rows=3)

    event = latest()
    assert (event.action, event.address, event.details) == ("exported", "192.0.2.1", {"rows": 3})


def test_an_event_is_rolled_back_with_its_transaction(db: Connection, resident: Actor) -> None:
    before = count()
    with (
        pytest.raises(RuntimeError),
        database.transaction(resident.viewer) as session,
    ):
        trail.record_event(session, action=Action.ACCOUNT_ATTACHED, actor=resident)
        raise RuntimeError

    assert count() == before


def test_an_event_names_its_actor_and_its_object(db: Connection, resident: Actor) -> None:
    with database.transaction(resident.viewer) as session:
        trail.record_event(session, action=Action.ACCOUNT_VIEWED, actor=resident, account_id=7)

    event = latest()
    assert (event.login_id, event.username, event.account_id) == (
        resident.login_id,
        "resident",
        7,
    )


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ivan@domain.ru", "i***@d***.ru"),
        ("my-Password-2014", "my***"),
        ("a\x00\u202e\ud800bcd", "ab***"),
        ("x" * 5_000, "xx***"),
    ],
)
def test_a_typed_name_is_masked(db: Connection, typed: str, stored: str) -> None:
    with database.transaction(database.GATE) as session:
        trail.record_event(session, action=Action.SIGN_IN_FAILED, username=typed)

    assert latest().username == stored


def test_the_name_of_a_known_login_is_kept(db: Connection) -> None:
    with database.transaction(database.GATE) as session:
        trail.record_event(session, action=Action.SIGNED_IN, login_id=1, username="resident")

    assert latest().username == "resident"


def test_details_have_plain_values_and_no_contacts(db: Connection) -> None:
    with database.transaction(database.GATE) as session:
        trail.record_event(
            session,
            action=Action.EMAIL_CHANGED,
            email="ivan@domain.ru",
            since=dt.date(2014, 10, 1),
            comment="a\x00b" + "c" * 1_000,
        )

    details = latest().details
    assert details["email"] == "i***@d***.ru"
    assert details["since"] == "2014-10-01"
    assert details["comment"].startswith("abc")
    assert len(details["comment"]) == 200


def test_a_secret_is_refused(db: Connection) -> None:
    with (
        pytest.raises(ValueError, match="secret"),
        database.transaction(database.GATE) as session,
    ):
        trail.record_event(session, action=Action.SIGNED_IN, token="t")


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("role", [role for role in DatabaseRole if role is not DatabaseRole.OWNER])
@pytest.mark.parametrize(
    "change",
    ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"],
)
def test_no_role_of_the_application_changes_the_log(role: DatabaseRole, change: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.transaction(Viewer(role)) as session,
    ):
        session.execute(text(change))
