"""Readings of residents: taken in, corrected, held back, refused."""

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
from tests.kit.identity import asked, changed

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
        one
        for account in listing.list_meters(actor=actor)
        for one in account.meters
        if one.serial == serial
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


def kept() -> list[tuple[str, str]]:
    rows = asked("SELECT value, status FROM submitted_reading ORDER BY id")
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


def test_a_form_is_kept_with_what_it_means(resident: Actor) -> None:
    answers = send(resident, cold="103,5", hot="58.1", power="4240")

    assert {name: answer.outcome for name, answer in answers.items()} == dict.fromkeys(
        ("cold", "hot", "power"), Outcome.GOOD
    )
    assert answers["cold"].used == Decimal("2.5")
    assert answers["cold"].cost == Decimal("61.30")
    assert kept() == [("103.500", "accepted"), ("58.100", "accepted"), ("4240.000", "accepted")]
    live = card(resident, "ХВ-100154").dials[0].live
    assert live is not None
    assert live.value == Decimal("103.5")
    (event, *_) = asked("SELECT * FROM audit_event WHERE action = 'reading_submitted'")
    assert event.address == HOME


def test_a_double_click_keeps_one_and_answers_the_same(resident: Actor) -> None:
    first = send(resident, key="k", cold="103,5")
    again = send(resident, key="k", cold="103,5")

    assert kept() == [("103.500", "accepted")]
    assert first["cold"].outcome is again["cold"].outcome is Outcome.GOOD
    assert again["cold"].value == Decimal("103.5")


def test_the_same_value_on_the_same_day_is_there_already(resident: Actor) -> None:
    send(resident, cold="103,5")

    assert send(resident, cold="103.500")["cold"].outcome is Outcome.UNCHANGED
    assert kept() == [("103.500", "accepted")]


def test_a_correction_takes_the_place_and_the_history_stays(
    resident: Actor, today: list[dt.date]
) -> None:
    send(resident, cold="105")
    today[0] = dt.date(2014, 11, 22)

    answer = send(resident, cold="103,5")["cold"]  # less than the first try, more than October

    assert answer.outcome is Outcome.GOOD
    assert answer.used == Decimal("2.5")
    assert kept() == [("105.000", "superseded"), ("103.500", "accepted")]
    (first, second) = asked("SELECT id, superseded_by FROM submitted_reading ORDER BY id")
    assert (first.superseded_by, second.superseded_by) == (second.id, None)
    dial = card(resident, "ХВ-100154").dials[0]
    assert [past.status for past in dial.history[:2]] == ["accepted", "superseded"]
    assert len(asked("SELECT * FROM audit_event WHERE action = 'reading_corrected'")) == 1


def test_a_doubtful_one_is_asked_about_and_kept_once_confirmed(resident: Actor) -> None:
    question = send(resident, cold="155")["cold"]
    assert question.outcome is Outcome.ASKED
    assert {finding.check for finding in question.findings} >= {Check.ABOVE_SOFT}
    assert kept() == []

    answer = send(resident, cold="155", confirmed=True, comment="Лопнула\nтруба")["cold"]

    assert answer.outcome is Outcome.DOUBTFUL
    (row,) = asked("SELECT * FROM submitted_reading")
    assert (row.status, row.comment) == ("doubtful", "Лопнула труба")
    assert "above_soft" in row.doubts
    assert (row.previous, row.used) == (Decimal(101), Decimal(54))


def test_another_number_than_the_confirmed_one_is_asked_about(resident: Actor) -> None:
    cold = card(resident, "ХВ-100154")
    entry = Entry(cold.account_id, cold.meter_id, 1, "156", Decimal(155))

    (answer,) = readings.submit_readings(
        actor=resident, entries=[entry], request_key="k", comment="", address=HOME
    )

    assert answer.outcome is Outcome.ASKED


