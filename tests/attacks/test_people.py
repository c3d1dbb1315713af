"""Attacks on invitations, on the people's screen and on the file of the log."""

import csv
import inspect
import io
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, text

from db import session as database
from lib.access import AccessDenied, Actor, Role
from lib.errors import PortalError
from lib.services.audit import log, trail
from lib.services.audit.log import EventQuery
from lib.services.audit.trail import Action
from lib.services.people import directory, employment, invitation_acceptance, invitations
from lib.services.people.employment import PersonRefused
from lib.services.people.invitations import InvitationOver

PASSWORD = "new-Parol-2026"


def execute(statement: str) -> None:
    with database.transaction(database.OWNER) as session:
        session.connection().exec_driver_sql(statement)


def scalar(statement: str) -> Any:
    with database.transaction(database.OPERATOR) as session:
        return session.scalar(text(statement))


def key(username: str) -> int:
    return int(scalar(f"SELECT id FROM login WHERE username = '{username}'"))


def invite(actor: Actor, email: str = "maria@example.org") -> str:
    """Invite somebody and return the token of the letter."""
    invitations.invite_employee(
        actor=actor,
        email=email,
        last_name="Иванова",
        first_name="Мария",
        middle_name="",
        role=Role.ANALYST,
        organization_id=None,
        address=None,
    )
    body = scalar(f"SELECT body_text FROM letter WHERE recipient = '{email}' ORDER BY id DESC")
    return str(re.findall(r"token=([\w-]+)", body)[0])


def accept(token: str, username: str) -> None:
    invitation_acceptance.accept_invitation(
        token=token,
        username=username,
        password=PASSWORD,
        repeated=PASSWORD,
        agrees=True,
        address="192.0.2.66",
    )


@pytest.fixture
def admin(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    # rows that other tests have committed; this is rolled back too
    execute("DELETE FROM letter; DELETE FROM audit_event; DELETE FROM invitation")
    return signed_in("admin")


class TestInvitation:
    def test_used_twice_makes_one_login(self, admin: Actor) -> None:
        token = invite(admin)
        accept(token, "maria")

        with pytest.raises(InvitationOver):
            accept(token, "thief")

        assert scalar("SELECT count(*) FROM login WHERE username = 'thief'") == 0

    def test_acceptance_takes_no_email_and_no_role(self, admin: Actor) -> None:
        """E-mail and role of an invitation are read from the database, never from the form."""
        token = invite(admin)
        parameters = set(inspect.signature(invitation_acceptance.accept_invitation).parameters)

        accept(token, "maria")

        assert parameters == {"token", "username", "password", "repeated", "agrees", "address"}
        assert scalar("SELECT role FROM login WHERE username = 'maria'") == "analyst"
        assert scalar("SELECT count(*) FROM login_contact WHERE email = 'maria@example.org'") == 1

    @pytest.mark.parametrize("change", [str.swapcase, lambda t: t[:-1], lambda t: t + "A"])
    def test_with_a_changed_token_is_refused(
        self, admin: Actor, change: Callable[[str], str]
    ) -> None:
        with pytest.raises(InvitationOver):
            accept(change(invite(admin)), "thief")

    def test_by_its_hash_is_refused(self, admin: Actor) -> None:
        """Somebody who has read the table cannot use the hash as a token."""
        invite(admin)
        stored = scalar("SELECT encode(token_hash, 'hex') FROM invitation")

        for guess in (stored, bytes.fromhex(stored).decode("latin-1")):
            with pytest.raises(InvitationOver):
                accept(guess, "thief")

    def test_of_a_dismissed_administrator_is_refused(
        self, admin: Actor, signed_in: Callable[..., Actor]
    ) -> None:
        execute("UPDATE login SET role = 'admin' WHERE username = 'analyst'")
        token = invite(replace(signed_in("analyst")))

        employment.block_login(actor=admin, login_id=key("analyst"), address=None)

        with pytest.raises(InvitationOver):
            accept(token, "backdoor")


@pytest.mark.usefixtures("admin")
class TestEscalation:
    @pytest.mark.parametrize("name", ["resident", "staff", "analyst"])
    def test_other_roles_change_no_login_even_with_a_right_key(
        self, signed_in: Callable[..., Actor], name: str
    ) -> None:
        somebody = signed_in(name)
        before = scalar("SELECT string_agg(l::text, ';' ORDER BY id) FROM login l")

        with pytest.raises(AccessDenied):
            employment.change_role(
                actor=somebody,
                login_id=somebody.login_id,
                role=Role.ADMIN,
                organization_id=None,
                address=None,
            )
        with pytest.raises(AccessDenied):
            employment.block_login(actor=somebody, login_id=key("admin"), address=None)
        with pytest.raises(AccessDenied):
            directory.list_people(actor=somebody)
        with pytest.raises(AccessDenied):
            log.export_events(actor=somebody, chosen=EventQuery(), address=None)

        assert scalar("SELECT string_agg(l::text, ';' ORDER BY id) FROM login l") == before
        assert scalar("SELECT count(*) FROM audit_event WHERE action = 'exported'") == 0

    def test_the_role_of_an_administrator_is_checked_in_the_database(
        self, signed_in: Callable[..., Actor]
    ) -> None:
        forged = replace(signed_in("analyst"), role=Role.ADMIN)

        with pytest.raises(AccessDenied):
            employment.change_role(
                actor=forged,
                login_id=key("staff"),
                role=Role.ADMIN,
                organization_id=None,
                address=None,
            )
        with pytest.raises(AccessDenied):
            invite(forged)

    @pytest.mark.parametrize("login_id", [0, -1, 2**60])
    def test_an_unknown_key_is_refused(self, admin: Actor, login_id: int) -> None:
        for act in (employment.block_login, employment.unblock_login, employment.end_sessions):
            with pytest.raises(AccessDenied):
                act(actor=admin, login_id=login_id, address=None)

    def test_a_residents_role_cannot_be_changed(self, admin: Actor) -> None:
        with pytest.raises(PersonRefused):
            employment.change_role(
                actor=admin,
                login_id=key("resident"),
                role=Role.ADMIN,
                organization_id=None,
                address=None,
            )


class TestFileOfTheLog:
    @pytest.mark.parametrize(
        "cell",
        [
            '=HYPERLINK("http://x";"y")',
            "+1+1",
            "-2+3",
            "@SUM(A1)",
            "\t=1+1",
            'a";=1+1;"',
            "=cmd|' /C calc'!A0",
        ],
    )
    def test_has_no_formula_in_any_cell(self, admin: Actor, cell: str) -> None:
        with database.transaction(database.GATE) as session:
            trail.record_event(
                session,
                action=Action.SIGN_IN_FAILED,
                login_id=1,
                username=cell,
                address=cell,
                reason=cell,
            )

        content = log.export_events(actor=admin, chosen=EventQuery(), address=cell)

        for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"):
            assert len(row) == 7
            assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in row)

    def test_is_recorded_as_an_event(self, admin: Actor) -> None:
        log.export_events(actor=admin, chosen=EventQuery(login="resident"), address="192.0.2.1")

        assert scalar("SELECT username FROM audit_event WHERE action = 'exported'") == "admin"


