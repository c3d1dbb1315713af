"""Attacks on the service desk: staff of another organisation, other roles, forged keys."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, text

from db import session as database
from lib import clock
from lib.access import AccessDenied, Actor
from lib.domain.appeals.rules import Status
from lib.services import account_card
from lib.services.account_card import CardRefused, Part
from lib.services.appeals import (
    desk_answers,
    desk_batches,
    desk_moves,
    desk_queue,
    desk_threads,
    desk_work,
    incidents,
    templates,
)
from lib.services.appeals.desk_batches import ChosenAppeal
from lib.services.appeals.desk_queue import Filters
from lib.services.appeals.desk_work import SeenThread
from tests.kit.appeals import send
from tests.kit.attaching import NUMBER
from tests.kit.desk import add_colleague, appeal_row, entry_rows
from tests.kit.identity import fetch

pytestmark = pytest.mark.usefixtures("db")
Step = Callable[[Actor, SeenThread], object]

# every step that takes a thread's key
STEPS: dict[str, Step] = {
    "read": lambda a, s: desk_threads.get_thread(actor=a, appeal_id=s.appeal_id),
    "read by account": lambda a, s: desk_threads.get_thread(
        actor=a, appeal_id=s.appeal_id, account_id=s.account_id
    ),
    "take": lambda a, s: desk_work.take_appeal(actor=a, seen=s),
    "assign": lambda a, s: desk_work.assign_appeal(actor=a, seen=s, to=None),
    "note": lambda a, s: desk_work.add_note(actor=a, seen=s, text="Чужая"),
    "ask": lambda a, s: desk_answers.ask_resident(actor=a, seen=s, text="Кто вы?"),
    "answer": lambda a, s: desk_answers.send_answer(actor=a, seen=s, text="Никак"),
    "answer with a field": lambda a, s: desk_answers.send_answer(actor=a, seen=s, text="{имя}"),
    "status": lambda a, s: desk_answers.change_status(
        actor=a, seen=s, to=Status.DECLINED, reason="Нет"
    ),
    "redirect": lambda a, s: desk_moves.redirect_appeal(
        actor=a, seen=s, organization_id=a.organization_id or 1, reason="К нам"
    ),
    "extend": lambda a, s: desk_moves.extend_deadline(actor=a, seen=s, reason="Долго"),
    "join": lambda a, s: incidents.join_incident(
        actor=a, account_id=s.account_id, appeal_id=s.appeal_id
    ),
}
# every other function of the desk
SCREENS: dict[str, Callable[[Actor], object]] = {
    "queue": lambda a: desk_queue.list_queue(actor=a, filters=Filters()),
    "templates": lambda a: templates.list_templates(actor=a),
    "template": lambda a: templates.save_template(actor=a, template_id=None, name="а", body="б"),
    "no template": lambda a: templates.remove_template(actor=a, template_id=1),
    "incident": lambda a: incidents.get_incident(actor=a, incident_id=1),
    "answer to all": lambda a: incidents.answer_incident(
        actor=a, incident_id=1, chosen=(), text="а", request_key="k"
    ),
    "card": lambda a: account_card.open_card(
        actor=a, number=NUMBER, reason="Любопытство", address=""
    ),
    "batch": lambda a: desk_batches.close_appeals(
        actor=a, chosen=[ChosenAppeal(1, 1, "1", 1)], request_key="k"
    ),
}


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def stranger(db: Connection) -> Actor:
    return add_colleague("stranger", of=("uyut", "uyut"))


@pytest.fixture
def seen(resident: Actor) -> SeenThread:
    appeal_id, _ = send(resident)
    return SeenThread(
        appeal_row(appeal_id).account_id, appeal_id, appeal_row(appeal_id).version, "forged"
    )


def is_refused(act: Callable[[], object]) -> bool:
    """Tell whether a call is refused like that of an unknown thread."""
    try:
        act()
    except AccessDenied:
        return True
    return False


def test_staff_of_another_organisation_cannot_use_a_thread(
    stranger: Actor, seen: SeenThread
) -> None:
    before = appeal_row(seen.appeal_id)

    assert [
        name for name, step in STEPS.items() if not is_refused(partial(step, stranger, seen))
    ] == []

    assert appeal_row(seen.appeal_id) == before
    assert len(entry_rows(seen.appeal_id)) == 1
    assert fetch("SELECT 1 FROM appeal_note") == []


@pytest.mark.parametrize("role", ["resident", "analyst", "admin"])
def test_only_staff_can_use_a_thread_or_the_desk(
    signed_in: Callable[..., Actor], seen: SeenThread, role: str
) -> None:
    actor = signed_in(role)

    opened = [name for name, step in STEPS.items() if not is_refused(partial(step, actor, seen))]
    opened += [name for name, screen in SCREENS.items() if not is_refused(partial(screen, actor))]

    assert opened == []


def test_a_thread_is_not_found_under_another_accounts_key(clerk: Actor, seen: SeenThread) -> None:
    (other,) = fetch("SELECT id FROM account WHERE id <> :own LIMIT 1", own=seen.account_id)
    forged = replace(seen, account_id=other.id)

    opened = [name for name, step in STEPS.items() if not is_refused(partial(step, clerk, forged))]

    assert opened == ["read"]  # which has no account to forge


def test_another_organisations_incident_and_batch_are_refused(
    resident: Actor, clerk: Actor, stranger: Actor
) -> None:
    sent = [send(resident) for _ in range(2)]
    account_id = appeal_row(sent[0][0]).account_id
    key = incidents.join_incident(actor=clerk, account_id=account_id, appeal_id=sent[0][0])

    with pytest.raises(AccessDenied):
        incidents.get_incident(actor=stranger, incident_id=key)
    with pytest.raises(AccessDenied):
        incidents.answer_incident(
            actor=stranger, incident_id=key, chosen=(), text="а", request_key="k"
        )
    outcome = desk_batches.answer_appeals(
        actor=stranger,
        chosen=[ChosenAppeal(account_id, appeal_id, number, 1) for appeal_id, number in sent],
        text="а",
        request_key="k",
    )

    assert outcome.done == 0
    assert {appeal_row(appeal_id).status for appeal_id, _ in sent} == {"new"}


def test_an_account_of_another_organisation_is_not_opened(stranger: Actor) -> None:
    (account,) = fetch("SELECT id FROM account WHERE number = :number", number=NUMBER)

    with pytest.raises(CardRefused):
        account_card.open_card(
            actor=stranger, number=NUMBER, reason="Просто так", address="203.0.113.1"
        )
    for part in Part:
        assert is_refused(partial(card, stranger, account.id, part))
    assert viewed() == []


def test_a_card_is_shown_only_after_a_recent_reason(
    clerk: Actor, stranger: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account,) = fetch("SELECT id FROM account WHERE number = :number", number=NUMBER)
    other = add_colleague()
    assert is_refused(partial(card, clerk, account.id, Part.LOGINS))  # never opened

    account_card.open_card(
        actor=clerk, number=NUMBER, reason="Звонок жителя", address="203.0.113.1"
    )

    for somebody in (other, stranger):
        assert is_refused(partial(card, somebody, account.id, Part.LOGINS))
    for part in (Part.LOGINS, Part.LOGINS, Part.PAYMENTS):
        card(clerk, account.id, part)
    assert viewed() == [None, "logins", "payments"]
    later = clock.now() + account_card.KEPT + dt.timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert is_refused(partial(card, clerk, account.id, Part.PAYMENTS))


def card(actor: Actor, account_id: int, part: Part) -> object:
    return account_card.get_card(
        actor=actor, account_id=account_id, part=part, address="203.0.113.1"
    )


def viewed() -> list[str | None]:
    """Return the viewed parts from the log; None for the opening of a card."""
    events = fetch(
        "SELECT details ->> 'part' AS part FROM audit_event WHERE action = 'account_viewed' "
        "ORDER BY id"
    )
    return [event.part for event in events]


def test_the_search_function_is_limited_to_the_viewers_organisation(
    resident: Actor, stranger: Actor, clerk: Actor
) -> None:
    send(resident, text="отопление")

    def search(actor: Actor | None) -> list[Any]:
        viewer = actor.viewer if actor else resident.viewer
        with database.transaction(viewer) as session:
            return list(
                session.execute(
                    text(
                        "SELECT * FROM search_appeals('отопление', 'all', NULL, NULL, "
                        "current_date, 100000)"
                    )
                )
            )

    assert len(search(clerk)) == 1
    assert search(stranger) == []
    assert search(None) == []


def test_a_resident_reads_no_note(resident: Actor, clerk: Actor, seen: SeenThread) -> None:
    desk_work.add_note(actor=clerk, seen=seen, text="Жалуется третий раз")

    with database.transaction(resident.viewer) as session:
        assert session.execute(text("SELECT * FROM appeal_note")).all() == []
