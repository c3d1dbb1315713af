"""Readings of residents: accepted, corrected, questioned, refused."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from lib import clock
from lib.access import AccessDenied, Actor
from lib.domain.meters.checks import Check
from lib.domain.texts import TextRefused
from lib.services.meters import listing, readings
from lib.services.meters.answers import Answer, Entry, Outcome
from lib.services.meters.cards import MeterCard
from lib.services.meters.readings import NothingTyped
from tests.kit.identity import execute, fetch

pytestmark = pytest.mark.usefixtures("db")
HOME = "203.0.113.7"
IN_WINDOW = dt.date(2014, 11, 20)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> list[dt.date]:
    moved = [IN_WINDOW]
    monkeypatch.setattr(clock, "today", lambda: moved[0])
    return moved


def card(actor: Actor, serial: str) -> MeterCard:
    return next(
        meter
        for account in listing.list_meters(actor=actor)
        for meter in account.meters
        if meter.serial == serial
    )


def send(
    actor: Actor, *, key: str = "", comment: str = "", confirmed: bool = False, **typed: str
) -> dict[str, Answer]:
    """Send readings by the golden account's services: cold, hot, power."""
    serials = {"cold": "ХВ-100154", "hot": "ГВ-200154", "power": "ЭЛ-300154"}
    cards = {name: card(actor, serials[name]) for name in typed}
    answers = readings.submit_readings(
        actor=actor,
        entries=[
            Entry(
                cards[name].account_id,
                cards[name].meter_id,
                1,
                text,
                Decimal(text.replace(",", ".")) if confirmed else None,
            )
            for name, text in typed.items()
        ],
        request_key=key or uuid4().hex,
        comment=comment,
        address=HOME,
    )
    names = {cards[name].meter_id: name for name in typed}
    return {names[answer.entry.meter_id]: answer for answer in answers}


def stored_readings() -> list[tuple[str, str]]:
    rows = fetch("SELECT value, status FROM submitted_reading ORDER BY id")
    return [(f"{row.value:.3f}", row.status) for row in rows]


def test_a_resident_sees_the_meters_of_all_accounts(resident: Actor) -> None:
    golden, second = listing.list_meters(actor=resident)

    assert [meter.serial for meter in golden.meters] == ["ГВ-200154", "ХВ-100154", "ЭЛ-300154"]
    cold = golden.meters[1]
    assert (cold.service, cold.place, cold.unit) == ("ХВС", "санузел", "м³")
    assert cold.dials[0].known.previous == Decimal(101)
    assert cold.dials[0].known.previous_on == dt.date(2014, 10, 24)
    assert cold.period == dt.date(2014, 11, 1)
    assert cold.intake == "Показания за ноябрь 2014 принимаются по 30.11.2014 включительно."
    assert len(second.meters) == 3


def test_a_form_is_stored_with_its_results(resident: Actor) -> None:
    answers = send(resident, cold="103,5", hot="58.1", power="4240")

    assert {name: answer.outcome for name, answer in answers.items()} == dict.fromkeys(
        ("cold", "hot", "power"), Outcome.GOOD
    )
    assert answers["cold"].used == Decimal("2.5")
    assert answers["cold"].cost == Decimal("61.30")
    assert stored_readings() == [
        ("103.500", "accepted"),
        ("58.100", "accepted"),
        ("4240.000", "accepted"),
    ]
    live = card(resident, "ХВ-100154").dials[0].live
    assert live is not None
    assert live.value == Decimal("103.5")
    (event, *_) = fetch("SELECT * FROM audit_event WHERE action = 'reading_submitted'")
    assert event.address == HOME


def test_a_double_click_stores_one_reading_and_answers_the_same(resident: Actor) -> None:
    first = send(resident, key="k", cold="103,5")
    again = send(resident, key="k", cold="103,5")

    assert stored_readings() == [("103.500", "accepted")]
    assert first["cold"].outcome is again["cold"].outcome is Outcome.GOOD
    assert again["cold"].value == Decimal("103.5")


def test_the_same_value_on_the_same_day_is_stored_once(resident: Actor) -> None:
    send(resident, cold="103,5")

    assert send(resident, cold="103.500")["cold"].outcome is Outcome.UNCHANGED
    assert stored_readings() == [("103.500", "accepted")]


def test_a_correction_replaces_a_reading_and_keeps_the_history(
    resident: Actor, today: list[dt.date]
) -> None:
    send(resident, cold="105")
    today[0] = dt.date(2014, 11, 22)

    answer = send(resident, cold="103,5")[
        "cold"
    ]  # less than the first reading, more than in October

    assert answer.outcome is Outcome.GOOD
    assert answer.used == Decimal("2.5")
    assert stored_readings() == [("105.000", "superseded"), ("103.500", "accepted")]
    (first, second) = fetch("SELECT id, superseded_by FROM submitted_reading ORDER BY id")
    assert (first.superseded_by, second.superseded_by) == (second.id, None)
    dial = card(resident, "ХВ-100154").dials[0]
    assert [past.status for past in dial.history[:2]] == ["accepted", "superseded"]
    assert len(fetch("SELECT * FROM audit_event WHERE action = 'reading_corrected'")) == 1


