"""What staff send to a resident: questions, answers and changes of status."""

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
# the statuses that an appeal goes through when it is answered
_TO_ANSWERED: Mapping[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.IN_PROGRESS, Status.COMPLETED),
    Status.DEFERRED: (Status.NEW, Status.IN_PROGRESS, Status.COMPLETED),
    Status.IN_PROGRESS: (Status.COMPLETED,),
    Status.COMPLETED: (),
}


class StepRefused(PortalError):
    """The thread does not allow this step now."""


def ask_resident(
    *, actor: Actor, seen: SeenThread, text: str, uploads: Sequence[tuple[str, bytes]] = ()
) -> None:
    """Ask the resident a question; the appeal waits until they reply.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        PortalError: the text is empty or too long, a file is not accepted, the thread is closed,
            or somebody else has changed it.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    _send(actor, seen, text, uploads, kind=EntryKind.QUESTION)


def send_answer(
    *, actor: Actor, seen: SeenThread, text: str, uploads: Sequence[tuple[str, bytes]] = ()
) -> None:
    """Answer the resident; an appeal becomes answered, a paid request keeps its status.

    The fields of a template in braces are filled in.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        PortalError: the text is empty or too long, a file is not accepted, the thread is closed,
            or somebody else has changed it.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    _send(actor, seen, text, uploads, kind=EntryKind.ANSWER)


def change_status(*, actor: Actor, seen: SeenThread, to: Status, reason: str) -> None:
    """Change the status of an appeal, with a reason if the new status needs one.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        StatusChangeRefused: there is no such transition, or the reason is missing.
        StepRefused: a paid request has steps of its own; only an answer makes an appeal answered;
            only the resident may reopen it, which starts its term again.
        AppealChanged: somebody else has changed it.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    cleaned_reason = clean_line(reason, longest=texts.LONGEST_REASON)
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
            reason=cleaned_reason or None,
            request_key=seen.request_key,
        )


def _refuse_answered(now: Status, to: Status) -> None:
    if to is Status.COMPLETED:
        raise StepRefused("Напишите ответ и нажмите «Ответить»: статус сменится сам.")
    if now is Status.COMPLETED and to is Status.NEW:
        raise StepRefused("Вернуть в работу обращение с ответом может только заявитель.")


def _send(
    actor: Actor,
    seen: SeenThread,
    text: str,
    uploads: Sequence[tuple[str, bytes]],
    *,
    kind: EntryKind,
) -> None:
    cleaned_text = texts.demand_text(text)
    files = appeal_files.clean_files(uploads)
    filled = _fill_fields(actor, seen, cleaned_text) if kind is EntryKind.ANSWER else cleaned_text
    with (
        appeal_files.store_files(files) as stored,
        desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal),
    ):
        if steps.has_entry(session, appeal=appeal, request_key=seen.request_key):
            return
        desk_work.demand_version(session, appeal, seen)
        status = Status(appeal.status)
        _refuse_closed(kind, status)
        desk_work.assign_to_self(session, actor, appeal)
        steps.add_entry(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.STAFF,
            kind=kind,
            text=filled,
            files=stored,
            request_key=seen.request_key,
        )
        if status is Status.COMPLETED:
            # the week in which it may be reopened starts with the latest answer
            appeal.status_at = clock.now()
        if Kind(appeal.kind) is Kind.APPEAL:
            asks = kind is EntryKind.QUESTION
            path = (Status.DEFERRED,) if asks else _TO_ANSWERED[status]
            for to in path:
                if to is not status:
                    _move(session, actor, appeal, to, _QUESTION if asks else None)


def _refuse_closed(kind: EntryKind, status: Status) -> None:
    if status in {Status.CLOSED, Status.DECLINED} or (
        kind is EntryKind.QUESTION and status is Status.COMPLETED
    ):
        raise StepRefused("Переписка уже завершена: писать в неё нельзя.")


def _move(
    session: Session, actor: Actor, appeal: Appeal, to: Status, reason: str | None = None
) -> None:
    """Change the status without a letter: the question or answer has its own letter."""
    steps.change_status(
        session,
        appeal=appeal,
        actor=actor,
        side=Side.STAFF,
        to=to,
        reason=reason,
        notify=False,
    )


def _fill_fields(actor: Actor, seen: SeenThread, text: str) -> str:
    """Return a text with the fields in braces filled in."""
    if "{" not in text:
        return text
    found = desk_threads.get_thread(actor=actor, appeal_id=seen.appeal_id)
    return answer_fields.fill_fields(text, found.fields)
