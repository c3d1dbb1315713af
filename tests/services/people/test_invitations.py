"""Invitations of employees: accepted once, and only with the token."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from db import session as database
from lib.access import AccessDenied, Actor, Role
from lib.domain import people as rules
from lib.services.people import employment, invitation_acceptance, invitations, sign_in
from lib.services.people.invitation_acceptance import AcceptanceRefused
from lib.services.people.invitations import InvitationOver, InvitationRefused
from lib.services.people.passwords import PasswordRefused

PASSWORD = "new-Parol-2026"


@pytest.fixture
def admin(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    # rows that other tests have committed; this is rolled back too
    execute("DELETE FROM letter; DELETE FROM audit_event; DELETE FROM invitation")
    return signed_in("admin")


def execute(statement: str) -> None:
    with database.transaction(database.OWNER) as session:
        session.connection().exec_driver_sql(statement)


def scalar(statement: str) -> object:
    with database.transaction(database.OPERATOR) as session:
        return session.scalar(text(statement))


def organization_id() -> int:
    return int(str(scalar("SELECT min(id) FROM organization")))


def invite(actor: Actor, **changes: object) -> None:
    values: dict[str, object] = {
        "email": "Ivanova@Example.org",
        "last_name": "Иванова",
        "first_name": "Мария",
        "middle_name": "",
        "role": Role.STAFF,
        "organization_id": organization_id(),
        "address": "192.0.2.1",
    }
    invitations.invite_employee(actor=actor, **(values | changes))  # type: ignore[arg-type]


def latest_invitation() -> tuple[str, str]:
    """Return the recipient and the token of the latest letter."""
    with database.transaction(database.OPERATOR) as session:
        row = session.execute(
            text("SELECT recipient, body_text FROM letter ORDER BY id DESC LIMIT 1")
        ).one()
    found = re.search(r"/invitation\?token=([\w-]+)", row[1])
    assert found
    return row[0], found[1]


def accept(token: str, **changes: object) -> None:
    values: dict[str, object] = {
        "username": "M.Ivanova",
        "password": PASSWORD,
        "repeated": PASSWORD,
        "agrees": True,
        "address": "192.0.2.2",
    }
    invitation_acceptance.accept_invitation(token=token, **(values | changes))  # type: ignore[arg-type]


def test_an_invited_employee_gets_the_role_of_the_invitation(admin: Actor) -> None:
    invite(admin)
    recipient, token = latest_invitation()
    assert recipient == "ivanova@example.org"
    invited = invitations.get_invitation(token=token)
    assert (invited.name, invited.role) == ("Иванова Мария", Role.STAFF)

    accept(token)

    ticket = sign_in.issue_ticket(name="m.ivanova", password=PASSWORD, visit="v", remember=False)
    actor = sign_in.find_actor(token=sign_in.open_session(ticket=ticket, visit="v").token)
    assert actor
    assert (actor.role, actor.organization_id) == (Role.STAFF, organization_id())
    assert actor.full_name == "Иванова Мария"
    assert scalar("SELECT count(*) FROM consent WHERE purpose = 'terms'") == 1
    assert scalar("SELECT details ->> 'email' FROM audit_event WHERE action = 'invited'") == (
        "i***@e***.org"
    )
    assert scalar(
        "SELECT details ->> 'invited_by' FROM audit_event WHERE action = 'activated'"
    ) == (str(admin.login_id))
    assert invitations.list_invitations(actor=admin) == ()


def test_the_token_is_only_in_the_letter(admin: Actor) -> None:
    invite(admin)
    _, token = latest_invitation()

    for table in ("invitation", "audit_event"):
        dump = scalar(f"SELECT string_agg(to_jsonb(t)::text, '') FROM {table} t")
        assert token not in str(dump)


def test_a_second_click_sends_no_second_letter(admin: Actor) -> None:
    invite(admin)

    with pytest.raises(InvitationRefused, match="уже отправлено"):
        invite(admin, email="ivanova@example.org")

    assert scalar("SELECT count(*) FROM letter") == 1


def test_a_withdrawn_invitation_is_invalid_and_may_be_sent_again(admin: Actor) -> None:
    invite(admin)
    _, token = latest_invitation()
    [waiting] = invitations.list_invitations(actor=admin)

    for _ in range(2):
        invitations.withdraw_invitation(
            actor=admin, invitation_id=waiting.invitation_id, address=None
        )

    with pytest.raises(InvitationOver):
        accept(token)
    invite(admin)
    assert latest_invitation()[1] != token


def test_an_expired_invitation_is_invalid_and_may_be_sent_again(admin: Actor) -> None:
    invite(admin)
    _, token = latest_invitation()
    assert scalar("SELECT expires_at - created_at = interval '72 hours' FROM invitation")
    execute("UPDATE invitation SET expires_at = now()")

    with pytest.raises(InvitationOver):
        invitations.get_invitation(token=token)
    with pytest.raises(InvitationOver):
        accept(token)
    invite(admin)


def test_a_dismissed_administrators_invitation_is_invalid(admin: Actor) -> None:
    invite(admin, role=Role.ADMIN)
    _, token = latest_invitation()
    execute("UPDATE login SET role = 'admin' WHERE username = 'analyst'")
    execute("UPDATE login SET blocked_at = now() WHERE username = 'admin'")

    with pytest.raises(InvitationOver):
        accept(token)
    with pytest.raises(AccessDenied):
        invite(admin, email="other@example.org")
    with pytest.raises(AccessDenied):
        invitations.withdraw_invitation(actor=admin, invitation_id=1, address=None)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"role": Role.RESIDENT}, InvitationRefused),
        ({"organization_id": None}, employment.PersonRefused),
        ({"email": "RESIDENT@example.org"}, InvitationRefused),
        ({"email": "no address"}, rules.EmailRefused),
        ({"last_name": " "}, rules.NameRefused),
        ({"first_name": "<b>Мария</b>"}, rules.NameRefused),
        ({"middle_name": "=1+1"}, rules.NameRefused),
    ],
)
def test_an_impossible_invitation_is_refused_with_a_reason(
    admin: Actor, changed: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        invite(admin, **changed)

    assert scalar("SELECT count(*) FROM letter") == 0


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"agrees": False}, AcceptanceRefused),
        ({"repeated": PASSWORD + "x"}, AcceptanceRefused),
        ({"username": "Resident"}, AcceptanceRefused),
        ({"username": "мария"}, rules.UsernameRefused),
        ({"password": "short", "repeated": "short"}, PasswordRefused),
    ],
)
def test_a_refused_acceptance_keeps_the_invitation(
    admin: Actor, changed: dict[str, object], refusal: type[Exception]
) -> None:
    invite(admin)
    _, token = latest_invitation()

    with pytest.raises(refusal):
        accept(token, **changed)

    accept(token)


def test_an_email_taken_meanwhile_is_refused(admin: Actor) -> None:
    invite(admin)
    _, token = latest_invitation()
    execute("UPDATE login_contact SET email = 'ivanova@example.org' WHERE last_name = 'Петрова'")

    with pytest.raises(AcceptanceRefused, match="обратитесь к администратору"):
        accept(token)


def test_other_roles_are_invited_without_an_organisation(admin: Actor) -> None:
    invite(admin, role=Role.ADMIN)

    assert invitations.list_invitations(actor=admin)[0].organization_id is None


def test_an_analyst_is_invited_for_an_organisation(admin: Actor) -> None:
    invite(admin, role=Role.ANALYST)

    assert invitations.list_invitations(actor=admin)[0].organization_id is not None


def test_used_invitations_are_deleted_and_waiting_ones_stay(admin: Actor) -> None:
    for email in ("used@example.org", "late@example.org", "waits@example.org"):
        invite(admin, email=email)
    execute("UPDATE invitation SET used_at = now() WHERE email = 'used@example.org'")
    execute("UPDATE invitation SET expires_at = now() WHERE email = 'late@example.org'")

    invitations.remove_spent_invitations()

    assert scalar("SELECT string_agg(email, ',') FROM invitation") == "waits@example.org"
