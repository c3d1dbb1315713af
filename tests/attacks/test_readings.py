"""Attacks on readings: foreign meters, hostile texts and numbers, parallel requests."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from db import session as database
from db.queries.meters import readings as queries
from lib import clock
from lib.access import AccessDenied, Actor
from lib.services.decisions import AlreadyDecided
from lib.services.meters import listing, readings, review
from lib.services.meters.answers import Answer, Entry, Outcome
from lib.services.meters.cards import MeterCard
from tests.kit.identity import fetch

HOME = "203.0.113.7"
TOGETHER = 20


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2014, 11, 20))


@pytest.fixture
def cleaned(committed: str) -> Iterator[None]:
    """Take out what was committed: the worker's next tests look at the same database."""
    yield
    with database.transaction(database.OWNER) as session:
        for table in ("submitted_reading", "letter", "procrastinate_jobs"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(text("DELETE FROM audit_event WHERE action LIKE 'reading_%'"))


def cold(actor: Actor) -> MeterCard:
    return next(
        card
        for account in listing.list_meters(actor=actor)
        for card in account.meters
        if card.serial == "ХВ-100154"
    )


def submit(actor: Actor, *entries: Entry, key: str = "k", comment: str = "") -> tuple[Answer, ...]:
    return readings.submit_readings(
        actor=actor, entries=entries, request_key=key, comment=comment, address=HOME
    )


def entry(card: MeterCard, value: str = "103") -> Entry:
    return Entry(card.account_id, card.meter_id, 1, value)


def count() -> int:
    (row,) = fetch("SELECT count(*) AS n FROM submitted_reading")
    return int(row.n)


@pytest.fixture
def foreign(db: object, resident: Actor) -> Entry:
    (row,) = fetch(
        "SELECT account_id, id FROM meter WHERE account_id <> ALL (:own) ORDER BY id LIMIT 1",
        own=list(resident.accounts),
    )
    return Entry(row.account_id, row.id, 1, "103")


def test_a_neighbours_meter_is_refused_and_the_form_is_not_stored(
    resident: Actor, foreign: Entry
) -> None:
    own_meter = cold(resident)

    for wrong in (
        foreign,
        replace(
            foreign, account_id=own_meter.account_id
        ),  # a foreign meter under one's own account
        replace(entry(own_meter), account_id=foreign.account_id),
        replace(entry(own_meter), account_id=resident.accounts[1]),
        replace(entry(own_meter), meter_id=2**62),
        replace(entry(own_meter), zone=2),
        replace(entry(own_meter), zone=-1),
    ):
        with pytest.raises(AccessDenied):
            submit(resident, entry(own_meter), wrong)

    assert count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        "NaN",
        "Infinity",
        "1e3",
        "9" * 9,
        "9" * 400,
        "１０３",
        "-103",
        "103\x00",
        "' OR 1=1 --",
        "0x67",
    ],
)
def test_what_is_not_a_reading_is_refused_and_not_stored(resident: Actor, typed: str) -> None:
    (answer,) = submit(resident, entry(cold(resident), typed))

    assert answer.outcome is Outcome.REFUSED
    assert count() == 0


def test_a_request_key_of_another_resident_gives_no_access(resident: Actor, foreign: Entry) -> None:
    submit(resident, entry(cold(resident)))
    neighbour = replace(resident, accounts=(foreign.account_id,))

    with pytest.raises(AccessDenied):
        submit(neighbour, entry(cold(resident)))


def test_the_app_role_cannot_change_values_or_a_neighbours_reading(
    resident: Actor, foreign: Entry
) -> None:
    """Row security and column rights refuse it even if a service has an error."""
    submit(resident, entry(cold(resident)))
    stranger = replace(resident.viewer, accounts=(foreign.account_id,))

    with database.transaction(stranger) as session:
        hidden = session.execute(text("UPDATE submitted_reading SET status = 'returned'"))
        assert hidden.rowcount == 0  # type: ignore[attr-defined]
    for statement in (
        "UPDATE submitted_reading SET value = 1",
        "DELETE FROM submitted_reading",
        "UPDATE reading_limit SET hard = 1",
        "DELETE FROM reading_window",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            database.transaction(resident.viewer) as session,
        ):
            session.execute(text(statement))


