"""Two employees at one appeal at the same moment, with real transactions."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from lib.access import Actor
from lib.errors import PortalError
from lib.services.appeals import desk_answers, desk_work, incidents
from tests.kit.appeals import send
from tests.kit.desk import colleague, lines, row, seen
from tests.kit.identity import asked, changed

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def two(signed_in: Callable[..., Actor]) -> Iterator[tuple[Actor, Actor]]:
    yield signed_in("staff"), colleague("at_once")
    for table in ("sign_in_ticket", "web_session", "login_contact"):
        changed(
            f"DELETE FROM {table} USING login l WHERE l.id = login_id AND l.username = 'at_once'"
        )
    changed("DELETE FROM login WHERE username = 'at_once'")


@pytest.fixture
def appeal_id(signed_in: Callable[..., Actor]) -> Iterator[int]:
    sent, _ = send(signed_in("resident"))
    yield sent
    for table in ("appeal_file", "appeal_entry", "appeal_note", "appeal", "incident"):
        changed(f"DELETE FROM {table}")


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do things at the same moment; return what was refused."""
    barrier = Barrier(len(acts))

    def go(act: Callable[[], object]) -> str:
        barrier.wait()
        try:
            act()
        except PortalError as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return [said for said in pool.map(go, acts) if said]


def test_of_two_who_take_it_one_has_it(two: tuple[Actor, Actor], appeal_id: int) -> None:
    forms = [seen(actor, appeal_id) for actor in two]

    refused = at_once(
        *(
            lambda actor=actor, form=form: desk_work.take_appeal(actor=actor, seen=form)
            for actor, form in zip(two, forms, strict=True)
        )
    )

    assert len(refused) == 1
    assert "уже в работе" in refused[0]
    assert row(appeal_id).assigned_to in {actor.login_id for actor in two}
    assert [kind for kind, *_ in lines(appeal_id)] == ["message", "status"]


def test_of_two_who_answer_one_is_told_what_has_changed(
    two: tuple[Actor, Actor], appeal_id: int
) -> None:
    forms = [seen(actor, appeal_id) for actor in two]

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
    assert [kind for kind, *_ in lines(appeal_id)].count("answer") == 1


def test_of_two_who_join_the_same_appeals_there_is_one_incident(
    two: tuple[Actor, Actor], appeal_id: int, signed_in: Callable[..., Actor]
) -> None:
    send(signed_in("resident"))
    account_id = row(appeal_id).account_id

    refused = at_once(
        *(
            lambda actor=actor: incidents.join_incident(
                actor=actor, account_id=account_id, appeal_id=appeal_id
            )
            for actor in two
        )
    )

    assert refused == []
    assert len(asked("SELECT 1 FROM incident")) == 1
