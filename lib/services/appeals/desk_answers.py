"""What an organisation says to a resident: questions, answers, statuses."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from db.models import Appeal
from lib import clock
from lib.access import Actor, Permission
from lib.domain.appeals import answer_fields
from lib.domain.appeals.rules import EntryKind, Kind, Side, Status
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.services.appeals import desk_threads, desk_work, steps, texts
from lib.services.appeals import files as appeal_files
from lib.services.appeals.desk_work import SeenThread

_QUESTION = "Нужен ваш ответ на вопрос."
# through which statuses an answer leads
_TO_ANSWERED: Mapping[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.IN_PROGRESS, Status.COMPLETED),
    Status.DEFERRED: (Status.NEW, Status.IN_PROGRESS, Status.COMPLETED),
    Status.IN_PROGRESS: (Status.COMPLETED,),
    Status.COMPLETED: (),
}


class StepRefused(PortalError):
    """The thread is not to be moved so."""


def ask_resident(
    *, actor: Actor, seen: SeenThread, text: str, uploads: Sequence[tuple[str, bytes]] = ()
) -> None:
    """Ask the resident something; until they answer, the appeal waits.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        PortalError: nothing was written, it is too much, a file is not accepted, the thread
            is over, or somebody else was faster.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    _speak(actor, seen, text, uploads, kind=EntryKind.QUESTION)


def send_answer(
    *, actor: Actor, seen: SeenThread, text: str, uploads: Sequence[tuple[str, bytes]] = ()
) -> None:
    """Answer the resident; an appeal is answered thereby, a paid request goes on.

    Fields in braces are filled in.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        PortalError: nothing was written, it is too much, a file is not accepted, the thread
            is over, or somebody else was faster.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    _speak(actor, seen, text, uploads, kind=EntryKind.ANSWER)


def change_status(*, actor: Actor, seen: SeenThread, to: Status, reason: str) -> None:
    """Move an appeal by the table of transitions, with a reason where one is needed.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        MoveRefused: the table has no such way, or a reason is missing.
        StepRefused: a paid request has steps of its own; an answer alone makes an appeal
            answered, and the resident alone opens it again, which begins its term anew.
        AppealChanged: somebody else was faster.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    why = clean_line(reason, longest=texts.LONGEST_REASON)
    with desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal):
        if steps.has_entry(session, appeal=appeal, request_key=seen.request_key):
            return
        desk_work.demand_version(session, appeal, seen)
        if Kind(appeal.kind) is Kind.PAID_SERVICE and to is not Status.CLOSED:
            raise StepRefused("У заявки на платную услугу свои кнопки: цена, выполнение, отказ.")
        _refuse_answered(Status(appeal.status), to)
        if to is Status.IN_PROGRESS:
            desk_work.assign_to_self(session, actor, appeal)
        steps.change_status(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.STAFF,
            to=to,
            reason=why or None,
            request_key=seen.request_key,
        )


def _refuse_answered(now: Status, to: Status) -> None:
    if to is Status.COMPLETED:
        raise StepRefused("Напишите ответ и нажмите «Ответить»: статус сменится сам.")
    if now is Status.COMPLETED and to is Status.NEW:
        raise StepRefused("Вернуть в работу обращение с ответом может только заявитель.")


def _speak(
    actor: Actor,
    seen: SeenThread,
    text: str,
    uploads: Sequence[tuple[str, bytes]],
    *,
    kind: EntryKind,
) -> None:
    written = texts.demand_text(text)
    files = appeal_files.clean_files(uploads)
    filled = _filled(actor, seen, written) if kind is EntryKind.ANSWER else written
    with (
        appeal_files.store_files(files) as there,
        desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal),
    ):
        if steps.has_entry(session, appeal=appeal, request_key=seen.request_key):
            return
        desk_work.demand_version(session, appeal, seen)
        status = Status(appeal.status)
        _refuse_over(kind, status)
        desk_work.assign_to_self(session, actor, appeal)
        steps.add_entry(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.STAFF,
            kind=kind,
            text=filled,
            files=there,
            request_key=seen.request_key,
        )
        if status is Status.COMPLETED:
            # the week to open it again begins with the latest answer
            appeal.status_at = clock.now()
        if Kind(appeal.kind) is Kind.APPEAL:
            asks = kind is EntryKind.QUESTION
            way = (Status.DEFERRED,) if asks else _TO_ANSWERED[status]
            for to in way:
                if to is not status:
                    _move(session, actor, appeal, to, _QUESTION if asks else None)


def _refuse_over(kind: EntryKind, status: Status) -> None:
    if status in {Status.CLOSED, Status.DECLINED} or (
        kind is EntryKind.QUESTION and status is Status.COMPLETED
    ):
        raise StepRefused("Переписка уже завершена: писать в неё нельзя.")


def _move(
    session: Session, actor: Actor, appeal: Appeal, to: Status, reason: str | None = None
) -> None:
    """Move without a letter of its own: what was said has one."""
    steps.change_status(
        session,
        appeal=appeal,
        actor=actor,
        side=Side.STAFF,
        to=to,
        reason=reason,
        tell=False,
    )


def _filled(actor: Actor, seen: SeenThread, text: str) -> str:
    """Fill in the fields of an answer, where it has any."""
    if "{" not in text:
        return text
    found = desk_threads.get_thread(actor=actor, appeal_id=seen.appeal_id)
    return answer_fields.fill(text, found.fields)
