"""Filters of the audit log."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from db import session as database
from db.queries import audit as queries
from lib.access import Actor
from lib.services.audit import log, words
from lib.services.audit.log import EventQuery
from lib.services.audit.trail import Action


@pytest.fixture
def admin(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    actor = signed_in("admin")
    execute("DELETE FROM audit_event")
    return actor


def execute(statement: str) -> None:
    with database.transaction(database.OWNER) as session:
        session.connection().exec_driver_sql(statement)


def add_event(
    at: str, action: str = "exported", who: str = "admin", details: str = "{}", account: str = ""
) -> None:
    key = f"(SELECT min(id) FROM account WHERE number = '{account}')" if account else "NULL"
    execute(
        "INSERT INTO audit_event (happened_at, action, username, account_id, details) "
        f"VALUES ('{at}', '{action}', '{who}', {key}, '{details}')"
    )


def find_actors(actor: Actor, **values: object) -> list[str]:
    found = log.list_events(actor=actor, chosen=EventQuery(**values))  # type: ignore[arg-type]
    return [event.who for event in found.events]


def test_days_are_whole_days_of_the_centres_zone(admin: Actor) -> None:
    add_event("2026-03-01 18:59:59+00", who="before")
    add_event("2026-03-01 19:00:00+00", who="first")
    add_event("2026-03-02 18:59:59+00", who="last")
    add_event("2026-03-02 19:00:00+00", who="after")
    day = dt.date(2026, 3, 2)

    assert find_actors(admin, since=day, until=day) == ["last", "first"]
    assert find_actors(admin, since=day) == ["after", "last", "first"]
    assert find_actors(admin, until=day) == ["last", "first", "before"]


def test_a_login_is_found_as_actor_and_as_subject(admin: Actor) -> None:
    add_event("2026-03-01", who="staff")
    add_event("2026-03-02", who="admin", details='{"login": "staff"}')
    add_event("2026-03-03", who="resident")

    assert find_actors(admin, login=" Staff ") == ["admin", "staff"]
    assert find_actors(admin, login="sta%") == []


def test_an_account_is_found_by_its_number(admin: Actor) -> None:
    add_event("2026-03-01", who="one", account="0000012345")
    add_event("2026-03-02", who="two")

    assert find_actors(admin, account="0000012345") == ["one"]
    assert find_actors(admin, account="'; --") == []
    [event] = log.list_events(actor=admin, chosen=EventQuery(account="0000012345")).events
    assert event.account == "0000012345"


def test_events_are_filtered_by_action(admin: Actor) -> None:
    add_event("2026-03-01", action="signed_in", who="one")
    add_event("2026-03-02", who="two")

    assert find_actors(admin, action=Action.SIGNED_IN) == ["one"]


def test_events_of_the_same_time_appear_on_one_page_only(admin: Actor) -> None:
    for n in range(60):
        add_event("2026-03-01", who=f"e{n}")

    first = log.list_events(actor=admin, chosen=EventQuery())
    add_event("2026-03-02", who="newer")
    second = log.list_events(actor=admin, chosen=EventQuery(before=first.older))

    assert [e.who for e in (*first.events, *second.events)] == [f"e{n}" for n in range(59, -1, -1)]
    assert second.older is None


def test_every_action_has_a_name() -> None:
    assert set(words.ACTIONS) == set(Action)
    assert words.format_action("of_a_later_version") == "of_a_later_version"
    assert words.format_details({"role": "staff", "login": "staff", "until": None, "x": True}) == (
        "учётная запись: staff; роль: сотрудник организации; x: да"
    )
    assert words.format_details({"screen": ""}) == "экран: обзор"


def test_a_deleted_logins_event_keeps_its_key(admin: Actor) -> None:
    execute(
        "INSERT INTO audit_event (happened_at, action, login_id, details) "
        "VALUES (now(), 'login_deleted', 77, '{}')"
    )

    assert find_actors(admin) == ["№ 77"]


@pytest.mark.parametrize(
    ("values", "index"),
    [
        ({"login": "e5"}, "username_happened_at"),
        ({"account": "0000012345"}, "account_id_happened_at"),
        ({"action": Action.LOGIN_BLOCKED}, "action_happened_at"),
        ({}, "ix_audit_event_happened_at"),
    ],
)
def test_no_filter_reads_the_whole_log(admin: Actor, values: dict[str, object], index: str) -> None:
    execute(
        "INSERT INTO audit_event (happened_at, action, username, account_id, details) SELECT "
        "now() - interval '1 minute' * n, 'signed_in', 'e' || mod(n, 5000), mod(n, 3000), '{}' "
        "FROM generate_series(1, 20000) n"
    )
    execute("ANALYZE audit_event")
    find_actors = log._filter(EventQuery(**values))  # type: ignore[arg-type]

    with database.transaction(database.OPERATOR) as session:
        statement = queries.select_events(find_actors, limit=51).compile(
            dialect=session.connection().dialect, compile_kwargs={"literal_binds": True}
        )
        rows = session.execute(text(f"EXPLAIN {statement}"))
        plan = "\n".join(str(row[0]) for row in rows)

    assert index in plan
    assert "Seq Scan on audit_event" not in plan
