"""Appeals of residents: sending, reading, answers, ratings, reopening, closing."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event

from lib import clock, config, links
from lib.access import AccessDenied, Actor
from lib.domain.appeals.rules import EntryKind, Kind, Side, Status, Topic
from lib.domain.texts import TextRefused
from lib.services.appeals import _limits, notices, replies, resident_appeals, steps, versions
from lib.services.appeals._limits import TooManyAppeals, TooManyReplies
from lib.services.appeals.about import Subject, SubjectQuery
from lib.services.appeals.files import FilesRefused
from lib.services.appeals.replies import RatingRefused, ThreadOver
from lib.services.appeals.resident_appeals import EmergencyRefused
from lib.services.appeals.steps import StatusChangeRefused
from lib.services.appeals.threads import Thread
from lib.services.appeals.versions import AppealChanged
from lib.services.people import logins
from tests.kit.appeals import (
    add_colleague,
    add_staff_entry,
    first_addressee,
    locked_appeal,
    post_pending_letters,
    send,
)
from tests.kit.attaching import newcomer, photo
from tests.kit.identity import execute, fetch, letters, sign_in_as

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


def thread(actor: Actor, appeal_id: int) -> Thread:
    return resident_appeals.get_thread(
        actor=actor, appeal_id=appeal_id, page=None, kind=Kind.APPEAL
    )


def reply(actor: Actor, appeal_id: int, **words: Any) -> None:
    values: dict[str, Any] = {
        "account_id": first_addressee(actor).account_id,
        "appeal_id": appeal_id,
        "text": "За октябрь",
        "uploads": (),
        "request_key": "reply",
    }
    replies.send_reply(actor=actor, **(values | words))


def rate(actor: Actor, appeal_id: int, **words: Any) -> None:
    values: dict[str, Any] = {
        "account_id": first_addressee(actor).account_id,
        "appeal_id": appeal_id,
        "rating": 4,
        "comment": "",
        "request_key": "rate",
    }
    replies.rate_answer(actor=actor, **(values | words))


def reopen(actor: Actor, appeal_id: int, **words: Any) -> None:
    values: dict[str, Any] = {
        "account_id": first_addressee(actor).account_id,
        "appeal_id": appeal_id,
        "text": "Не сошлось",
        "request_key": "reopen",
    }
    replies.reopen_appeal(actor=actor, **(values | words))


def answered(actor: Actor, clerk: Actor) -> int:
    appeal_id, _ = send(actor)
    add_staff_entry(clerk, appeal_id, to=(Status.IN_PROGRESS, Status.COMPLETED))
    return appeal_id


class TestSending:
    def test_gets_a_number_a_deadline_and_its_first_line(self, resident: Actor) -> None:
        appeal_id, number = send(resident, text=" Почему?\r\nНе\x00 понимаю. ")

        found = thread(resident, appeal_id)
        assert found.summary.number == number
        assert number.startswith(f"{clock.today().year}-")
        assert found.summary.due_on is not None
        assert found.summary.due_on > found.summary.registered_on
        assert "п. 36" in found.summary.due_rule
        (entry,) = found.entries
        assert entry.body == "Почему?\nНе  понимаю."
        assert (entry.side, entry.kind) == (Side.RESIDENT, EntryKind.MESSAGE)

    def test_numbers_follow_one_another(self, resident: Actor) -> None:
        numbers = [int(send(resident)[1].partition("-")[2]) for _ in range(3)]

        assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]

    def test_a_double_click_sends_one(self, resident: Actor) -> None:
        first = send(resident, request_key="k", uploads=[("1.jpg", photo())])
        second = send(resident, request_key="k", uploads=[("1.jpg", photo())])

        assert first == second
        assert len(fetch("SELECT 1 FROM appeal")) == 1
        assert len(fetch("SELECT 1 FROM appeal_file")) == 1
        assert len(fetch("SELECT 1 FROM audit_event WHERE action = 'appeal_sent'")) == 1

    def test_stores_its_files(self, resident: Actor) -> None:
        appeal_id, _ = send(resident, uploads=[("Счёт.png", photo()), ("б.jpg", photo())])

        (entry,) = thread(resident, appeal_id).entries
        assert [file.name for file in entry.files] == ["Счёт.jpg", "б.jpg"]

    @pytest.mark.parametrize(
        ("words", "refusal"),
        [
            ({"text": " \n "}, TextRefused),
            ({"text": "я" * 4001}, TextRefused),
            ({"contact": ""}, TextRefused),
            ({"contact": "я" * 201}, TextRefused),
            ({"topic": Topic.ACCIDENT}, EmergencyRefused),
            ({"uploads": [("a.jpg", b"GIF89a")]}, FilesRefused),
            ({"uploads": [("a.jpg", b"")] * 6}, FilesRefused),
        ],
    )
    def test_says_what_is_wrong(
        self, resident: Actor, words: dict[str, Any], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            send(resident, **words)

        assert fetch("SELECT 1 FROM appeal") == []

    def test_goes_only_to_organizations_that_serve_the_account(self, resident: Actor) -> None:
        addressee = first_addressee(resident)
        (other,) = fetch(
            "SELECT id FROM organization WHERE id <> ALL(:own) LIMIT 1",
            own=[
                addressee.organization_id
                for addressee in resident_appeals.list_addressees(actor=resident)
            ],
        )

        with pytest.raises(AccessDenied):
            send(resident, organization_id=other.id)
        assert addressee.name == "ОАО «Камал»"

    def test_cannot_be_about_another_accounts_bill(self, resident: Actor) -> None:
        own = first_addressee(resident).account_id
        other = next(account for account in resident.accounts if account != own)

        with pytest.raises(AccessDenied):
            send(resident, about=SubjectQuery(Subject.BILL, other, dt.date(2014, 10, 1)))

    def test_after_hours_it_is_registered_on_the_next_working_day(
        self, resident: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        zone = config.get_settings().zone
        evening = dt.datetime(2024, 4, 26, 18, 30, tzinfo=zone)
        monkeypatch.setattr(clock, "now", lambda: evening.astimezone(dt.UTC))
        monkeypatch.setattr(clock, "today", evening.date)

        appeal_id, number = send(resident, topic=Topic.QUALITY)

        summary = thread(resident, appeal_id).summary
        assert number == "2024-000001"
        assert summary.registered_on == dt.date(2024, 4, 27)  # this Saturday is a working day
        assert summary.due_on == dt.date(2024, 5, 6)

    def test_a_year_without_a_calendar_says_so(
        self, resident: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock, "today", lambda: dt.date(2031, 3, 3))

        appeal_id, _ = send(resident)

        assert "производственного календаря на 2031" in thread(resident, appeal_id).summary.due_rule

    def test_needs_the_permission(self, clerk: Actor) -> None:
        with pytest.raises(AccessDenied):
            resident_appeals.list_appeals(actor=clerk)


class TestLimits:
    def test_allow_ten_appeals_an_hour_and_thirty_a_day(self, resident: Actor) -> None:
        for _ in range(_limits.MOST_AN_HOUR):
            send(resident)
        with pytest.raises(TooManyAppeals):
            send(resident)

        execute("UPDATE appeal SET sent_at = sent_at - interval '61 minutes'")
        send(resident)
        execute("UPDATE appeal SET sent_at = sent_at - interval '61 minutes'")
        for _ in range(_limits.MOST_AN_HOUR):
            send(resident)
        execute("UPDATE appeal SET sent_at = sent_at - interval '61 minutes'")
        for _ in range(9):
            send(resident)
        with pytest.raises(TooManyAppeals):
            send(resident)

    def test_allow_thirty_entries_an_hour(self, resident: Actor) -> None:
        appeal_id, _ = send(resident)
        for n in range(_limits.MOST_REPLIES_AN_HOUR - 1):
            reply(resident, appeal_id, request_key=f"r{n}")

        with pytest.raises(TooManyReplies):
            reply(resident, appeal_id, request_key="one more")


class TestReplying:
    def test_a_reply_resumes_a_waiting_appeal(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)
        add_staff_entry(
            clerk, appeal_id, kind=EntryKind.QUESTION, to=(Status.IN_PROGRESS, Status.DEFERRED)
        )
        due = thread(resident, appeal_id).summary.due_on

        reply(resident, appeal_id)
        reply(resident, appeal_id)

        found = thread(resident, appeal_id)
        assert found.summary.status is Status.NEW
        assert found.summary.due_on == due
        assert [entry.body for entry in found.entries if entry.side is Side.RESIDENT] == [
            "Проверьте начисления",
            "За октябрь",
            "",
        ]

    def test_a_closed_appeal_takes_no_reply(self, resident: Actor, clerk: Actor) -> None:
        with pytest.raises(ThreadOver):
            reply(resident, answered(resident, clerk))

    def test_entries_are_never_changed(self, resident: Actor) -> None:
        appeal_id, _ = send(resident)
        before = fetch("SELECT id, body, happened_at FROM appeal_entry ORDER BY id")

        reply(resident, appeal_id)

        assert fetch("SELECT id, body, happened_at FROM appeal_entry ORDER BY id")[:1] == before


class TestRating:
    def test_is_kept_once(self, resident: Actor, clerk: Actor) -> None:
        appeal_id = answered(resident, clerk)

        rate(resident, appeal_id, comment="Быстро")
        rate(resident, appeal_id, comment="Быстро")

        found = thread(resident, appeal_id)
        assert found.rating == 4
        assert [entry.body for entry in found.entries if entry.kind is EntryKind.RATING] == [
            "Оценка 4 из 5: Быстро"
        ]
        with pytest.raises(RatingRefused):
            rate(resident, appeal_id, request_key="again")

    @pytest.mark.parametrize("rating", [0, 6, -1])
    def test_is_from_one_to_five(self, resident: Actor, clerk: Actor, rating: int) -> None:
        with pytest.raises(RatingRefused):
            rate(resident, answered(resident, clerk), rating=rating)

    def test_needs_an_answer(self, resident: Actor) -> None:
        appeal_id, _ = send(resident)

        with pytest.raises(RatingRefused):
            rate(resident, appeal_id)


class TestOpeningAgain:
    def test_begins_a_new_term_and_a_new_rating(self, resident: Actor, clerk: Actor) -> None:
        appeal_id = answered(resident, clerk)
        rate(resident, appeal_id)
        execute("UPDATE appeal SET due_on = '2014-01-01', registered_on = '2014-01-01'")

        reopen(resident, appeal_id)
        reopen(resident, appeal_id)

        found = thread(resident, appeal_id)
        assert found.summary.status is Status.NEW
        assert found.summary.due_on is not None
        assert found.summary.due_on > clock.today()
        assert found.rating is None
        assert found.reason == "Не сошлось"

    def test_needs_a_text_and_an_answer(self, resident: Actor, clerk: Actor) -> None:
        appeal_id = answered(resident, clerk)
        with pytest.raises(TextRefused):
            reopen(resident, appeal_id, text="")

        fresh, _ = send(resident)
        with pytest.raises(ThreadOver):
            reopen(resident, fresh)


class TestClosing:
    def test_an_answer_is_closed_after_a_week(self, resident: Actor, clerk: Actor) -> None:
        appeal_id = answered(resident, clerk)
        assert notices.close_answered() == 0

        execute("UPDATE appeal SET status_at = now() - interval '7 days 1 minute'")
        assert notices.close_answered() == 1
        assert notices.close_answered() == 0

        found = thread(resident, appeal_id)
        assert found.summary.status is Status.CLOSED
        assert (found.entries[-1].side, found.entries[-1].status) == (Side.PORTAL, Status.CLOSED)
        with pytest.raises(ThreadOver):
            reopen(resident, appeal_id)
        rate(resident, appeal_id)

    def test_finds_answered_appeals_by_their_index(self, db: Connection) -> None:
        executed: list[tuple[str, Any]] = []

        def note(
            _connection: object, _cursor: object, statement: str, values: Any, *_: Any
        ) -> None:
            if "FOR UPDATE SKIP LOCKED" in statement:
                executed.append((statement, values))

        event.listen(db, "before_cursor_execute", note)
        notices.close_answered()
        event.remove(db, "before_cursor_execute", note)

        ((statement, values),) = executed
        db.exec_driver_sql("SET LOCAL enable_seqscan = off")
        db.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        plan = db.exec_driver_sql(f"EXPLAIN {statement}", values).scalars().all()
        assert "ix_appeal_completed_status_at" in "\n".join(plan)

    @pytest.mark.parametrize("is_gone", [True, False])
    def test_deletes_the_contact_of_a_login_without_the_account(
        self, resident: Actor, clerk: Actor, *, is_gone: bool
    ) -> None:
        answered(resident, clerk)
        if is_gone:
            execute("UPDATE appeal SET login_id = NULL")
        execute("UPDATE appeal SET status_at = now() - interval '8 days'")
        assert notices.close_answered() == 1

        (row,) = fetch("SELECT contact FROM appeal")
        assert row.contact == ("" if is_gone else "+7 900 000-00-00")


class TestSteps:
    def test_a_second_employee_learns_what_has_changed(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)
        version = thread(resident, appeal_id).version
        reply(resident, appeal_id)

        with (
            locked_appeal(clerk, appeal_id) as (session, appeal),
            pytest.raises(AppealChanged, match=r"Муравьев Сергей.*статус «Новое»"),
        ):
            versions.demand_version(session, appeal=appeal, version=version)
        with locked_appeal(clerk, appeal_id) as (session, appeal):
            versions.demand_version(session, appeal=appeal, version=version, request_key="reply")
            versions.demand_version(session, appeal=appeal, version=appeal.version)

    def test_only_listed_transitions_are_allowed(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)

        with pytest.raises(StatusChangeRefused, match="«Новое» нельзя сменить на «Закрыто»"):
            add_staff_entry(clerk, appeal_id, to=(Status.CLOSED,))

    def test_a_refusal_needs_its_reason(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)

        with (
            locked_appeal(clerk, appeal_id) as (session, appeal),
            pytest.raises(StatusChangeRefused, match="причину"),
        ):
            steps.change_status(
                session, appeal=appeal, actor=clerk, side=Side.STAFF, to=Status.DECLINED
            )

    def test_a_repeated_transition_counts_once(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)
        for _ in range(2):
            with locked_appeal(clerk, appeal_id) as (session, appeal):
                steps.change_status(
                    session,
                    appeal=appeal,
                    actor=clerk,
                    side=Side.STAFF,
                    to=Status.IN_PROGRESS,
                    request_key="take",
                )

        assert len(thread(resident, appeal_id).entries) == 2


class TestLetters:
    def test_both_sides_are_notified_once(self, resident: Actor) -> None:
        _, number = send(resident)
        post_pending_letters()
        post_pending_letters()

        posted = {letter.recipient: letter for letter in letters()}
        assert len(letters()) == 2
        assert posted["resident@example.org"].subject == f"Обращение № {number}: принято"
        assert "Срок ответа" in posted["resident@example.org"].body_text
        assert "/service_desk?id=" in posted["staff@example.org"].body_text
        assert "Проверьте начисления" not in posted["staff@example.org"].body_text

    def test_an_answer_is_one_letter_with_a_link_to_it(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, number = send(resident)
        post_pending_letters()
        add_staff_entry(clerk, appeal_id, to=(Status.IN_PROGRESS, Status.COMPLETED))
        post_pending_letters()

        letter = letters()[-1]
        assert len(letters()) == 3
        assert (letter.recipient, letter.subject) == (
            "resident@example.org",
            f"Обращение № {number}: дан ответ",
        )
        assert f"/appeals?id={appeal_id}" in letter.body_text
        assert links.is_screen(f"/appeals?id={appeal_id}")  # sign-in continues to this address

    def test_a_reply_is_sent_to_the_assignee(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)
        add_colleague(clerk, "colleague")
        post_pending_letters()
        assert {letter.recipient for letter in letters()} == {
            "resident@example.org",
            "staff@example.org",
            "colleague@example.org",
        }
        execute("UPDATE appeal SET assigned_to = :login", login=clerk.login_id)

        reply(resident, appeal_id)
        post_pending_letters()

        assert [letter.recipient for letter in letters()[3:]] == ["staff@example.org"]

    def test_a_login_without_the_account_gets_no_letter(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        post_pending_letters()
        execute("UPDATE account_access SET valid_to = now() - interval '1 day'")
        add_staff_entry(clerk, appeal_id)

        post_pending_letters()

        assert len(letters()) == 2

    def test_everybody_who_has_written_is_notified_of_the_answer(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        newcomer("wife")
        logins.grant_access(username="wife", sender="kamal", account="A1")
        reply(sign_in_as("wife"), appeal_id)
        post_pending_letters()
        before = len(letters())

        add_staff_entry(clerk, appeal_id)
        post_pending_letters()

        assert {letter.recipient for letter in letters()[before:]} == {
            "resident@example.org",
            "wife@example.org",
        }

    def test_each_step_leaves_a_job(self, resident: Actor) -> None:
        before = len(fetch("SELECT 1 FROM procrastinate_jobs WHERE task_name = 'tell_of_appeal'"))
        send(resident)

        jobs = fetch("SELECT args FROM procrastinate_jobs WHERE task_name = 'tell_of_appeal'")
        assert len(jobs) == before + 1


class TestReading:
    def test_a_neighbour_reads_nothing(self, resident: Actor) -> None:
        appeal_id, _ = send(resident)
        (home,) = fetch(
            "SELECT id FROM account WHERE NOT id = ANY(:own) LIMIT 1", own=list(resident.accounts)
        )
        other = replace(newcomer(), accounts=(home.id,))

        assert resident_appeals.list_appeals(actor=other).shown == ()
        assert resident_appeals.list_answered(actor=other) == ()
        with pytest.raises(AccessDenied):
            thread(other, appeal_id)

    def test_an_answer_is_marked_as_new_until_it_is_read(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id = answered(resident, clerk)
        (news,) = resident_appeals.list_answered(actor=resident)
        assert news.appeal_id == appeal_id

        thread(resident, appeal_id)

        assert resident_appeals.list_answered(actor=resident) == ()

    @pytest.mark.parametrize(
        ("kind", "is_news"),
        [
            (EntryKind.ANSWER, True),
            (EntryKind.QUESTION, True),
            (EntryKind.MESSAGE, True),
            (EntryKind.REDIRECT, False),
        ],
    )
    def test_only_entries_for_the_resident_are_marked_as_new(
        self, resident: Actor, clerk: Actor, kind: EntryKind, *, is_news: bool
    ) -> None:
        appeal_id, _ = send(resident)
        add_staff_entry(clerk, appeal_id, kind=kind)

        assert bool(resident_appeals.list_answered(actor=resident)) is is_news
        assert resident_appeals.list_appeals(actor=resident).shown[0].is_new is is_news

    def test_a_refusal_is_marked_as_new_until_it_is_read(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, number = send(resident)
        with locked_appeal(clerk, appeal_id) as (session, appeal):
            steps.change_status(
                session,
                appeal=appeal,
                actor=clerk,
                side=Side.STAFF,
                to=Status.DECLINED,
                reason="Дом обслуживают не мы",
            )

        assert [appeal.number for appeal in resident_appeals.list_answered(actor=resident)] == [
            number
        ]
        thread(resident, appeal_id)
        assert resident_appeals.list_answered(actor=resident) == ()

    def test_taking_and_closing_are_not_marked_as_new(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)
        with locked_appeal(clerk, appeal_id) as (session, appeal):
            steps.change_status(
                session, appeal=appeal, actor=clerk, side=Side.STAFF, to=Status.IN_PROGRESS
            )
        assert resident_appeals.list_answered(actor=resident) == ()

        add_staff_entry(clerk, appeal_id, to=(Status.COMPLETED,))
        thread(resident, appeal_id)
        execute("UPDATE appeal SET status_at = now() - interval '8 days'")
        execute(
            "UPDATE appeal SET seen_at = now() - interval '6 days', "
            "answered_at = now() - interval '8 days'"
        )
        assert notices.close_answered() == 1

        assert resident_appeals.list_answered(actor=resident) == ()

    def test_an_appeal_is_not_read_as_a_paid_request(self, resident: Actor) -> None:
        appeal_id, _ = send(resident)

        with pytest.raises(AccessDenied):
            resident_appeals.get_thread(
                actor=resident, appeal_id=appeal_id, page=None, kind=Kind.PAID_SERVICE
            )

    def test_the_list_has_pages(self, resident: Actor) -> None:
        for _ in range(2):
            send(resident)
        execute(
            "INSERT INTO appeal (account_id, number, kind, organization_id, house_id, topic, "
            "status, contact, sent_at, status_at, registered_on, request_key, searched) "
            "SELECT account_id, '2014-' || n, kind, organization_id, house_id, topic, status, "
            "contact, sent_at - interval '1 day', status_at, registered_on, n::text, searched "
            "FROM (SELECT * FROM appeal LIMIT 1) one, generate_series(1, 20) n"
        )

        first, second = (
            resident_appeals.list_appeals(actor=resident, page=page) for page in (1, 2)
        )

        assert (len(first.shown), len(second.shown), first.count) == (20, 2, 22)
        for far in (3, 9, 2**63 - 1):
            assert resident_appeals.list_appeals(actor=resident, page=far) == second
