"""Shared by tests of appeals: sending, entries of staff, letters."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from db import session as database
from db.models import Appeal
from lib.access import Actor, Role
from lib.domain.appeals.rules import EntryKind, Side, Status, Topic
from lib.services.appeals import notices, resident_appeals, steps
from lib.services.people import logins
from lib.services.people.logins import NewLogin
from tests.kit.identity import PASSWORD, execute, fetch

HOME = "203.0.113.5"


def first_addressee(actor: Actor) -> resident_appeals.Addressee:
    """Return the first account of the actor with an organisation that it may write to."""
    return resident_appeals.list_addressees(actor=actor)[0]


def send(actor: Actor, **words: Any) -> tuple[int, str]:
    """Send an appeal from the actor's first account."""
    to = first_addressee(actor)
    values: dict[str, Any] = {
        "account_id": to.account_id,
        "organization_id": to.organization_id,
        "topic": Topic.CHARGES,
        "text": "Проверьте начисления",
        "contact": "+7 900 000-00-00",
        "about": None,
        "uploads": (),
        "request_key": uuid4().hex,
        "address": HOME,
    }
    return resident_appeals.submit_appeal(actor=actor, **(values | words))


def add_staff_entry(
    clerk: Actor,
    appeal_id: int,
    *,
    kind: EntryKind = EntryKind.ANSWER,
    text: str = "Проверили, всё верно",
    to: tuple[Status, ...] = (),
) -> None:
    """Add an entry of staff to an appeal, then change its status step by step."""
    with locked_appeal(clerk, appeal_id) as (session, appeal):
        steps.add_entry(
            session,
            appeal=appeal,
            actor=clerk,
            side=Side.STAFF,
            kind=kind,
            text=text,
            request_key=uuid4().hex,
        )
        for status in to:
            steps.change_status(
                session,
                appeal=appeal,
                actor=clerk,
                side=Side.STAFF,
                to=status,
                reason="ждём ответа",
                notify=False,
            )


@contextmanager
def locked_appeal(clerk: Actor, appeal_id: int) -> Iterator[tuple[Session, Appeal]]:
    """Lock an appeal as staff of its organisation; yield the session and the row."""
    (row,) = fetch("SELECT account_id FROM appeal WHERE id = :id", id=appeal_id)
    viewer = replace(clerk.viewer, accounts=(row.account_id,))
    with database.transaction(viewer) as session:
        yield (
            session,
            steps.lock_appeal(session, actor=clerk, account_id=row.account_id, appeal_id=appeal_id),
        )


def add_colleague(clerk: Actor, username: str) -> None:
    """Add a login of the same organisation."""
    made = NewLogin(username, f"{username}@example.org", "Белова", "Ольга", Role.RESIDENT)
    logins.add_login(new=made, password=PASSWORD)
    execute(
        "UPDATE login SET role = 'staff', organization_id = :office WHERE username = :name",
        office=clerk.organization_id,
        name=username,
    )


def post_pending_letters() -> None:
    """Post the letters about all entries that have none yet."""
    for row in fetch("SELECT account_id, id FROM appeal_entry WHERE told_at IS NULL ORDER BY id"):
        notices.post_letters(account_id=row.account_id, entry_id=row.id)
