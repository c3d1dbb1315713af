"""The service desk: queue, assignment, answers, redirection, batches, incidents."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from lib import clock
from lib.access import AccessDenied, Actor
from lib.domain.appeals.answer_fields import FieldUnknown
from lib.domain.appeals.rules import Status, Topic
from lib.domain.texts import TextRefused
from lib.services.accounts import requests
from lib.services.appeals import (
    desk_answers,
    desk_batches,
    desk_moves,
    desk_queue,
    desk_threads,
    desk_work,
    incidents,
    notices,
    replies,
    templates,
)
from lib.services.appeals.desk_answers import StepRefused
from lib.services.appeals.desk_batches import BatchOutcome, BatchRefused, ChosenAppeal
from lib.services.appeals.desk_queue import DeskKind, Filters, Queue, View
from lib.services.appeals.desk_work import AppealTaken, ColleagueUnknown
from lib.services.appeals.files import FilesRefused
from lib.services.appeals.incidents import NothingToJoin
from lib.services.appeals.steps import StatusChangeRefused
from lib.services.appeals.templates import TemplateRefused
from lib.services.appeals.versions import AppealChanged
from tests.kit.appeals import post_pending_letters, send
from tests.kit.attaching import golden_claim, newcomer, photo
from tests.kit.desk import add_colleague, appeal_row, entry_rows, seen_thread
from tests.kit.identity import execute, fetch, letters

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


def queue(actor: Actor, **filters: Any) -> Queue:
    return desk_queue.list_queue(actor=actor, filters=Filters(**filters))


def numbers(actor: Actor, **filters: Any) -> list[str]:
    return [row.number for row in queue(actor, **filters).rows]


def answered(actor: Actor, appeal_id: int, text: str = "Проверили, всё верно") -> None:
    desk_answers.send_answer(actor=actor, seen=seen_thread(actor, appeal_id), text=text)


class TestQueue:
    def test_lists_the_organisations_appeals_by_deadline(
        self, resident: Actor, clerk: Actor
    ) -> None:
        _, slow = send(resident, topic=Topic.CHARGES)
        _, fast = send(resident, topic=Topic.DISCLOSURE)

        found = queue(clerk)

        assert [row.number for row in found.rows] == [fast, slow]
        assert found.counts[View.OPEN] == 2
        assert "кв. 154" in found.rows[0].address

    def test_a_page_number_too_large_shows_the_last_page(
        self, resident: Actor, clerk: Actor
    ) -> None:
        sent = [send(resident)[1] for _ in range(3)]
        assert queue(clerk, page=2).page == 1  # there is only one page
        assert numbers(clerk, page=2) == sent
        execute(
            "INSERT INTO appeal (account_id, number, kind, organization_id, house_id, topic, "
            "status, contact, sent_at, status_at, registered_on, due_on, request_key, searched) "
            "SELECT account_id, '2014-' || n, kind, organization_id, house_id, topic, status, "
            "contact, sent_at, status_at, registered_on, due_on - 1, n::text, searched "
            "FROM (SELECT * FROM appeal LIMIT 1) one, generate_series(1, 50) n"
        )

        found = queue(clerk, page=3)

        assert ([row.number for row in found.rows], found.page, found.pages) == (sent, 2, 2)

    def test_another_organisation_sees_nothing(self, resident: Actor) -> None:
        send(resident)

        assert queue(add_colleague("other", of=("uyut", "uyut"))).rows == ()

    def test_views_show_parts_of_it(self, resident: Actor, clerk: Actor) -> None:
        mine, late, done = (send(resident, topic=topic)[0] for topic in list(Topic)[:3])
        desk_work.take_appeal(actor=clerk, seen=seen_thread(clerk, mine))
        yesterday = clock.today() - dt.timedelta(days=1)
        execute("UPDATE appeal SET due_on = :day WHERE id = :id", day=yesterday, id=late)
        answered(clerk, done)

        def keys(view: View) -> set[int]:
            return {row.key for row in queue(clerk, view=view).rows}

        assert keys(View.OPEN) == {mine, late}
        assert keys(View.MINE) == {mine}
        assert keys(View.OVERDUE) == {late}
        assert keys(View.UNASSIGNED) == {late}
        assert keys(View.CLOSED) == {done}

    def test_is_filtered_by_topic_and_kind(self, resident: Actor, clerk: Actor) -> None:
        _, lift = send(resident, topic=Topic.LIFT)
        send(resident, topic=Topic.WASTE)

        assert numbers(clerk, topic=Topic.LIFT) == [lift]
        assert numbers(clerk, kind=DeskKind.PAID_SERVICE) == []

    @pytest.mark.parametrize("words", ["перерасчёты отопление", "Гражданская", "0000012345"])
    def test_is_searched_by_words_address_and_account(
        self, resident: Actor, clerk: Actor, words: str
    ) -> None:
        _, number = send(resident, text="Прошу перерасчёт за отопление")

        assert numbers(clerk, view=View.ALL, search=words) == [number]

    def test_is_searched_by_number_in_every_view(self, resident: Actor, clerk: Actor) -> None:
        _, number = send(resident)
        short = str(int(number.rpartition("-")[2]))

        for words in (number, f"№ {number}", short, f"№{short}"):
            assert numbers(clerk, view=View.CLOSED, search=words) == [number]

    def test_a_number_is_searched_for_within_the_chosen_kind_and_topic(
        self, resident: Actor, clerk: Actor
    ) -> None:
        _, number = send(resident, topic=Topic.LIFT)

        assert numbers(clerk, search=number, topic=Topic.LIFT, kind=DeskKind.APPEAL) == [number]
        assert numbers(clerk, search=number, topic=Topic.WASTE) == []
        for kind in set(DeskKind) - {DeskKind.APPEAL}:
            assert numbers(clerk, search=number, kind=kind) == []

    @pytest.mark.parametrize("words", ["дирижабль", "и в не", "%", "'; --", "(((", "2014-999999"])
    def test_a_search_that_finds_nothing_is_empty(
        self, resident: Actor, clerk: Actor, words: str
    ) -> None:
        send(resident)

        assert numbers(clerk, view=View.ALL, search=words) == []

    def test_a_search_keeps_to_the_organisation(self, resident: Actor) -> None:
        _, number = send(resident, text="отопление")
        other = add_colleague("other", of=("uyut", "uyut"))

        assert numbers(other, view=View.ALL, search="отопление") == []
        assert numbers(other, view=View.ALL, search=number) == []

    def test_lists_account_requests_and_mistakes_too(self, clerk: Actor) -> None:
        requests.request_account(
            actor=newcomer(),
            claim=golden_claim(),
            comment="",
            content=photo(),
            address="203.0.113.1",
        )
        execute(
            "INSERT INTO mistake (organization_id, screen, selected, before, after, comment, "
            "status, reported_at, request_key) VALUES (:office, '/', 'щет', '', '', 'надо счёт', "
            "'new', now(), 'm')",
            office=clerk.organization_id,
        )

        asked_for = queue(clerk, kind=DeskKind.ACCOUNT_REQUEST).rows[0]
        pasted = f"{asked_for.address}"
        assert [row.kind for row in queue(clerk, search=pasted).rows] == [asked_for.kind]
        assert [row.title for row in queue(clerk, search="надо счёт").rows] == ["щет"]
        assert {row.kind for row in queue(clerk).rows} == {
            DeskKind.ACCOUNT_REQUEST,
            DeskKind.MISTAKE,
        }
        assert [row.title for row in queue(clerk, kind=DeskKind.MISTAKE).rows] == ["щет"]
        assert queue(clerk, view=View.MINE).rows == ()


class TestWork:
    def test_taking_assigns_an_appeal_and_starts_the_work(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)

        desk_work.take_appeal(actor=clerk, seen=seen_thread(clerk, appeal_id))
        desk_work.take_appeal(actor=clerk, seen=seen_thread(clerk, appeal_id))

        assert (appeal_row(appeal_id).assigned_to, appeal_row(appeal_id).status) == (
            clerk.login_id,
            "in_progress",
        )
        assert len(entry_rows(appeal_id)) == 2

    def test_a_second_employee_learns_who_has_taken_it(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)
        other = add_colleague()
        form = seen_thread(other, appeal_id)
        desk_work.take_appeal(actor=clerk, seen=seen_thread(clerk, appeal_id))

        with pytest.raises(AppealTaken, match="уже в работе: Петрова"):
            desk_work.take_appeal(actor=other, seen=form)

    def test_assigning_adds_a_note_and_accepts_only_colleagues(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        other, stranger = add_colleague(), add_colleague("other", of=("uyut", "uyut"))

        desk_work.assign_appeal(actor=clerk, seen=seen_thread(clerk, appeal_id), to=other.login_id)
        with pytest.raises(ColleagueUnknown):
            desk_work.assign_appeal(
                actor=clerk, seen=seen_thread(clerk, appeal_id), to=stranger.login_id
            )

        assert appeal_row(appeal_id).assigned_to == other.login_id
        found = desk_threads.get_thread(actor=clerk, appeal_id=appeal_id)
        assert found.notes[0].body == "Исполнитель: Смирнова О."
        posted = [letter for letter in letters() if letter.recipient == "colleague@example.org"]
        assert len(posted) == 1

    def test_a_note_is_stored_once_and_hidden_from_the_resident(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        form = seen_thread(clerk, appeal_id)

        for _ in range(2):
            desk_work.add_note(actor=clerk, seen=form, text="Спросить у бухгалтера")

        found = desk_threads.get_thread(actor=clerk, appeal_id=appeal_id)
        assert [note.body for note in found.notes] == ["Спросить у бухгалтера"]
        assert len(entry_rows(appeal_id)) == 1
        with pytest.raises(TextRefused):
            desk_work.add_note(actor=clerk, seen=form, text=" ")


class TestAnswers:
    def test_an_answer_with_files_completes_it_and_posts_one_letter(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, number = send(resident)
        post_pending_letters()
        before = len(letters())
        form = seen_thread(clerk, appeal_id)

        for _ in range(2):  # a double click
            desk_answers.send_answer(
                actor=clerk, seen=form, text="Готово", uploads=[("a.png", photo(kind="PNG"))]
            )
        post_pending_letters()

        assert appeal_row(appeal_id).status == "completed"
        assert appeal_row(appeal_id).assigned_to == clerk.login_id
        assert [kind for kind, *_ in entry_rows(appeal_id)] == [
            "message",
            "answer",
            "status",
            "status",
        ]
        posted = letters()[before:]
        assert [letter.recipient for letter in posted] == ["resident@example.org"]
        assert number in posted[0].subject

    def test_a_question_waits_for_the_residents_reply(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)

        desk_answers.ask_resident(
            actor=clerk, seen=seen_thread(clerk, appeal_id), text="За какой месяц?"
        )
        assert appeal_row(appeal_id).status == "deferred"
        replies.send_reply(
            actor=resident,
            account_id=appeal_row(appeal_id).account_id,
            appeal_id=appeal_id,
            text="За май",
            uploads=(),
            request_key="r",
        )
        assert appeal_row(appeal_id).status == "new"
        desk_answers.ask_resident(actor=clerk, seen=seen_thread(clerk, appeal_id), text="Точно?")
        answered(clerk, appeal_id)

        assert appeal_row(appeal_id).status == "completed"

    def test_a_second_employee_sees_what_has_changed(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, number = send(resident)
        other = add_colleague()
        form = seen_thread(other, appeal_id)
        answered(clerk, appeal_id)

        with pytest.raises(AppealChanged, match=rf"{number} изменилось.*Петрова.*Дан ответ"):
            desk_answers.send_answer(actor=other, seen=form, text="И от меня")

        desk_answers.send_answer(actor=other, seen=seen_thread(other, appeal_id), text="И от меня")

    def test_a_second_answer_gives_another_week_to_reopen_the_appeal(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        answered(clerk, appeal_id)
        execute("UPDATE appeal SET status_at = now() - interval '8 days'")

        answered(clerk, appeal_id, "И ещё одно")

        assert notices.close_answered() == 0
        assert appeal_row(appeal_id).status == "completed"

    def test_a_second_employee_learns_whose_it_is_now(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, number = send(resident)
        form = seen_thread(clerk, appeal_id)
        other = add_colleague()
        desk_work.assign_appeal(actor=other, seen=seen_thread(other, appeal_id), to=other.login_id)

        with pytest.raises(AppealChanged, match=rf"обращение № {number} изменилось: испол.*Смирн"):
            desk_answers.send_answer(actor=clerk, seen=form, text="Готово")

        form = seen_thread(clerk, appeal_id)
        desk_work.assign_appeal(actor=other, seen=seen_thread(other, appeal_id), to=None)
        with pytest.raises(AppealChanged, match="исполнитель не назначен"):
            desk_answers.ask_resident(actor=clerk, seen=form, text="За май?")

    def test_a_closed_thread_takes_no_more_entries(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)
        answered(clerk, appeal_id)
        desk_answers.change_status(
            actor=clerk, seen=seen_thread(clerk, appeal_id), to=Status.CLOSED, reason=""
        )

        for speak in (desk_answers.send_answer, desk_answers.ask_resident):
            with pytest.raises(StepRefused):
                speak(actor=clerk, seen=seen_thread(clerk, appeal_id), text="Ещё")

    def test_a_status_needs_an_allowed_transition_and_a_reason(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)

        for to, reason in ((Status.CLOSED, ""), (Status.DECLINED, "")):
            with pytest.raises(StatusChangeRefused):
                desk_answers.change_status(
                    actor=clerk, seen=seen_thread(clerk, appeal_id), to=to, reason=reason
                )
        desk_answers.change_status(
            actor=clerk, seen=seen_thread(clerk, appeal_id), to=Status.DECLINED, reason="Не наш дом"
        )

        assert (appeal_row(appeal_id).status, appeal_row(appeal_id).reason) == (
            "declined",
            "Не наш дом",
        )

    def test_no_status_change_marks_an_answer_or_restarts_the_term(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        desk_work.take_appeal(actor=clerk, seen=seen_thread(clerk, appeal_id))

        def move(to: Status) -> None:
            form = seen_thread(clerk, appeal_id)
            desk_answers.change_status(actor=clerk, seen=form, to=to, reason="Так вышло")

        with pytest.raises(StepRefused, match="Напишите ответ"):
            move(Status.COMPLETED)
        answered(clerk, appeal_id)
        execute("UPDATE appeal SET due_on = '2014-01-09' WHERE id = :id", id=appeal_id)
        with pytest.raises(StepRefused, match="только заявитель"):
            move(Status.NEW)

        assert (appeal_row(appeal_id).status, str(appeal_row(appeal_id).due_on)) == (
            "completed",
            "2014-01-09",
        )

    def test_an_invalid_file_stores_nothing(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident)

        with pytest.raises(FilesRefused):
            desk_answers.send_answer(
                actor=clerk,
                seen=seen_thread(clerk, appeal_id),
                text="Вот",
                uploads=[("a.svg", b"<svg onload=alert(1)>")],
            )

        assert len(entry_rows(appeal_id)) == 1


class TestMoves:
    @pytest.fixture
    @staticmethod
    def other() -> int:
        """Let another organisation manage the house of the golden account."""
        (found,) = fetch("SELECT id FROM organization WHERE external_id = 'uyut'")
        execute(
            "UPDATE house SET organization_id = :other WHERE id = (SELECT house_id FROM premise p "
            "JOIN account a ON a.premise_id = p.id WHERE a.number = '0000012345')",
            other=found.id,
        )
        return int(found.id)

    def test_another_organisation_that_serves_the_account_takes_over(
        self, resident: Actor, clerk: Actor, other: int
    ) -> None:
        appeal_id, number = send(resident, organization_id=clerk.organization_id)
        desk_work.take_appeal(actor=clerk, seen=seen_thread(clerk, appeal_id))
        others = desk_threads.get_thread(actor=clerk, appeal_id=appeal_id).others
        assert list(others) == [other]

        desk_moves.redirect_appeal(
            actor=clerk,
            seen=seen_thread(clerk, appeal_id),
            organization_id=other,
            reason="Дом обслуживают они",
        )

        assert numbers(clerk) == []
        assert numbers(add_colleague("next", of=("uyut", "uyut"))) == [number]
        assert (appeal_row(appeal_id).assigned_to, appeal_row(appeal_id).status) == (None, "new")
        assert entry_rows(appeal_id)[-1][1].endswith("Дом обслуживают они")
        with pytest.raises(AccessDenied):
            desk_threads.get_thread(actor=clerk, appeal_id=appeal_id)

    def test_redirecting_does_not_extend_the_deadline(
        self, resident: Actor, clerk: Actor, other: int
    ) -> None:
        appeal_id, number = send(resident, organization_id=clerk.organization_id)
        yesterday = clock.today() - dt.timedelta(days=1)
        execute("UPDATE appeal SET due_on = :day WHERE id = :id", day=yesterday, id=appeal_id)
        rule = appeal_row(appeal_id).due_rule

        desk_moves.redirect_appeal(
            actor=clerk, seen=seen_thread(clerk, appeal_id), organization_id=other, reason="Не мы"
        )

        assert (appeal_row(appeal_id).due_on, appeal_row(appeal_id).due_rule) == (yesterday, rule)
        assert numbers(add_colleague("next", of=("uyut", "uyut")), view=View.OVERDUE) == [number]

    def test_no_unrelated_organisation_takes_over(
        self, resident: Actor, clerk: Actor, other: int
    ) -> None:
        appeal_id, _ = send(resident, organization_id=clerk.organization_id)
        (third,) = fetch("SELECT id FROM organization WHERE external_id = 'zarya'")

        for organization_id, reason in ((third.id, "Им виднее"), (other, "")):
            with pytest.raises(StepRefused):
                desk_moves.redirect_appeal(
                    actor=clerk,
                    seen=seen_thread(clerk, appeal_id),
                    organization_id=organization_id,
                    reason=reason,
                )

    def test_a_term_about_personal_data_is_extended_once_with_a_reason(
        self, resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident, topic=Topic.PERSONAL_DATA)
        before = appeal_row(appeal_id).due_on
        post_pending_letters()

        desk_moves.extend_deadline(
            actor=clerk, seen=seen_thread(clerk, appeal_id), reason="Запросили архив"
        )
        post_pending_letters()

        due = appeal_row(appeal_id).due_on
        assert due >= before + dt.timedelta(days=5)
        reason = f"Срок ответа продлён до {due:%d.%m.%Y}. Причина: Запросили архив"
        assert entry_rows(appeal_id)[-1] == ("extension", reason, None)
        letter = letters()[-1]
        assert letter.recipient == "resident@example.org"
        assert "срок ответа продлён" in letter.subject
        assert reason in " ".join(letter.body_text.split())
        assert "новый статус" not in letter.body_text
        with pytest.raises(StepRefused):
            desk_moves.extend_deadline(
                actor=clerk, seen=seen_thread(clerk, appeal_id), reason="Ещё немного"
            )

    def test_a_term_that_has_run_out_is_not_extended(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident, topic=Topic.PERSONAL_DATA)
        today = clock.today()
        execute("UPDATE appeal SET due_on = :day", day=today - dt.timedelta(days=1))

        with pytest.raises(StepRefused, match="Срок ответа истёк"):
            desk_moves.extend_deadline(
                actor=clerk, seen=seen_thread(clerk, appeal_id), reason="Не успели"
            )

        execute("UPDATE appeal SET due_on = :day", day=today)
        desk_moves.extend_deadline(
            actor=clerk, seen=seen_thread(clerk, appeal_id), reason="Не успеваем"
        )

    def test_a_redirected_appeal_is_not_extended_again(
        self, resident: Actor, clerk: Actor, other: int
    ) -> None:
        appeal_id, _ = send(
            resident, topic=Topic.PERSONAL_DATA, organization_id=clerk.organization_id
        )
        desk_moves.extend_deadline(
            actor=clerk, seen=seen_thread(clerk, appeal_id), reason="Запросили архив"
        )
        extended = appeal_row(appeal_id).due_on

        desk_moves.redirect_appeal(
            actor=clerk, seen=seen_thread(clerk, appeal_id), organization_id=other, reason="Не мы"
        )

        following = add_colleague("next", of=("uyut", "uyut"))
        assert appeal_row(appeal_id).due_on == extended
        with pytest.raises(StepRefused, match="один раз"):
            desk_moves.extend_deadline(
                actor=following, seen=seen_thread(following, appeal_id), reason="И нам"
            )

    def test_no_other_term_is_extended(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, _ = send(resident, topic=Topic.CHARGES)

        with pytest.raises(StepRefused):
            desk_moves.extend_deadline(
                actor=clerk, seen=seen_thread(clerk, appeal_id), reason="Не успеваем"
            )


class TestBatches:
    def test_several_are_assigned_answered_and_closed(self, resident: Actor, clerk: Actor) -> None:
        sent = [send(resident, topic=topic) for topic in (Topic.LIFT, Topic.WASTE)]
        account_id = appeal_row(sent[0][0]).account_id
        other = add_colleague()

        def chosen() -> list[ChosenAppeal]:  # as on a page drawn now
            return [
                ChosenAppeal(account_id, key, number, appeal_row(key).version)
                for key, number in sent
            ]

        desk_batches.assign_appeals(
            actor=clerk, chosen=chosen(), to=other.login_id, request_key="a"
        )
        first = desk_batches.answer_appeals(
            actor=clerk, chosen=chosen(), text="{имя}, ответ на № {номер}", request_key="b"
        )
        desk_batches.close_appeals(actor=clerk, chosen=chosen()[:1], request_key="c")
        again = desk_batches.close_appeals(actor=clerk, chosen=chosen(), request_key="d")

        assert first.done == 2
        texts = [entry_rows(key)[1][1] for key, _ in sent]
        assert texts == [f"Сергей, ответ на № {number}" for _, number in sent]
        assert (again.done, [number for number, _ in again.refused]) == (1, [sent[0][1]])
        assert all(appeal_row(key).assigned_to == other.login_id for key, _ in sent)

    def test_an_empty_or_too_large_choice_is_refused(self, clerk: Actor) -> None:
        for chosen in ([], [ChosenAppeal(1, 1, "1", 1)] * 51):
            with pytest.raises(BatchRefused):
                desk_batches.close_appeals(actor=clerk, chosen=chosen, request_key="k")

    def test_appeals_changed_by_a_colleague_are_left_out_and_named(
        self, resident: Actor, clerk: Actor
    ) -> None:
        sent = [send(resident, topic=topic) for topic in (Topic.LIFT, Topic.WASTE, Topic.METERS)]
        account_id = appeal_row(sent[0][0]).account_id
        chosen = [
            ChosenAppeal(account_id, key, number, appeal_row(key).version) for key, number in sent
        ]
        other = add_colleague()
        answered(other, sent[0][0], "Лифт починили")
        desk_work.take_appeal(actor=other, seen=seen_thread(other, sent[1][0]))

        for _ in range(2):  # a double click
            outcome = desk_batches.answer_appeals(
                actor=clerk, chosen=chosen, text="Да", request_key="b"
            )
        assignment = desk_batches.assign_appeals(
            actor=clerk, chosen=chosen[1:2], to=clerk.login_id, request_key="a"
        )

        assert [number for number, _ in outcome.refused] == [sent[0][1], sent[1][1]]
        assert "исполнитель – Смирнова О." in outcome.refused[0][1]
        assert "«Дан ответ»" in outcome.refused[0][1]
        texts = [[body for kind, body, _ in entry_rows(key) if kind == "answer"] for key, _ in sent]
        assert texts == [["Лифт починили"], [], ["Да"]]
        assert assignment.done == 0
        assert appeal_row(sent[1][0]).assigned_to == other.login_id


def waiting(actor: Actor, incident_id: int) -> tuple[ChosenAppeal, ...]:
    """Return the waiting appeals of an incident, as on a screen drawn now."""
    found = incidents.get_incident(actor=actor, incident_id=incident_id).members
    return tuple(
        ChosenAppeal(appeal.account_id, appeal.appeal_id, appeal.number, appeal.version)
        for appeal in found
        if appeal.is_waiting
    )


def answer_all(
    actor: Actor, incident_id: int, chosen: Sequence[ChosenAppeal], text: str
) -> BatchOutcome:
    return incidents.answer_incident(
        actor=actor, incident_id=incident_id, chosen=chosen, text=text, request_key="i"
    )


class TestIncidents:
    def test_appeals_of_one_house_and_topic_are_offered_joined_and_answered(
        self, resident: Actor, clerk: Actor
    ) -> None:
        first, _ = send(resident, topic=Topic.QUALITY, text="Нет воды")
        second, _ = send(resident, topic=Topic.QUALITY, text="Холодная вода")
        apart, _ = send(resident, topic=Topic.LIFT)
        (offer,) = queue(clerk).offers
        assert (offer.appeal_id, offer.count) == (first, 2)

        key = incidents.join_incident(
            actor=clerk, account_id=offer.account_id, appeal_id=offer.appeal_id
        )
        assert (
            incidents.join_incident(actor=clerk, account_id=offer.account_id, appeal_id=second)
            == key
        )
        third, _ = send(resident, topic=Topic.QUALITY, text="И у меня")
        (offer,) = queue(clerk).offers
        assert (offer.appeal_id, offer.count) == (third, 3)
        assert desk_threads.get_thread(actor=clerk, appeal_id=third).neighbours == 2
        assert (
            incidents.join_incident(actor=clerk, account_id=offer.account_id, appeal_id=third)
            == key
        )
        assert queue(clerk).offers == ()
        post_pending_letters()
        before = len(letters())

        outcome = answer_all(clerk, key, waiting(clerk, key), "Авария устранена")
        post_pending_letters()

        assert (outcome.done, outcome.refused) == (3, ())
        assert {appeal_row(appeal_id).status for appeal_id in (first, second, third)} == {
            "completed"
        }
        assert appeal_row(apart).status == "new"
        assert len(letters()) == before + 3
        incident = incidents.get_incident(actor=clerk, incident_id=key)
        assert (incident.waiting, incident.answered_at is not None) == (0, True)

    def test_appeals_changed_since_they_were_shown_are_left_out_and_named(
        self, resident: Actor, clerk: Actor
    ) -> None:
        (first, number), (second, gone_number), (third, _) = (
            send(resident, topic=Topic.QUALITY) for _ in range(3)
        )
        account_id = appeal_row(first).account_id
        key = incidents.join_incident(actor=clerk, account_id=account_id, appeal_id=first)
        chosen = waiting(clerk, key)
        replies.send_reply(
            actor=resident,
            account_id=account_id,
            appeal_id=first,
            text="Теперь и потолок течёт",
            uploads=(),
            request_key="r",
        )
        execute("UPDATE appeal SET incident_id = NULL WHERE id = :id", id=second)

        outcome = answer_all(clerk, key, chosen, "Воду вернули")

        assert outcome.done == 1
        reasons = dict(outcome.refused)
        assert "изменилось, пока вы выбирали" in reasons[number]
        assert "уже не в этом инциденте" in reasons[gone_number]
        assert [appeal_row(appeal_id).status for appeal_id in (first, second, third)] == [
            "new",
            "new",
            "completed",
        ]
        incident = incidents.get_incident(actor=clerk, incident_id=key)
        assert (incident.waiting, incident.answered_at) == (1, None)

    def test_a_refused_appeal_does_not_stop_the_others(self, resident: Actor, clerk: Actor) -> None:
        sent = [send(resident, topic=Topic.QUALITY)[0] for _ in range(2)]
        key = incidents.join_incident(
            actor=clerk, account_id=appeal_row(sent[0]).account_id, appeal_id=sent[0]
        )
        first, second = waiting(clerk, key)

        outcome = answer_all(clerk, key, (replace(first, account_id=0), second), "Готово")

        assert (outcome.done, [number for number, _ in outcome.refused]) == (1, [first.number])

    def test_an_answered_incident_is_not_offered_again(self, resident: Actor, clerk: Actor) -> None:
        first, _ = send(resident, topic=Topic.QUALITY)
        send(resident, topic=Topic.QUALITY)
        account_id = appeal_row(first).account_id
        key = incidents.join_incident(actor=clerk, account_id=account_id, appeal_id=first)
        answer_all(clerk, key, waiting(clerk, key), "Готово")
        execute("UPDATE appeal SET status = 'new' WHERE id = :id", id=first)  # reopened
        third, _ = send(resident, topic=Topic.QUALITY)

        assert queue(clerk).offers == ()
        assert desk_threads.get_thread(actor=clerk, appeal_id=third).neighbours == 0
        with pytest.raises(NothingToJoin):
            incidents.join_incident(actor=clerk, account_id=account_id, appeal_id=third)

    def test_appeals_of_earlier_days_are_not_offered_together(
        self, resident: Actor, clerk: Actor
    ) -> None:
        old, _ = send(resident, topic=Topic.QUALITY)
        new, _ = send(resident, topic=Topic.QUALITY)
        execute("UPDATE appeal SET sent_at = sent_at - interval '49 hours' WHERE id = :id", id=old)

        assert queue(clerk).offers == ()
        with pytest.raises(NothingToJoin):
            incidents.join_incident(
                actor=clerk, account_id=appeal_row(new).account_id, appeal_id=new
            )


class TestTemplates:
    def test_are_kept_changed_and_removed(self, resident: Actor, clerk: Actor) -> None:
        appeal_id, number = send(resident)
        templates.save_template(
            actor=clerk, template_id=None, name="Ответ", body="{Имя}, № {номер}, до {срок}"
        )
        (template,) = templates.list_templates(actor=clerk)

        (shown,) = desk_threads.get_thread(actor=clerk, appeal_id=appeal_id).templates
        due = appeal_row(appeal_id).due_on
        assert shown.body == f"Сергей, № {number}, до {due:%d.%m.%Y}"
        templates.save_template(
            actor=clerk, template_id=template.template_id, name="Новый", body="Просто текст"
        )
        assert templates.list_templates(actor=clerk)[0].name == "Новый"
        templates.remove_template(actor=clerk, template_id=template.template_id)
        assert templates.list_templates(actor=clerk) == ()

    def test_unknown_fields_taken_names_and_foreign_templates_are_refused(
        self, clerk: Actor
    ) -> None:
        templates.save_template(actor=clerk, template_id=None, name="Ответ", body="Текст")
        (template,) = templates.list_templates(actor=clerk)
        other = add_colleague("other", of=("uyut", "uyut"))

        with pytest.raises(FieldUnknown):
            templates.save_template(actor=clerk, template_id=None, name="Б", body="{пароль}")
        with pytest.raises(TemplateRefused):
            templates.save_template(actor=clerk, template_id=None, name=" Ответ ", body="Текст")
        with pytest.raises(AccessDenied):
            templates.save_template(
                actor=other, template_id=template.template_id, name="Чужой", body="Текст"
            )
        templates.remove_template(actor=other, template_id=template.template_id)

        assert templates.list_templates(actor=clerk) == (template,)