def test_a_meter_is_whole_and_does_not_hold_another_back(resident: Actor) -> None:
    changed("UPDATE meter SET zones = 2 WHERE serial = 'ЭЛ-300154'")
    power = card(resident, "ЭЛ-300154")

    def of(zone: int, text: str) -> Entry:
        return Entry(power.account_id, power.meter_id, zone, text)

    cold = card(resident, "ХВ-100154")
    form = {"actor": resident, "comment": "", "address": HOME}
    entries = [of(1, "4240"), of(2, "абв"), Entry(cold.account_id, cold.meter_id, 1, "103")]
    answers = readings.submit_readings(entries=entries, request_key="1", **form)  # type: ignore[arg-type]

    assert {answer.entry.zone: answer.outcome for answer in answers[:2]} == {
        1: Outcome.HELD,
        2: Outcome.REFUSED,
    }
    assert kept() == [("103.000", "accepted")]

    (alone,) = readings.submit_readings(entries=[of(1, "4240")], request_key="2", **form)  # type: ignore[arg-type]
    assert alone.outcome is Outcome.HELD
    assert "не хватает Т2" in alone.reason

    both = [of(1, "4240"), of(2, "7")]
    readings.submit_readings(entries=both, request_key="3", **form)  # type: ignore[arg-type]
    (one,) = readings.submit_readings(entries=[of(1, "4241")], request_key="4", **form)  # type: ignore[arg-type]
    assert one.outcome is Outcome.GOOD  # the other zone is there already


def test_swapped_water_is_asked_about(resident: Actor) -> None:
    answers = send(resident, cold="58", hot="103")

    for answer in answers.values():
        assert Check.SWAPPED in {finding.check for finding in answer.findings}
    assert answers["cold"].outcome is Outcome.REFUSED  # less than before as well
    assert kept() == []


def test_a_dial_that_went_round_is_kept_on_confirmation(resident: Actor) -> None:
    changed("UPDATE reading SET value = 99999 WHERE value = 101")

    assert send(resident, cold="2")["cold"].outcome is Outcome.ASKED
    assert send(resident, cold="2", confirmed=True)["cold"].used == Decimal(3)


def test_an_empty_form_is_refused(resident: Actor) -> None:
    with pytest.raises(NothingTyped):
        send(resident, cold="  ")


def test_a_novel_is_refused(resident: Actor) -> None:
    with pytest.raises(TextRefused):
        send(resident, cold="103", comment="а" * 501)


