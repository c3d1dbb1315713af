"""Mistakes in texts: readers report them, the responsible staff decide."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from lib import clock
from lib.access import AccessDenied, Actor
from lib.domain.mistakes import Report
from lib.jobs import tasks
from lib.services.attempts import Kind
from lib.services.decisions import AlreadyDecided
from lib.services.mistakes import decisions, reports
from lib.services.mistakes.decisions import Mistake, ReasonMissing, Status
from lib.services.mistakes.reports import MOST_OF_LOGIN, MOST_OF_NETWORK, TooManyReports
from lib.services.people import login_removal
from tests.kit.attaching import newcomer
from tests.kit.identity import ELSEWHERE, HOME, execute, fetch, letters
from tests.kit.profile import PASSWORD, sign_in_cleanly

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def admin(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("admin")


def report(reporter: Actor | None, *, address: str = HOME, **words: Any) -> None:
    fields = {
        "screen": "/charges",
        "selected": "Превет",
        "before": "Скажите ",
        "after": " соседу",
        "comment": "буква",
        "request_key": uuid4().hex,
    } | words
    reports.report_mistake(reporter=reporter, report=Report(**fields), address=address)


def waiting(actor: Actor) -> Mistake:
    (mistake,) = decisions.list_waiting_mistakes(actor=actor).mistakes
    return mistake


def decide(actor: Actor, mistake_id: int, to: Status = Status.FIXED, reason: str = "") -> None:
    decisions.decide_mistake(
        actor=actor,
        mistake_id=mistake_id,
        to=to,
        reason=reason,
        request_key=f"{to} {actor.login_id}",
        address=HOME,
    )


def run_letter_job() -> None:
    """Run the job that a report has queued."""
    assert fetch("SELECT FROM procrastinate_jobs WHERE task_name = 'tell_of_mistakes'")
    tasks.TASKS["tell_of_mistakes"].function()


class TestReporting:
    def test_reaches_the_staff_of_the_readers_organisation(
        self, resident: Actor, clerk: Actor
    ) -> None:
        report(resident)

        mistake = waiting(clerk)
        assert (
            mistake.screen,
            mistake.before,
            mistake.selected,
            mistake.after,
            mistake.comment,
            mistake.is_signed,
        ) == (
            "/charges",
            "Скажите ",
            "Превет",
            " соседу",
            "буква",
            True,
        )

    def test_staff_get_one_letter_until_they_have_decided(
        self, resident: Actor, clerk: Actor
    ) -> None:
        before = len(letters())
        report(resident, selected="Превет")
        report(resident, selected="Пока")
        run_letter_job()

        (letter,) = letters()[before:]
        assert letter.recipient == "staff@example.org"
        assert "Превет" not in letter.body_text  # a stranger's words must not reach staff by letter
        assert "/mistakes_desk" in letter.body_text

        for mistake in decisions.list_waiting_mistakes(actor=clerk).mistakes:
            decide(clerk, mistake.mistake_id)
        before = len(letters())
        report(resident, selected="Снова")
        report(None)
        run_letter_job()
        run_letter_job()  # a job may be run twice
        assert sorted(letter.recipient for letter in letters()[before:]) == [
            "admin@example.org",
            "staff@example.org",
        ]

    def test_a_strangers_report_goes_to_the_administrator(self, clerk: Actor, admin: Actor) -> None:
        report(None)

        assert not waiting(admin).is_signed
        assert decisions.list_waiting_mistakes(actor=clerk).mistakes == ()

    def test_goes_to_the_centre_where_it_has_staff(self, clerk: Actor, admin: Actor) -> None:
        execute("UPDATE organization SET kind = 'uk'")
        execute(
            "UPDATE organization SET kind = 'rc' WHERE id = :key", key=clerk.demand_organization()
        )

        report(None)

        assert not waiting(clerk).is_signed
        assert decisions.list_waiting_mistakes(actor=admin).count == 0

    def test_goes_to_the_administrator_without_staff_of_the_organisation(
        self, resident: Actor, clerk: Actor, admin: Actor
    ) -> None:
        execute("UPDATE login SET blocked_at = now() WHERE role = 'staff'")

        report(resident)

        assert waiting(admin).is_signed
        assert decisions.list_waiting_mistakes(actor=clerk).count == 0

    @pytest.mark.parametrize("login", ["analyst", "admin", "staff"])
    def test_readers_of_every_role_may_report(
        self, signed_in: Callable[..., Actor], login: str
    ) -> None:
        report(signed_in(login))

        assert len(fetch("SELECT 1 FROM mistake")) == 1

    def test_a_double_send_reports_once(self, resident: Actor, clerk: Actor) -> None:
        key = uuid4().hex
        report(resident, request_key=key)
        report(resident, request_key=key)

        assert decisions.list_waiting_mistakes(actor=clerk).count == 1
        assert len(fetch("SELECT 1 FROM attempt WHERE kind = :kind", kind=Kind.MISTAKE)) == 1

    def test_another_readers_key_does_not_block_a_report(
        self, resident: Actor, clerk: Actor
    ) -> None:
        key = uuid4().hex
        report(None, request_key=key)
        report(resident, request_key=key)

        assert decisions.list_waiting_mistakes(actor=clerk).count == 1

    def test_the_reports_of_a_reader_are_limited(self, resident: Actor) -> None:
        for _ in range(MOST_OF_LOGIN):
            report(resident)

        with pytest.raises(TooManyReports):
            report(resident, address=ELSEWHERE)
        report(None)

    def test_a_network_of_strangers_is_stopped_and_no_other(self) -> None:
        for _ in range(MOST_OF_NETWORK):
            report(None)

        with pytest.raises(TooManyReports):
            report(None)
        report(None, address=ELSEWHERE)

    def test_the_limits_end_after_a_day(
        self, resident: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(MOST_OF_LOGIN):
            report(resident)
        tomorrow = clock.now() + dt.timedelta(days=1, minutes=1)
        monkeypatch.setattr(clock, "now", lambda: tomorrow)

        report(resident)


class TestDeciding:
    def test_a_corrected_mistake_is_confirmed_to_its_reader(
        self, resident: Actor, clerk: Actor
    ) -> None:
        report(resident, selected="<b>Превет</b>")

        decide(clerk, waiting(clerk).mistake_id)

        assert decisions.list_waiting_mistakes(actor=clerk).count == 0
        (letter,) = letters()
        assert (letter.recipient, letter.subject) == (
            "resident@example.org",
            "Ошибка в тексте исправлена",
        )
        assert "<b>Превет" not in letter.body_html
        (event,) = fetch("SELECT * FROM audit_event WHERE action = 'mistake_decided'")
        assert (event.username, event.details["decision"]) == ("staff", "fixed")

    def test_a_corrected_report_of_a_stranger_sends_no_letter(self, admin: Actor) -> None:
        report(None)

        decide(admin, waiting(admin).mistake_id)

        assert letters() == []
        (row,) = fetch("SELECT * FROM mistake")
        assert (row.status, row.decided_by) == ("fixed", admin.login_id)

    def test_declining_needs_a_reason_for_the_reader(self, resident: Actor, clerk: Actor) -> None:
        report(resident)
        key = waiting(clerk).mistake_id
        for reason in (" \n", "я" * 501):
            with pytest.raises(ReasonMissing):
                decide(clerk, key, Status.DECLINED, reason)

        decide(clerk, key, Status.DECLINED, "Так\nпишут")

        (row,) = fetch("SELECT * FROM mistake")
        assert (row.status, row.reason) == ("declined", "Так пишут")
        (letter,) = letters()
        assert "оставили текст как есть: Так пишут" in letter.body_text

    def test_a_double_click_decides_once_and_another_decision_is_refused(
        self, resident: Actor, clerk: Actor
    ) -> None:
        report(resident)
        key = waiting(clerk).mistake_id
        decide(clerk, key)

        decide(clerk, key)
        with pytest.raises(AlreadyDecided, match="уже рассмотрено: исправлено"):
            decide(clerk, key, Status.DECLINED, "Нет")

        assert len(letters()) == 1

    def test_other_staff_cannot_decide(self, resident: Actor, clerk: Actor, admin: Actor) -> None:
        report(resident)
        mistake_id = waiting(clerk).mistake_id
        report(None)
        nobodys = waiting(admin).mistake_id
        (other,) = fetch(
            "SELECT id FROM organization WHERE id <> :own LIMIT 1", own=clerk.organization_id
        )
        moved = "UPDATE mistake SET organization_id = :other WHERE id = :key"
        execute(moved, other=other.id, key=mistake_id)

        for key in (mistake_id, nobodys, 2**60):
            with pytest.raises(AccessDenied):
                decide(clerk, key)
        with pytest.raises(AccessDenied):
            decide(admin, mistake_id)
        for call in (
            lambda: decisions.list_waiting_mistakes(actor=resident),
            lambda: decide(resident, mistake_id),
        ):
            with pytest.raises(AccessDenied):
                call()


def test_a_report_of_a_deleted_login_stays_without_its_name(admin: Actor) -> None:
    entered = sign_in_cleanly()
    report(entered.actor)

    login_removal.delete_login(actor=entered.actor, password=PASSWORD, address=HOME)

    (row,) = fetch("SELECT * FROM mistake")
    assert (row.login_id, row.selected) == (None, "Превет")


def test_a_resident_without_an_account_may_report(admin: Actor) -> None:
    report(newcomer())

    assert waiting(admin).is_signed
