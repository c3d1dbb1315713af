"""Doubtful readings before staff: accepted, or returned with a reason."""

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
from tests.kit.identity import asked, changed, letters

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
    (one,) = review.list_doubtful(actor=clerk).readings
    return one


def accept(clerk: Actor, reading: DoubtfulReading) -> None:
    review.accept_reading(
        actor=clerk,
        account_id=reading.account_id,
        reading_id=reading.reading_id,
        request_key="accept",
        address=HOME,
    )


def send_back(clerk: Actor, one: DoubtfulReading, reason: str = "Пришлите фотографию") -> None:
    review.return_reading(
        actor=clerk,
        account_id=one.account_id,
        reading_id=one.reading_id,
        reason=reason,
        request_key="return",
        address=HOME,
    )


def statuses() -> list[str]:
    return [row.status for row in asked("SELECT status FROM submitted_reading ORDER BY id")]


def test_staff_see_what_is_doubtful_and_why(resident: Actor, clerk: Actor) -> None:
    submit(resident)

    one = waiting(clerk)

    assert (one.number, one.meter, one.unit) == ("0000012345", "ХВС № ХВ-100154", "м³")
    assert (one.value, one.previous, one.used) == (Decimal(155), Decimal(101), Decimal(54))
    assert "above_soft" in one.doubts
    assert one.comment == "Лопнула труба"
    assert one.address == "Магнитогорск, ул. Гражданская, д. 1, кв. 154"


def test_good_ones_do_not_wait(resident: Actor, clerk: Actor) -> None:
    submit(resident, "103")

    assert review.list_doubtful(actor=clerk).count == 0


def test_an_accepted_one_counts_and_is_recorded(resident: Actor, clerk: Actor) -> None:
    submit(resident)

    accept(clerk, waiting(clerk))

    assert statuses() == ["accepted"]
    assert review.list_doubtful(actor=clerk).readings == ()
    (event,) = asked("SELECT * FROM audit_event WHERE action = 'reading_reviewed'")
    assert (event.username, event.details["decision"]) == ("staff", "accepted")
    assert letters() == []


def test_a_returned_one_is_told_by_letter_and_on_the_screen(resident: Actor, clerk: Actor) -> None:
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


def test_after_a_return_another_one_is_taken(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    send_back(clerk, waiting(clerk))

    submit(resident, "104", key="2")

    assert statuses() == ["returned", "accepted"]


def test_a_reason_is_needed(resident: Actor, clerk: Actor) -> None:
    submit(resident)

    with pytest.raises(ReasonMissing):
        send_back(clerk, waiting(clerk), " \n")
    with pytest.raises(TextRefused):
        send_back(clerk, waiting(clerk), "а" * 501)
    assert statuses() == ["doubtful"]


def test_the_same_form_sent_twice_decides_once(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    one = waiting(clerk)

    send_back(clerk, one)
    send_back(clerk, one)

    assert len(letters()) == 1


def test_a_colleague_who_was_faster_is_told_of(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    one = waiting(clerk)
    accept(clerk, one)

    with pytest.raises(AlreadyDecided, match="уже принято"):
        send_back(replace(clerk, login_id=2**40), one)
    assert statuses() == ["accepted"]


def test_a_corrected_one_waits_no_more(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    one = waiting(clerk)
    submit(resident, "103", key="2")

    with pytest.raises(AlreadyDecided, match="исправлено"):
        accept(clerk, one)
    assert review.list_doubtful(actor=clerk).count == 0


def test_a_login_that_is_gone_gets_no_letter(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    changed(f"UPDATE submitted_reading SET login_id = {2**40}")

    send_back(clerk, waiting(clerk))

    assert statuses() == ["returned"]
    assert letters() == []


def test_another_organisations_staff_see_and_decide_nothing(resident: Actor, clerk: Actor) -> None:
    submit(resident)
    one = waiting(clerk)
    (other,) = asked(
        "SELECT min(id) AS id FROM organization WHERE id <> :own", own=clerk.organization_id
    )
    stranger = replace(clerk, organization_id=other.id)

    assert review.list_doubtful(actor=stranger).count == 0
    for decide in (accept, send_back):
        with pytest.raises(AccessDenied):
            decide(stranger, one)
    assert statuses() == ["doubtful"]


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.ANALYST, Role.ADMIN])
def test_others_decide_nothing(resident: Actor, clerk: Actor, role: Role) -> None:
    submit(resident)
    one = waiting(clerk)
    other = replace(clerk, role=role)

    with pytest.raises(AccessDenied):
        review.list_doubtful(actor=other)
    for decide in (accept, send_back):
        with pytest.raises(AccessDenied):
            decide(other, one)


def test_what_a_returned_one_was_to_correct_counts_again(resident: Actor, clerk: Actor) -> None:
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


def test_a_doubtful_one_that_was_corrected_itself_does_not_come_back(
    resident: Actor, clerk: Actor
) -> None:
    submit(resident, "155", key="slip")
    submit(resident, "156", key="another slip")
    send_back(clerk, waiting(clerk))

    assert statuses() == ["superseded", "returned"]
