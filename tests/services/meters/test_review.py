"""Doubtful readings: staff accept them or return them with a reason."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from lib import clock
from lib.access import AccessDenied, Actor, Role
from lib.domain.texts import TextRefused
from lib.services.decisions import AlreadyDecided
from lib.services.meters import listing, readings, review
from lib.services.meters.answers import Entry
from lib.services.meters.cards import Dial, MeterCard
from lib.services.meters.doubtful import DoubtfulReading
from lib.services.meters.review import ReasonMissing
from tests.kit.identity import execute, fetch, letters

pytestmark = pytest.mark.usefixtures("db")
HOME = "203.0.113.7"
SERIAL = "ХВ-100154"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2014, 11, 20))


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


def cold(resident: Actor) -> MeterCard:
    return next(
        card
        for account in listing.list_meters(actor=resident)
        for card in account.meters
        if card.serial == SERIAL
    )


def submit(resident: Actor, value: str = "155", key: str = "k") -> None:
    card = cold(resident)
    entry = Entry(card.account_id, card.meter_id, 1, value, Decimal(value))
    readings.submit_readings(
        actor=resident, entries=[entry], request_key=key, comment="Лопнула труба", address=HOME
    )


def cold_dial(resident: Actor) -> Dial:
    return cold(resident).dials[0]


def waiting(clerk: Actor) -> DoubtfulReading:
    (reading,) = review.list_doubtful(actor=clerk).readings
    return reading


def accept(clerk: Actor, reading: DoubtfulReading) -> None:
    review.accept_reading(
        actor=clerk,
        account_id=reading.account_id,
        reading_id=reading.reading_id,
        request_key="accept",
        address=HOME,
    )


def send_back(clerk: Actor, reading: DoubtfulReading, reason: str = "Пришлите фотографию") -> None:
    review.return_reading(
        actor=clerk,
        account_id=reading.account_id,
        reading_id=reading.reading_id,
        reason=reason,
        request_key="return",
        address=HOME,
    )


def statuses() -> list[str]:
    return [row.status for row in fetch("SELECT status FROM submitted_reading ORDER BY id")]


def test_staff_see_doubtful_readings_with_their_reasons(resident: Actor, clerk: Actor) -> None:
    submit(resident)

    reading = waiting(clerk)

    assert (reading.number, reading.meter, reading.unit) == ("0000012345", "ХВС № ХВ-100154", "м³")
    assert (reading.value, reading.previous, reading.used) == (
        Decimal(155),
        Decimal(101),
        Decimal(54),
    )
    assert "above_soft" in reading.doubts
    assert reading.comment == "Лопнула труба"
    assert reading.address == "Магнитогорск, ул. Гражданская, д. 1, кв. 154"


def test_good_readings_do_not_wait_for_staff(resident: Actor, clerk: Actor) -> None:
    submit(resident, "103")

    assert review.list_doubtful(actor=clerk).count == 0


def test_an_accepted_reading_counts_and_is_recorded(resident: Actor, clerk: Actor) -> None:
    submit(resident)

    accept(clerk, waiting(clerk))

    assert statuses() == ["accepted"]
    assert review.list_doubtful(actor=clerk).readings == ()
    (event,) = fetch("SELECT * FROM audit_event WHERE action = 'reading_reviewed'")
    assert (event.username, event.details["decision"]) == ("staff", "accepted")
    assert letters() == []


def test_a_returned_reading_is_reported_by_letter_and_on_the_screen(
    resident: Actor, clerk: Actor
) -> None:
    submit(resident)

    send_back(clerk, waiting(clerk), "Пришлите <b>фотографию</b>")

    assert statuses() == ["returned"]
    (letter,) = letters()
    assert (letter.recipient, letter.subject) == (
        "resident@example.org",
        "Показание счётчика возвращено",
    )
    assert "Пришлите <b>фотографию</b>" in letter.body_text
    assert "<b>" not in letter.body_html.split("Причина")[1].split("</p>")[0]
    assert "***2345" in letter.body_text
    assert "0000012345" not in letter.body_text
    dial = cold_dial(resident)
    assert dial.live is None
    assert dial.returned is not None
    assert dial.returned.reason == "Пришлите <b>фотографию</b>"
    assert dial.known.previous == Decimal(101)


def test_after_a_return_another_reading_is_accepted(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    send_back(clerk, waiting(clerk))

    submit(resident, "104", key="2")

    assert statuses() == ["returned", "accepted"]


def test_a_return_needs_a_reason(resident: Actor, clerk: Actor) -> None:
    submit(resident)

    with pytest.raises(ReasonMissing):
        send_back(clerk, waiting(clerk), " \n")
    with pytest.raises(TextRefused):
        send_back(clerk, waiting(clerk), "а" * 501)
    assert statuses() == ["doubtful"]


def test_the_same_form_sent_twice_decides_once(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    reading = waiting(clerk)

    send_back(clerk, reading)
    send_back(clerk, reading)

    assert len(letters()) == 1


def test_a_reading_decided_by_a_colleague_is_refused(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    reading = waiting(clerk)
    accept(clerk, reading)

    with pytest.raises(AlreadyDecided, match="уже принято"):
        send_back(replace(clerk, login_id=2**40), reading)
    assert statuses() == ["accepted"]


def test_a_corrected_reading_waits_no_more(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    reading = waiting(clerk)
    submit(resident, "103", key="2")

    with pytest.raises(AlreadyDecided, match="исправлено"):
        accept(clerk, reading)
    assert review.list_doubtful(actor=clerk).count == 0


def test_a_deleted_login_gets_no_letter(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    execute(f"UPDATE submitted_reading SET login_id = {2**40}")

    send_back(clerk, waiting(clerk))

    assert statuses() == ["returned"]
    assert letters() == []


def test_another_organisations_staff_see_and_decide_nothing(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    reading = waiting(clerk)
    (other,) = fetch(
        "SELECT min(id) AS id FROM organization WHERE id <> :own", own=clerk.organization_id
    )
    stranger = replace(clerk, organization_id=other.id)

    assert review.list_doubtful(actor=stranger).count == 0
    for decide in (accept, send_back):
        with pytest.raises(AccessDenied):
            decide(stranger, reading)
    assert statuses() == ["doubtful"]


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.ANALYST, Role.ADMIN])
def test_other_roles_decide_nothing(resident: Actor, clerk: Actor, role: Role) -> None:
    submit(resident)
    reading = waiting(clerk)
    other = replace(clerk, role=role)

    with pytest.raises(AccessDenied):
        review.list_doubtful(actor=other)
    for decide in (accept, send_back):
        with pytest.raises(AccessDenied):
            decide(other, reading)


def test_returning_a_correction_restores_the_earlier_reading(resident: Actor, clerk: Actor) -> None:
    submit(resident, "104", key="good")
    submit(resident, "155", key="slip")
    send_back(clerk, waiting(clerk), "Не та цифра")

    assert statuses() == ["accepted", "returned"]
    dial = cold_dial(resident)
    assert dial.live is not None
    assert dial.returned is not None
    assert (dial.live.value, dial.returned.value) == (Decimal(104), Decimal(155))
    (letter,) = letters()
    assert "Пока действует прежнее показание: 104." in letter.body_text

    submit(resident, "105", key="again")

    assert statuses() == ["superseded", "returned", "accepted"]
    assert cold_dial(resident).returned is None


def test_a_replaced_doubtful_reading_is_not_restored(resident: Actor, clerk: Actor) -> None:
    submit(resident, "155", key="slip")
    submit(resident, "156", key="another slip")
    send_back(clerk, waiting(clerk))

    assert statuses() == ["superseded", "returned"]