def test_a_doubtful_reading_is_questioned_and_stored_when_confirmed(resident: Actor) -> None:
    question = send(resident, cold="155")["cold"]
    assert question.outcome is Outcome.ASKED
    assert {finding.check for finding in question.findings} >= {Check.ABOVE_SOFT}
    assert stored_readings() == []

    answer = send(resident, cold="155", confirmed=True, comment="Лопнула\nтруба")["cold"]

    assert answer.outcome is Outcome.DOUBTFUL
    (row,) = fetch("SELECT * FROM submitted_reading")
    assert (row.status, row.comment) == ("doubtful", "Лопнула труба")
    assert "above_soft" in row.doubts
    assert (row.previous, row.used) == (Decimal(101), Decimal(54))


def test_a_value_other_than_the_confirmed_one_is_questioned(resident: Actor) -> None:
    cold = card(resident, "ХВ-100154")
    entry = Entry(cold.account_id, cold.meter_id, 1, "156", Decimal(155))

    (answer,) = readings.submit_readings(
        actor=resident, entries=[entry], request_key="k", comment="", address=HOME
    )

    assert answer.outcome is Outcome.ASKED


def test_a_meter_needs_all_zones_and_does_not_block_another_meter(resident: Actor) -> None:
    execute("UPDATE meter SET zones = 2 WHERE serial = 'ЭЛ-300154'")
    power = card(resident, "ЭЛ-300154")

    def zone_entry(zone: int, text: str) -> Entry:
        return Entry(power.account_id, power.meter_id, zone, text)

    cold = card(resident, "ХВ-100154")
    form = {"actor": resident, "comment": "", "address": HOME}
    entries = [
        zone_entry(1, "4240"),
        zone_entry(2, "абв"),
        Entry(cold.account_id, cold.meter_id, 1, "103"),
    ]
    answers = readings.submit_readings(entries=entries, request_key="1", **form)  # type: ignore[arg-type]

    assert {answer.entry.zone: answer.outcome for answer in answers[:2]} == {
        1: Outcome.HELD,
        2: Outcome.REFUSED,
    }
    assert stored_readings() == [("103.000", "accepted")]

    (answer,) = readings.submit_readings(entries=[zone_entry(1, "4240")], request_key="2", **form)  # type: ignore[arg-type]
    assert answer.outcome is Outcome.HELD
    assert "не хватает Т2" in answer.reason

    both = [zone_entry(1, "4240"), zone_entry(2, "7")]
    readings.submit_readings(entries=both, request_key="3", **form)  # type: ignore[arg-type]
    (answer,) = readings.submit_readings(entries=[zone_entry(1, "4241")], request_key="4", **form)  # type: ignore[arg-type]
    assert answer.outcome is Outcome.GOOD  # the other zone was stored before


def test_swapped_water_readings_are_questioned(resident: Actor) -> None:
    answers = send(resident, cold="58", hot="103")

    for answer in answers.values():
        assert Check.SWAPPED in {finding.check for finding in answer.findings}
    assert answers["cold"].outcome is Outcome.REFUSED  # it is also less than before
    assert stored_readings() == []


def test_a_rollover_is_stored_when_confirmed(resident: Actor) -> None:
    execute("UPDATE reading SET value = 99999 WHERE value = 101")

    assert send(resident, cold="2")["cold"].outcome is Outcome.ASKED
    assert send(resident, cold="2", confirmed=True)["cold"].used == Decimal(3)


def test_an_empty_form_is_refused(resident: Actor) -> None:
    with pytest.raises(NothingTyped):
        send(resident, cold="  ")


def test_too_long_a_comment_is_refused(resident: Actor) -> None:
    with pytest.raises(TextRefused):
        send(resident, cold="103", comment="а" * 501)


