"""Logins as an administrator sees and changes them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from db import session as database
from lib.access import AccessDenied, Actor, Role
from lib.services.people import _login_access, directory, employment, sign_in
from lib.services.people._login_access import LastAdministrator
from lib.services.people.directory import State
from lib.services.people.employment import PersonRefused
from lib.services.people.sign_in import SignInRefused
from tests.kit.portal import PASSWORD


@pytest.fixture
def admin(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    # rows that other tests have committed; this is rolled back too
    execute("DELETE FROM letter; DELETE FROM audit_event; DELETE FROM invitation")
    return signed_in("admin")


def key(username: str) -> int:
    with database.transaction(database.OPERATOR) as session:
        found = session.scalar(
            text("SELECT id FROM login WHERE username = :name"), {"name": username}
        )
    assert found is not None
    return int(found)


def organization_id() -> int:
    with database.transaction(database.OPERATOR) as session:
        return int(session.scalar(text("SELECT max(id) FROM organization")) or 0)


def execute(statement: str) -> None:
    with database.transaction(database.OWNER) as session:
        session.connection().exec_driver_sql(statement)


def events() -> list[tuple[str, str | None, dict[str, object]]]:
    with database.transaction(database.OPERATOR) as session:
        rows = session.execute(
            text("SELECT action, username, details FROM audit_event ORDER BY id")
        )
        return [(row[0], row[1], row[2]) for row in rows]


class TestList:
    def test_shows_each_login_with_role_state_and_last_sign_in(self, admin: Actor) -> None:
        found = {person.username: person for person in directory.list_people(actor=admin).people}

        assert set(found) == {"admin", "analyst", "resident", "staff"}
        assert found["admin"].signed_in_at is not None
        assert found["admin"].signed_in_at.utcoffset() == dt.timedelta(hours=5)
        assert found["staff"].organization_id in directory.list_organizations(actor=admin)
        assert {person.state for person in found.values()} == {State.WORKS}

    def test_stars_residents_and_shows_employees(self, admin: Actor) -> None:
        found = {person.username: person for person in directory.list_people(actor=admin).people}

        assert (found["resident"].name, found["resident"].email) == (
            "Му*** С.",
            "r***@e***.org",
        )
        assert (found["staff"].name, found["staff"].email) == (
            "Петрова Анна",
            "staff@example.org",
        )

    @pytest.mark.parametrize(
        ("search", "names"),
        [
            ("STAF", ["staff"]),
            ("муравьев серг", ["resident"]),
            ("analyst@example", ["analyst"]),
            ("%", []),
            ("_", []),
            ("\x00", ["admin", "analyst", "resident", "staff"]),
            ("' OR 1=1 --", []),
        ],
    )
    def test_finds_by_login_email_and_name(
        self, admin: Actor, search: str, names: list[str]
    ) -> None:
        found = directory.list_people(actor=admin, search=search)

        assert [person.username for person in found.people] == names

    def test_finds_by_role(self, admin: Actor) -> None:
        found = directory.list_people(actor=admin, role=Role.ANALYST)

        assert [person.username for person in found.people] == ["analyst"]

    def test_has_pages_of_fifty(self, admin: Actor) -> None:
        execute(
            "INSERT INTO login (username, password_hash, role) "
            "SELECT 'x' || n, '', 'resident' FROM generate_series(1, 60) n"
        )
        execute(
            "INSERT INTO login_contact (login_id, last_name, first_name, email) "
            "SELECT id, 'Я', 'Я', username || '@x.org' FROM login WHERE username ~ '^x'"
        )

        pages = [directory.list_people(actor=admin, page=page) for page in (1, 2, 3)]

        assert [(len(p.people), p.has_more) for p in pages] == [(50, True), (14, False), (0, False)]

    def test_refuses_an_unknown_key(self, admin: Actor) -> None:
        assert directory.find_person(actor=admin, login_id=2**60) is None


class TestRole:
    def test_is_changed_and_recorded(self, admin: Actor) -> None:
        employment.change_role(
            actor=admin,
            login_id=key("analyst"),
            role=Role.STAFF,
            organization_id=organization_id(),
            address="192.0.2.1",
        )

        person = directory.find_person(actor=admin, login_id=key("analyst"))
        assert person
        assert (person.role, person.organization_id) == (Role.STAFF, organization_id())
        assert events()[-1] == (
            "role_changed",
            "admin",
            {"login": "analyst", "role": "staff", "before": "analyst"},
        )

    def test_loses_the_organisation(self, admin: Actor) -> None:
        employment.change_role(
            actor=admin,
            login_id=key("staff"),
            role=Role.ADMIN,
            organization_id=organization_id(),
            address=None,
        )

        person = directory.find_person(actor=admin, login_id=key("staff"))
        assert person
        assert person.organization_id is None

    def test_of_an_analyst_keeps_the_organisation(self, admin: Actor) -> None:
        employment.change_role(
            actor=admin,
            login_id=key("staff"),
            role=Role.ANALYST,
            organization_id=organization_id(),
            address=None,
        )

        person = directory.find_person(actor=admin, login_id=key("staff"))
        assert person
        assert person.organization_id == organization_id()

    def test_that_stays_the_same_is_not_recorded(self, admin: Actor) -> None:
        before = len(events())

        employment.change_role(
            actor=admin,
            login_id=key("analyst"),
            role=Role.ANALYST,
            organization_id=None,
            address=None,
        )

        assert len(events()) == before

    @pytest.mark.parametrize("organization", [None, 2**60])
    def test_of_staff_needs_an_organisation(self, admin: Actor, organization: int | None) -> None:
        with pytest.raises(PersonRefused, match="Выберите организацию"):
            employment.change_role(
                actor=admin,
                login_id=key("analyst"),
                role=Role.STAFF,
                organization_id=organization,
                address=None,
            )

    @pytest.mark.parametrize(
        ("name", "role"), [("resident", Role.ADMIN), ("analyst", Role.RESIDENT)]
    )
    def test_of_a_resident_cannot_be_changed(self, admin: Actor, name: str, role: Role) -> None:
        with pytest.raises(PersonRefused, match="Житель"):
            employment.change_role(
                actor=admin, login_id=key(name), role=role, organization_id=None, address=None
            )

    def test_of_oneself_cannot_be_changed(self, admin: Actor) -> None:
        with pytest.raises(PersonRefused, match="другого администратора"):
            employment.change_role(
                actor=admin,
                login_id=admin.login_id,
                role=Role.ANALYST,
                organization_id=None,
                address=None,
            )


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_the_database_demands_an_organisation_for_staff_alone(db: object, role: str) -> None:
    value = "NULL" if role == "staff" else "(SELECT min(id) FROM organization)"
    with pytest.raises(IntegrityError, match="staff_organization"):
        execute(
            "INSERT INTO login (username, password_hash, role, organization_id) "
            f"VALUES ('x', '', '{role}', {value})"
        )


class TestBlock:
    def test_ends_sessions_and_sign_in_at_once(self, admin: Actor) -> None:
        ticket = sign_in.issue_ticket(name="staff", password=PASSWORD, visit="v", remember=True)
        late = sign_in.issue_ticket(name="staff", password=PASSWORD, visit="v", remember=True)
        token = sign_in.open_session(ticket=ticket, visit="v").token
        assert sign_in.find_actor(token=token)

        employment.block_login(actor=admin, login_id=key("staff"), address="192.0.2.1")

        assert sign_in.find_actor(token=token) is None
        with pytest.raises(SignInRefused):
            sign_in.issue_ticket(name="staff", password=PASSWORD, visit="v", remember=False)
        with pytest.raises(sign_in.TicketRefused):
            sign_in.open_session(ticket=late, visit="v")

        employment.unblock_login(actor=admin, login_id=key("staff"), address="192.0.2.1")

        assert sign_in.find_actor(token=token) is None
        assert sign_in.issue_ticket(name="staff", password=PASSWORD, visit="v", remember=False)
        assert [event[0] for event in events() if event[2].get("login") == "staff"] == [
            "login_blocked",
            "login_unblocked",
        ]

    def test_twice_is_one_event(self, admin: Actor) -> None:
        for _ in range(2):
            employment.block_login(actor=admin, login_id=key("staff"), address=None)

        assert [event[0] for event in events()].count("login_blocked") == 1

    def test_of_oneself_is_refused(self, admin: Actor) -> None:
        with pytest.raises(PersonRefused):
            employment.block_login(actor=admin, login_id=admin.login_id, address=None)

    def test_makes_links_in_letters_invalid(self, admin: Actor) -> None:
        execute(
            "INSERT INTO login_token (login_id, purpose, token_hash, created_at, expires_at) "
            f"VALUES ({key('staff')}, 'recovery', 'x', now(), now() + interval '1 hour')"
        )

        employment.block_login(actor=admin, login_id=key("staff"), address=None)

        with database.transaction(database.OPERATOR) as session:
            assert session.scalar(
                text("SELECT bool_and(used_at IS NOT NULL) FROM login_token WHERE token_hash = 'x'")
            )


def test_sessions_can_be_ended_without_a_block(
    admin: Actor, signed_in: Callable[..., Actor]
) -> None:
    ticket = sign_in.issue_ticket(name="staff", password=PASSWORD, visit="v", remember=True)
    token = sign_in.open_session(ticket=ticket, visit="v").token

    employment.end_sessions(actor=admin, login_id=key("staff"), address=None)

    assert sign_in.find_actor(token=token) is None
    assert signed_in("staff").username == "staff"
    assert ("sessions_ended", "admin", {"login": "staff"}) in events()


def test_an_administrator_dismissed_meanwhile_changes_nothing(admin: Actor) -> None:
    execute("UPDATE login SET blocked_at = now() WHERE username = 'admin'")

    for act in (employment.block_login, employment.unblock_login, employment.end_sessions):
        with pytest.raises(AccessDenied):
            act(actor=admin, login_id=key("staff"), address=None)


def test_the_last_administrator_cannot_be_removed(admin: Actor) -> None:
    with pytest.raises(LastAdministrator), database.transaction(database.GATE) as session:
        _login_access.require_other_administrator(session, login_id=admin.login_id)

    execute("UPDATE login SET role = 'admin' WHERE username = 'analyst'")
    with database.transaction(database.GATE) as session:
        _login_access.require_other_administrator(session, login_id=admin.login_id)


def test_two_administrators_cannot_block_each_other(
    committed: str, signed_in: Callable[..., Actor]
) -> None:
    first = signed_in("admin")
    execute("UPDATE login SET role = 'admin' WHERE username = 'analyst'")
    second = replace(first, login_id=key("analyst"), username="analyst")
    try:
        employment.block_login(actor=first, login_id=second.login_id, address=None)
        with pytest.raises(AccessDenied):
            employment.block_login(actor=second, login_id=first.login_id, address=None)
    finally:
        execute("UPDATE login SET role = 'analyst', blocked_at = NULL WHERE username = 'analyst'")
