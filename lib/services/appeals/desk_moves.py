"""An appeal passed to another organisation, or its deadline put off."""

from dataclasses import replace

from sqlalchemy.orm import Session

from db.models import Appeal
from db.queries.appeals import steps as queries
from lib import clock
from lib.access import Actor, Permission
from lib.domain import formats
from lib.domain.appeals import terms
from lib.domain.appeals.rules import EntryKind, Kind, Side, Status, Topic
from lib.domain.texts import clean_line
from lib.services.appeals import deadlines, desk_threads, desk_work, steps, texts
from lib.services.appeals.desk_answers import StepRefused
from lib.services.appeals.desk_work import SeenThread

_WAITING = frozenset({Status.NEW, Status.IN_PROGRESS, Status.DEFERRED})


def redirect_appeal(*, actor: Actor, seen: SeenThread, organization_id: int, reason: str) -> None:
    """Pass an appeal to another organisation that serves the account.

    Its term starts again, but its deadline does not become later.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        StepRefused: that organisation does not serve the account, the reason is missing, or the
            appeal is answered.
        AppealChanged: somebody else has changed it.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    cleaned_reason = clean_line(reason, longest=texts.LONGEST_REASON)
    if not cleaned_reason:
        raise StepRefused("Напишите, почему передаёте обращение: это увидит житель.")
    with desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal):
        desk_work.demand_version(session, appeal, seen)
        if Kind(appeal.kind) is not Kind.APPEAL or Status(appeal.status) not in _WAITING:
            raise StepRefused("Передать можно только обращение, на которое ещё не ответили.")
        name = _list_others(session, actor, appeal).get(organization_id)
        if name is None:
            raise StepRefused("Выберите организацию, которая обслуживает этот лицевой счёт.")
        if Status(appeal.status) is not Status.NEW:
            steps.change_status(
                session,
                appeal=appeal,
                actor=actor,
                side=Side.STAFF,
                to=Status.NEW,
                notify=False,
            )
        _add_entry(
            session,
            actor,
            appeal,
            kind=EntryKind.REDIRECT,
            words=f"{name}. {cleaned_reason}",
            seen=seen,
        )
        appeal.assigned_to, appeal.incident_id, appeal.reason = None, None, None
        appeal.organization_id = organization_id
        _restart_term(session, appeal)


def extend_deadline(*, actor: Actor, seen: SeenThread, reason: str) -> None:
    """Extend the deadline of a request about personal data by five working days, once.

    Article 20 of Federal Law 152-FZ allows it, with a reason.

    Raises:
        AccessDenied: no permission, no such thread, or another organisation's.
        StepRefused: it has another topic, is closed, was extended already, is overdue, or the
            reason is missing.
        AppealChanged: somebody else has changed it.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    cleaned_reason = clean_line(reason, longest=texts.LONGEST_REASON)
    if not cleaned_reason:
        raise StepRefused("Напишите, почему нужен больший срок: это увидит житель.")
    with desk_threads.lock_thread(actor, seen.account_id, seen.appeal_id) as (session, appeal):
        if steps.has_entry(session, appeal=appeal, request_key=seen.request_key):
            return
        desk_work.demand_version(session, appeal, seen)
        if not can_extend(appeal.topic, Status(appeal.status), appeal.due_rule or ""):
            raise StepRefused("Продлить можно один раз и только срок по персональным данным.")
        if appeal.due_on is None:
            raise StepRefused("У обращения нет срока.")
        if appeal.due_on < clock.today():
            raise StepRefused(
                f"Срок ответа истёк {formats.format_date(appeal.due_on)}: продлить его уже нельзя."
            )
        calendar = deadlines.get_calendar(session, appeal.due_on.year)
        later = terms.get_extended_deadline(appeal.due_on, calendar=calendar)
        appeal.due_on, appeal.due_rule = later.due_on, later.rule
        words = (
            f"Срок ответа продлён до {formats.format_date(later.due_on)}. Причина: {cleaned_reason}"
        )
        _add_entry(session, actor, appeal, kind=EntryKind.EXTENSION, words=words, seen=seen)


def can_extend(topic: str, status: Status, rule: str) -> bool:
    """Tell whether the law allows the deadline of an appeal to be extended."""
    return status in _WAITING and topic == Topic.PERSONAL_DATA and not _is_extended(rule)


def _is_extended(rule: str) -> bool:
    return "продлён" in rule


def _restart_term(session: Session, appeal: Appeal) -> None:
    """Start the term of the next organisation, but keep the old deadline if it is earlier.

    Otherwise two organisations could pass an appeal back and forth, and it would never be late.
    An extended deadline stays, because only one extension is allowed.
    """
    earlier = appeal.registered_on, appeal.due_on, appeal.due_rule
    deadlines.start_term(session, appeal)
    due_on, rule = earlier[1:]
    is_earlier = due_on is not None and appeal.due_on is not None and due_on < appeal.due_on
    if is_earlier or _is_extended(rule or ""):
        appeal.registered_on, appeal.due_on, appeal.due_rule = earlier


def _list_others(session: Session, actor: Actor, appeal: Appeal) -> dict[int, str]:
    """Return the other organisations that serve an appeal's account, by key."""
    viewer = replace(actor.viewer, accounts=(appeal.account_id,))
    return {
        row.organization_id: formats.quote_name(row.name)
        for row in queries.list_serving(session, viewer=viewer)
        if row.organization_id != appeal.organization_id
    }


def _add_entry(
    session: Session, actor: Actor, appeal: Appeal, *, kind: EntryKind, words: str, seen: SeenThread
) -> None:
    steps.add_entry(
        session,
        appeal=appeal,
        actor=actor,
        side=Side.STAFF,
        kind=kind,
        text=words,
        request_key=seen.request_key,
    )