class TestWindow:
    """An organisation's rules about the days on which readings are taken."""

    @pytest.fixture(autouse=True)
    def _window(self, resident: Actor) -> None:
        execute(
            "INSERT INTO reading_window (organization_id, valid_from, first_day, last_day, "
            "outside, accepts_expired) SELECT organization_id, '2014-01-01', 15, 25, 'refuse', "
            f"false FROM account WHERE id = {resident.accounts[0]}"
        )

    def test_outside_the_window_readings_are_refused(
        self, resident: Actor, today: list[dt.date]
    ) -> None:
        today[0] = dt.date(2014, 11, 26)

        answer = send(resident, cold="103")["cold"]

        assert answer.outcome is Outcome.REFUSED
        assert "с 15.12.2014" in answer.reason
        assert stored_readings() == []

    def test_outside_the_window_readings_may_count_for_the_next_month(
        self, resident: Actor, today: list[dt.date]
    ) -> None:
        execute("UPDATE reading_window SET outside = 'next_period'")
        today[0] = dt.date(2014, 11, 26)

        send(resident, cold="103")

        (row,) = fetch("SELECT period, taken_on FROM submitted_reading")
        assert (row.period, row.taken_on) == (dt.date(2014, 12, 1), dt.date(2014, 11, 26))

    def test_a_services_own_rule_takes_precedence(
        self, resident: Actor, today: list[dt.date]
    ) -> None:
        execute(
            "INSERT INTO reading_window (organization_id, service_id, valid_from, first_day, "
            "last_day, outside, accepts_expired) SELECT a.organization_id, m.service_id, "
            "'2014-01-01', 26, 31, 'refuse', true FROM account a JOIN meter m ON m.account_id = "
            "a.id WHERE m.serial = 'ХВ-100154'"
        )
        today[0] = dt.date(2014, 11, 26)

        answers = send(resident, cold="103", hot="58")

        assert answers["cold"].outcome is Outcome.GOOD
        assert answers["hot"].outcome is Outcome.REFUSED

    def test_a_rule_applies_from_its_first_day(self, resident: Actor, today: list[dt.date]) -> None:
        execute("UPDATE reading_window SET valid_from = '2014-12-01'")
        today[0] = dt.date(2014, 11, 26)

        assert send(resident, cold="103")["cold"].outcome is Outcome.GOOD

    def test_the_organisation_decides_about_expired_meters(self, resident: Actor) -> None:
        execute("UPDATE meter SET next_verification_on = '2014-11-19' WHERE serial = 'ХВ-100154'")

        refused = send(resident, cold="103")["cold"]
        execute("UPDATE reading_window SET accepts_expired = true")

        assert "Поверка истекла 19.11.2014" in refused.reason
        assert send(resident, cold="103")["cold"].outcome is Outcome.GOOD

    def test_a_closed_month_takes_no_more_readings(
        self, resident: Actor, today: list[dt.date]
    ) -> None:
        today[0] = dt.date(2014, 10, 25)

        answer = send(resident, cold="101,5")["cold"]

        assert "месяц уже закрыт" in answer.reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE meter SET status = 'broken'", "неисправным"),
        ("UPDATE meter SET status = 'removed', removed_on = '2014-11-05'", "снят 05.11.2014"),
        ("UPDATE account SET closed_on = '2014-11-01'", "закрыт 01.11.2014"),
    ],
)
def test_an_unreadable_meter_gives_its_reason(resident: Actor, change: str, words: str) -> None:
    execute(change)

    answer = send(resident, cold="103")["cold"]

    assert answer.outcome is Outcome.REFUSED
    assert words in answer.reason


def test_an_earlier_inspection_does_not_hide_a_later_own_reading(
    resident: Actor, today: list[dt.date]
) -> None:
    send(resident, cold="104")
    execute(
        "INSERT INTO reading (account_id, meter_id, taken_on, zone, value, period, source, status)"
        " SELECT account_id, meter_id, '2014-11-03', zone, 102, period, 'inspection', 'accepted' "
        "FROM submitted_reading"
    )
    today[0] = dt.date(2014, 12, 20)

    assert card(resident, "ХВ-100154").dials[0].known.previous == Decimal(104)
    assert send(resident, cold="103")["cold"].outcome is not Outcome.GOOD


def test_a_reading_returned_by_billing_is_shown_once(resident: Actor) -> None:
    send(resident, cold="103,5")
    execute(
        "INSERT INTO reading (account_id, meter_id, taken_on, zone, value, period, source, status)"
        " SELECT account_id, meter_id, taken_on, zone, value, period, 'resident', 'accepted' "
        "FROM submitted_reading"
    )

    dial = card(resident, "ХВ-100154").dials[0]

    assert [past.value for past in dial.history[:2]] == [Decimal("103.5"), Decimal(101)]
    assert dial.known.previous == Decimal(
        101
    )  # the month is open: one's own reading may be corrected
    assert send(resident, cold="103")["cold"].outcome is Outcome.GOOD


def test_a_limit_applies_from_its_first_day(resident: Actor) -> None:
    execute(
        "INSERT INTO reading_limit SELECT resource, '2014-11-01', per_day, 1, hard, decimals "
        "FROM reading_limit WHERE resource = 'cold_water'"
    )

    assert send(resident, cold="103")["cold"].outcome is Outcome.ASKED


def test_neighbours_do_not_see_the_readings(resident: Actor) -> None:
    send(resident, cold="103")
    neighbour = replace(resident, accounts=(2**40,))

    assert listing.list_meters(actor=neighbour) == ()


@pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
def test_other_roles_submit_nothing(resident: Actor, name: str) -> None:
    other = replace(resident, role=type(resident.role)(name))

    with pytest.raises(AccessDenied):
        listing.list_meters(actor=other)
    with pytest.raises(AccessDenied):
        readings.submit_readings(actor=other, entries=[], request_key="k", comment="", address=HOME)
    with pytest.raises(AccessDenied):
        readings.preview_readings(actor=other, accounts=(), entries=[])