def test_nobody_writes_into_an_account_that_is_not_theirs(resident: Actor, foreign: Entry) -> None:
    columns = "organization_id, meter_id, zone, value, period, taken_on, submitted_at, login_id, "
    columns += "request_key, status, doubts, comment"
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        database.transaction(resident.viewer) as session,
    ):
        session.execute(
            text(
                f"INSERT INTO submitted_reading (account_id, {columns}) VALUES "
                f"({foreign.account_id}, 1, {foreign.meter_id}, 1, 1, '2014-11-01', '2014-11-01', "
                "now(), 1, 'k', 'accepted', '{}', '')"
            )
        )


def test_a_comment_with_markup_and_nul_is_plain_text(resident: Actor) -> None:
    typed = replace(entry(cold(resident), "155"), confirmed=Decimal(155))

    submit(resident, typed, comment="<script>alert(1)</script>\x00\u202e\n")

    (row,) = fetch("SELECT comment FROM submitted_reading")
    assert row.comment == "<script>alert(1)</script>"


def run_together(work: Callable[[int], object]) -> list[object]:
    """Call a function twenty times at the same moment."""
    barrier = Barrier(TOGETHER)

    def run(number: int) -> object:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(run, range(TOGETHER)))


@pytest.mark.usefixtures("cleaned")
class TestAtOnce:
    """On committed data, by threads."""

    def test_twenty_submissions_of_one_form_are_one_row(
        self, signed_in: Callable[..., Actor]
    ) -> None:
        actor = signed_in()
        card = cold(actor)

        answers = run_together(lambda _: submit(actor, entry(card))[0].outcome)

        assert count() == 1
        assert set(answers) == {Outcome.GOOD}

    def test_twenty_corrections_leave_one_that_counts(
        self, signed_in: Callable[..., Actor]
    ) -> None:
        actor = signed_in()
        card = cold(actor)

        run_together(lambda n: submit(actor, entry(card, f"103,{n:03}"), key=str(n)))

        (row,) = fetch(
            "SELECT count(*) AS n, count(*) FILTER (WHERE status = 'accepted') AS counting, "
            "count(superseded_by) AS superseded FROM submitted_reading"
        )
        assert (row.n, row.counting, row.superseded) == (TOGETHER, 1, TOGETHER - 1)

    def test_forms_over_the_same_accounts_do_not_deadlock(
        self, signed_in: Callable[..., Actor]
    ) -> None:
        actor = signed_in()
        first = cold(actor)
        second = listing.list_meters(actor=actor)[1].meters[0]
        pair = [entry(first), entry(second, "9999999999")]

        run_together(lambda n: submit(actor, *(pair if n % 2 else reversed(pair)), key=str(n)))

        assert count() == 1  # the same value on the same day is stored once

    def test_two_clerks_at_once_decide_once(self, signed_in: Callable[..., Actor]) -> None:
        actor, clerk = signed_in(), signed_in("staff")
        submit(actor, replace(entry(cold(actor), "155"), confirmed=Decimal(155)))
        (reading,) = review.list_doubtful(actor=clerk).readings

        def decide(number: int) -> str:
            colleague = replace(clerk, login_id=clerk.login_id + 10**6 * number)
            try:
                review.return_reading(
                    actor=colleague,
                    account_id=reading.account_id,
                    reading_id=reading.reading_id,
                    reason="Проверьте",
                    request_key=f"form {number}",
                    address=HOME,
                )
            except AlreadyDecided:
                return "refused"
            return "decided"

        outcomes = run_together(decide)

        assert sorted(map(str, outcomes)) == ["decided"] + ["refused"] * (TOGETHER - 1)
        assert len(fetch("SELECT id FROM letter WHERE subject LIKE 'Показание%'")) == 1

    def test_a_return_waits_for_a_running_submission(self, signed_in: Callable[..., Actor]) -> None:
        actor, clerk = signed_in(), signed_in("staff")
        card = cold(actor)
        submit(actor, entry(card, "104"), key="good")
        submit(actor, replace(entry(card, "155"), confirmed=Decimal(155)), key="slip")
        (reading,) = review.list_doubtful(actor=clerk).readings

        with ThreadPoolExecutor(1) as staff:
            with database.transaction(actor.viewer) as session:
                queries.lock_accounts(session, account_ids=[card.account_id])
                returned = staff.submit(
                    review.return_reading,
                    actor=clerk,
                    account_id=reading.account_id,
                    reading_id=reading.reading_id,
                    reason="Проверьте",
                    request_key="form",
                    address=HOME,
                )
                with pytest.raises(TimeoutError):
                    returned.result(timeout=0.5)
            returned.result(timeout=30)

        submit(actor, entry(card, "105"), key="again")
        statuses = fetch("SELECT status FROM submitted_reading ORDER BY id")
        assert [row.status for row in statuses] == ["superseded", "returned", "accepted"]