class TestAtOnce:
    """Real engines and threads; whatever is written is deleted afterwards."""

    @pytest.fixture
    def admins(self, committed: str, signed_in: Callable[..., Actor]) -> Iterator[list[Actor]]:
        assert committed  # real engines, one a role
        first = signed_in("admin")
        execute("UPDATE login SET role = 'admin' WHERE username = 'analyst'")
        second = replace(first, login_id=key("analyst"), username="analyst")
        yield [first, second]
        execute(
            "UPDATE login SET blocked_at = NULL; "
            "UPDATE login SET role = 'analyst' WHERE username = 'analyst'; "
            "DELETE FROM consent c USING login l WHERE l.id = c.login_id AND username ~ '^maria'; "
            "DELETE FROM login_contact WHERE email = 'maria@example.org'; "
            "DELETE FROM login WHERE username ~ '^maria'; "
            "DELETE FROM invitation"
        )

    def at_once(self, *acts: Callable[[], object]) -> list[str]:
        """Call several functions at the same time; return the names of the refusals."""
        refused: list[str] = []
        barrier = threading.Barrier(len(acts))

        def do(act: Callable[[], object]) -> None:
            barrier.wait()
            try:
                act()
            except PortalError as refusal:
                refused.append(type(refusal).__name__)

        threads = [threading.Thread(target=do, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return refused

    def test_two_administrators_block_each_other_and_one_stays(self, admins: list[Actor]) -> None:
        first, second = admins

        refused = self.at_once(
            lambda: employment.block_login(actor=first, login_id=second.login_id, address=None),
            lambda: employment.block_login(actor=second, login_id=first.login_id, address=None),
        )

        assert refused == ["AccessDenied"]
        remaining = "SELECT count(*) FROM login WHERE role = 'admin' AND blocked_at IS NULL"
        assert scalar(remaining) == 1

    def test_one_link_used_by_many_at_once_makes_one_login(self, admins: list[Actor]) -> None:
        token = invite(admins[0])

        refused = self.at_once(*(lambda n=n: accept(token, f"maria{n}") for n in range(6)))

        assert len(refused) == 5
        assert scalar("SELECT count(*) FROM login WHERE username ~ '^maria'") == 1

    def test_one_email_is_invited_once(self, admins: list[Actor]) -> None:
        refused = self.at_once(*(lambda: invite(admins[0]) for _ in range(4)))

        assert refused == ["InvitationRefused"] * 3
        assert scalar("SELECT count(*) FROM invitation") == 1
