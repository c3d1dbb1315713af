"""Two employees work on one appeal at the same time, in real transactions."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from lib.access import Actor
from lib.errors import PortalError
from lib.services.appeals import desk_answers, desk_work, incidents
from tests.kit.appeals import send
from tests.kit.desk import add_colleague, appeal_row, entry_rows, seen_thread
from tests.kit.identity import execute, fetch

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def two(signed_in: Callable[..., Actor]) -> Iterator[tuple[Actor, Actor]]:
    yield signed_in("staff"), add_colleague("at_once")
    for table in ("sign_in_ticket", "web_session", "login_contact"):
        execute(
            f"DELETE FROM {table} USING login l WHERE l.id = login_id AND l.username = 'at_once'"
        )
    execute("DELETE FROM login WHERE username = 'at_once'")


@pytest.fixture
def appeal_id(signed_in: Callable[..., Actor]) -> Iterator[int]:
    sent, _ = send(signed_in("resident"))
    yield sent
    for table in ("appeal_file", "appeal_entry", "appeal_note", "appeal", "incident"):
        execute(f"DELETE FROM {table}")


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Call functions at the same time; return the messages of refusals."""
    barrier = Barrier(len(acts))

    def refusal_of(act: Callable[[], object]) -> str:
        barrier.wait()
        try:
            act()
        except PortalError as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return [said for said in pool.map(refusal_of, acts) if said]


def test_only_one_of_two_employees_takes_an_appeal(
    two: tuple[Actor, Actor], appeal_id: int
) -> None:
    forms = [seen_thread(actor, appeal_id) for actor in two]

    refused = at_once(
        *(
            lambda actor=actor, form=form: desk_work.take_appeal(actor=actor, seen=form)
            for actor, form in zip(two, forms, strict=True)
        )
    )

    assert len(refused) == 1
    assert "уже в работе" in refused[0]
    assert appeal_row(appeal_id).assigned_to in {actor.login_id for actor in two}
    assert [kind for kind, *_ in entry_rows(appeal_id)] == ["message", "status"]


def test_the_second_of_two_answers_is_refused_with_what_has_changed(
    two: tuple[Actor, Actor], appeal_id: int
) -> None:
    forms = [seen_thread(actor, appeal_id) for actor in two]

    refused = at_once(
        *(
            lambda actor=actor, form=form: desk_answers.send_answer(
                actor=actor, seen=form, text="Да"
            )
            for actor, form in zip(two, forms, strict=True)
        )
    )

    assert len(refused) == 1
    assert "изменилось" in refused[0]
    assert [kind for kind, *_ in entry_rows(appeal_id)].count("answer") == 1


def test_two_employees_joining_the_same_appeals_make_one_incident(
    two: tuple[Actor, Actor], appeal_id: int, signed_in: Callable[..., Actor]
) -> None:
    send(signed_in("resident"))
    account_id = appeal_row(appeal_id).account_id

    refused = at_once(
        *(
            lambda actor=actor: incidents.join_incident(
                actor=actor, account_id=account_id, appeal_id=appeal_id
            )
            for actor in two
        )
    )

    assert refused == []
    assert len(fetch("SELECT 1 FROM incident")) == 1
