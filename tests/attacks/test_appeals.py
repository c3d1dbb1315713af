"""Attacks on appeals: foreign threads, staff of other organisations, floods, endless threads."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from db import session as database
from lib.access import AccessDenied, Actor
from lib.domain.appeals.rules import Kind, Side, Status
from lib.services.appeals import _limits, replies, resident_appeals, steps
from lib.services.appeals._limits import TooManyAppeals
from tests.kit.appeals import first_addressee, locked_appeal, send
from tests.kit.attaching import newcomer
from tests.kit.identity import execute, fetch

TOGETHER = 20


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def neighbour(resident: Actor) -> Actor:
    (home,) = fetch(
        "SELECT id FROM account WHERE NOT id = ANY(:own) ORDER BY id LIMIT 1",
        own=list(resident.accounts),
    )
    return replace(newcomer("neighbour"), accounts=(home.id,))


@pytest.fixture
def cleaned(committed: str) -> Iterator[None]:
    """Take out what was committed: the worker's next tests look at the same database."""
    yield
    with database.transaction(database.OWNER) as session:
        for table in ("appeal_entry", "appeal", "procrastinate_jobs"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(text("DELETE FROM audit_event WHERE action = 'appeal_sent'"))


def test_every_service_refuses_a_neighbours_thread(resident: Actor, neighbour: Actor) -> None:
    appeal_id, _ = send(resident)
    addressee = first_addressee(resident)
    before = fetch("SELECT status, version, seen_at, rating FROM appeal")

    with pytest.raises(AccessDenied):
        resident_appeals.get_thread(
            actor=neighbour, appeal_id=appeal_id, page=None, kind=Kind.APPEAL
        )
    for account_id in (addressee.account_id, neighbour.accounts[0]):
        attempts: list[Callable[[int], object]] = [
            lambda account: replies.send_reply(
                actor=neighbour,
                account_id=account,
                appeal_id=appeal_id,
                text="x",
                uploads=(),
                request_key="k",
            ),
            lambda account: replies.rate_answer(
                actor=neighbour,
                account_id=account,
                appeal_id=appeal_id,
                rating=1,
                comment="",
                request_key="k",
            ),
            lambda account: replies.reopen_appeal(
                actor=neighbour,
                account_id=account,
                appeal_id=appeal_id,
                text="x",
                request_key="k",
            ),
        ]
        for attempt in attempts:
            with pytest.raises(AccessDenied):
                attempt(account_id)
    with pytest.raises(AccessDenied):
        send(neighbour, account_id=addressee.account_id)

    assert fetch("SELECT status, version, seen_at, rating FROM appeal") == before
    assert len(fetch("SELECT 1 FROM appeal_entry")) == 1


def test_the_request_key_of_another_form_gives_no_access(resident: Actor, neighbour: Actor) -> None:
    first, number = send(resident, request_key="k")

    second, other = send(neighbour, request_key="k")

    assert (first, number) != (second, other)


def test_staff_of_another_organisation_cannot_read_or_write_it(
    resident: Actor, clerk: Actor
) -> None:
    appeal_id, _ = send(resident)
    (office,) = fetch(
        "SELECT id FROM organization WHERE id <> :own ORDER BY id LIMIT 1",
        own=first_addressee(resident).organization_id,
    )
    stranger = replace(clerk, organization_id=office.id)

    with pytest.raises(AccessDenied), locked_appeal(stranger, appeal_id):
        pass
    with database.transaction(stranger.viewer) as session:
        assert session.execute(text("SELECT id FROM appeal")).all() == []
        assert session.execute(text("SELECT id FROM appeal_entry")).all() == []


def test_a_resident_cannot_write_as_the_organisation(resident: Actor) -> None:
    """Row security refuses it even if a service has an error."""
    appeal_id, _ = send(resident)

    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        database.transaction(resident.viewer) as session,
    ):
        appeal = steps.lock_appeal(
            session,
            actor=resident,
            account_id=first_addressee(resident).account_id,
            appeal_id=appeal_id,
        )
        steps.change_status(
            session,
            appeal=appeal,
            actor=resident,
            side=Side.STAFF,
            to=Status.IN_PROGRESS,
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE appeal_entry SET body = 'x'",
        "DELETE FROM appeal_entry",
        "DELETE FROM appeal",
        "DELETE FROM appeal_file",
        "INSERT INTO calendar_day VALUES ('2030-01-01', true, NULL)",
        "SELECT last FROM appeal_counter",
        "SELECT forget_author(1)",
    ],
)
def test_nobody_can_change_history_and_calendar(resident: Actor, statement: str) -> None:
    send(resident)

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        database.transaction(resident.viewer) as session,
    ):
        session.execute(text(statement))


@pytest.mark.usefixtures("cleaned")
def test_two_hundred_appeals_in_a_minute_are_limited(signed_in: Callable[..., Actor]) -> None:
    """Twenty at a time: the limit is kept, and no number is used twice."""
    actor = signed_in("resident")
    barrier = Barrier(TOGETHER)

    def flood(worker: int) -> int:
        barrier.wait()
        sent = 0
        for n in range(200 // TOGETHER):
            try:
                send(actor, request_key=f"{worker}.{n}")
            except TooManyAppeals:
                continue
            sent += 1
        return sent

    with ThreadPoolExecutor(TOGETHER) as pool:
        sent = sum(pool.map(flood, range(TOGETHER)))

    assert sent == _limits.MOST_AN_HOUR
    assert len({row.number for row in fetch("SELECT number FROM appeal")}) == sent


@pytest.mark.usefixtures("cleaned")
def test_one_form_sent_twenty_times_at_once_is_one_appeal(
    signed_in: Callable[..., Actor],
) -> None:
    actor = signed_in("resident")
    barrier = Barrier(TOGETHER)

    def click(_: int) -> tuple[int, str]:
        barrier.wait()
        return send(actor, request_key="one form")

    with ThreadPoolExecutor(TOGETHER) as pool:
        sent = set(pool.map(click, range(TOGETHER)))

    assert len(sent) == 1
    assert len(fetch("SELECT 1 FROM appeal")) == 1
    assert len(fetch("SELECT 1 FROM appeal_entry")) == 1


def test_only_one_page_of_a_thread_of_a_thousand_entries_is_read(
    resident: Actor,
) -> None:
    long, _ = send(resident)
    short, _ = send(resident)
    for appeal_id, lines in ((long, 999), (short, 9)):
        execute(
            "INSERT INTO appeal_entry (account_id, appeal_id, kind, side, body, happened_at) "
            "SELECT account_id, id, 'message', 'resident', repeat('слово ', 50), now() "
            "FROM appeal, generate_series(1, :lines) WHERE id = :id",
            id=appeal_id,
            lines=lines,
        )
        execute("UPDATE appeal SET entries = :n WHERE id = :id", id=appeal_id, n=lines + 1)
    execute("ANALYZE appeal_entry")

    thread = resident_appeals.get_thread(
        actor=resident, appeal_id=long, page=None, kind=Kind.APPEAL
    )

    assert (thread.pages, len(thread.entries)) == (20, 50)
    assert thread.entries[-1].entry_id > thread.entries[0].entry_id