class TestWindow:
    """Rules of an organisation for the days of a month."""

    @pytest.fixture(autouse=True)
    def _window(self, resident: Actor) -> None:
        changed(
            "INSERT INTO reading_window (organization_id, valid_from, first_day, last_day, "
            "outside, accepts_expired) SELECT organization_id, '2014-01-01', 15, 25, 'refuse', "
            f"false FROM account WHERE id = {resident.accounts[0]}"
        )

    def test_outside_it_nothing_is_taken(self, resident: Actor, today: list[dt.date]) -> None:
        today[0] = dt.date(2014, 11, 26)

        answer = send(resident, cold="103")["cold"]

        assert answer.outcome is Outcome.REFUSED
        assert "с 15.12.2014" in answer.reason
        assert kept() == []

    def test_or_it_goes_to_the_next_month(self, resident: Actor, today: list[dt.date]) -> None:
        changed("UPDATE reading_window SET outside = 'next_period'")
        today[0] = dt.date(2014, 11, 26)

        send(resident, cold="103")

        (row,) = asked("SELECT period, taken_on FROM submitted_reading")
        assert (row.period, row.taken_on) == (dt.date(2014, 12, 1), dt.date(2014, 11, 26))

    def test_a_services_own_goes_before_that_of_all(
        self, resident: Actor, today: list[dt.date]
    ) -> None:
        changed(
            "INSERT INTO reading_window (organization_id, service_id, valid_from, first_day, "
            "last_day, outside, accepts_expired) SELECT a.organization_id, m.service_id, "
            "'2014-01-01', 26, 31, 'refuse', true FROM account a JOIN meter m ON m.account_id = "
            "a.id WHERE m.serial = 'ХВ-100154'"
        )
        today[0] = dt.date(2014, 11, 26)

        answers = send(resident, cold="103", hot="58")

        assert answers["cold"].outcome is Outcome.GOOD
        assert answers["hot"].outcome is Outcome.REFUSED

    def test_a_rule_holds_from_its_day_on(self, resident: Actor, today: list[dt.date]) -> None:
        changed("UPDATE reading_window SET valid_from = '2014-12-01'")
        today[0] = dt.date(2014, 11, 26)

        assert send(resident, cold="103")["cold"].outcome is Outcome.GOOD

    def test_an_expired_meter_is_read_or_not_as_the_organisation_says(
        self, resident: Actor
    ) -> None:
        changed("UPDATE meter SET next_verification_on = '2014-11-19' WHERE serial = 'ХВ-100154'")

        refused = send(resident, cold="103")["cold"]
        changed("UPDATE reading_window SET accepts_expired = true")

        assert "Поверка истекла 19.11.2014" in refused.reason
        assert send(resident, cold="103")["cold"].outcome is Outcome.GOOD

    def test_a_month_that_billing_has_closed_takes_no_more(
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
def test_a_meter_that_is_not_read_says_why(resident: Actor, change: str, words: str) -> None:
    changed(change)

    answer = send(resident, cold="103")["cold"]

    assert answer.outcome is Outcome.REFUSED
    assert words in answer.reason


def test_a_reading_taken_earlier_in_the_month_hides_no_later_one_of_ones_own(
    resident: Actor, today: list[dt.date]
) -> None:
    send(resident, cold="104")
    changed(
        "INSERT INTO reading (account_id, meter_id, taken_on, zone, value, period, source, status)"
        " SELECT account_id, meter_id, '2014-11-03', zone, 102, period, 'inspection', 'accepted' "
        "FROM submitted_reading"
    )
    today[0] = dt.date(2014, 12, 20)

    assert card(resident, "ХВ-100154").dials[0].known.previous == Decimal(104)
    assert send(resident, cold="103")["cold"].outcome is not Outcome.GOOD


def test_what_billing_brings_back_is_told_once(resident: Actor) -> None:
    send(resident, cold="103,5")
    changed(
        "INSERT INTO reading (account_id, meter_id, taken_on, zone, value, period, source, status)"
        " SELECT account_id, meter_id, taken_on, zone, value, period, 'resident', 'accepted' "
        "FROM submitted_reading"
    )

    dial = card(resident, "ХВ-100154").dials[0]

    assert [past.value for past in dial.history[:2]] == [Decimal("103.5"), Decimal(101)]
    assert dial.known.previous == Decimal(101)  # still open: one's own may be corrected
    assert send(resident, cold="103")["cold"].outcome is Outcome.GOOD


def test_a_limit_holds_from_its_day_on(resident: Actor) -> None:
    changed(
        "INSERT INTO reading_limit SELECT resource, '2014-11-01', per_day, 1, hard, decimals "
        "FROM reading_limit WHERE resource = 'cold_water'"
    )

    assert send(resident, cold="103")["cold"].outcome is Outcome.ASKED


def test_the_neighbours_have_nothing_of_it(resident: Actor) -> None:
    send(resident, cold="103")
    neighbour = replace(resident, accounts=(2**40,))

    assert listing.list_meters(actor=neighbour) == ()


@pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
def test_others_submit_nothing(resident: Actor, name: str) -> None:
    other = replace(resident, role=type(resident.role)(name))

    with pytest.raises(AccessDenied):
        listing.list_meters(actor=other)
    with pytest.raises(AccessDenied):
        readings.submit_readings(actor=other, entries=[], request_key="k", comment="", address=HOME)
    with pytest.raises(AccessDenied):
        readings.preview_readings(actor=other, accounts=(), entries=[])
