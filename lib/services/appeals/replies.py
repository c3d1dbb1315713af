"""Steps of a resident in an appeal that was sent: reply, rate the answer, reopen."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from db import session as database
from db.models import Appeal
from db.queries.accounts import attachments
from db.queries.appeals import steps as queries
from lib.access import Actor, Permission
from lib.domain.appeals.rules import OPEN, EntryKind, Kind, Side, Status
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.services.appeals import _limits, steps, texts
from lib.services.appeals import files as appeal_files
from lib.services.appeals.files import StoredUpload

RATINGS = range(1, 6)


class ThreadOver(PortalError):
    """The thread is closed."""

    def __init__(self) -> None:
        super().__init__("Переписка закрыта. Если вопрос остался, напишите новое обращение.")


class RatingRefused(PortalError):
    """There is no answer to rate, or it was rated already."""


def send_reply(
    *,
    actor: Actor,
    account_id: int,
    appeal_id: int,
    text: str,
    uploads: Sequence[tuple[str, bytes]],
    request_key: str,
) -> None:
    """Add a reply of the resident to a thread; an appeal that waited for it becomes new.

    Raises:
        AccessDenied: no permission, no such thread, or it is of another person's account.
        PortalError: the text is empty or too long, or the thread is closed.
    """
    actor.demand(Permission.APPEALS_WRITE)
    actor.demand_account(account_id)
    cleaned_text = texts.demand_text(text)
    if _is_sent(actor, account_id, request_key):
        return
    with appeal_files.store_files(appeal_files.clean_files(uploads)) as files:

        def step(session: Session, appeal: Appeal) -> None:
            _reply(session, appeal, actor=actor, text=cleaned_text, files=files, key=request_key)

        _run_step(actor, account_id, appeal_id, request_key, step)


def rate_answer(
    *,
    actor: Actor,
    account_id: int,
    appeal_id: int,
    rating: int,
    comment: str,
    request_key: str,
) -> None:
    """Store the resident's rating of the answer, from 1 to 5.

    Raises:
        AccessDenied: no permission, no such thread, or it is of another person's account.
        RatingRefused: no rating was chosen, there is no answer yet, or it was rated already.
        TextRefused: the comment is too long.
    """
    actor.demand(Permission.APPEALS_WRITE)
    actor.demand_account(account_id)
    if rating not in RATINGS:
        raise RatingRefused("Выберите оценку от 1 до 5.")
    cleaned_comment = clean_line(comment, longest=texts.LONGEST_REASON)

    def step(session: Session, appeal: Appeal) -> None:
        if Status(appeal.status) not in {Status.COMPLETED, Status.CLOSED}:
            raise RatingRefused("Оценить можно, когда дан ответ.")
        if appeal.rating is not None:
            raise RatingRefused("Оценка уже поставлена, спасибо.")
        appeal.rating, appeal.rating_comment = rating, cleaned_comment or None
        steps.add_entry(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.RESIDENT,
            kind=EntryKind.RATING,
            text=f"Оценка {rating} из 5" + (f": {cleaned_comment}" if cleaned_comment else ""),
            request_key=request_key,
            notify=False,
        )

    _run_step(actor, account_id, appeal_id, request_key, step)


def reopen_appeal(
    *, actor: Actor, account_id: int, appeal_id: int, text: str, request_key: str
) -> None:
    """Reopen an answered appeal with a reason; its term starts again.

    Raises:
        AccessDenied: no permission, no such thread, or it is of another person's account.
        PortalError: the reason is empty or too long, or the appeal is not answered.
    """
    actor.demand(Permission.APPEALS_WRITE)
    actor.demand_account(account_id)
    cleaned_reason = texts.demand_text(text, longest=texts.LONGEST_REASON)

    def step(session: Session, appeal: Appeal) -> None:
        if Status(appeal.status) is not Status.COMPLETED or Kind(appeal.kind) is not Kind.APPEAL:
            raise ThreadOver
        _limits.check_replies(session, actor=actor)
        # the next answer gets a rating of its own; the old one stays in the thread
        appeal.rating, appeal.rating_comment = None, None
        steps.change_status(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.RESIDENT,
            to=Status.NEW,
            reason=cleaned_reason,
            request_key=request_key,
        )

    _run_step(actor, account_id, appeal_id, request_key, step)


def _is_sent(actor: Actor, account_id: int, request_key: str) -> bool:
    """Tell whether a form was sent before; check the limits before any image is processed.

    The limits are checked again under the lock, which counts replies sent at the same time.
    """
    with database.transaction(actor.viewer) as session:
        found = queries.find_entry_by_request(
            session, account_id=account_id, request_key=request_key
        )
        if found is None:
            _limits.check_replies(session, actor=actor)
    return found is not None


def _reply(
    session: Session,
    appeal: Appeal,
    *,
    actor: Actor,
    text: str,
    files: Sequence[StoredUpload],
    key: str,
) -> None:
    if Status(appeal.status) not in OPEN:
        raise ThreadOver
    _limits.check_replies(session, actor=actor)
    steps.add_entry(
        session,
        appeal=appeal,
        actor=actor,
        side=Side.RESIDENT,
        kind=EntryKind.MESSAGE,
        text=text,
        files=files,
        request_key=key,
    )
    if Status(appeal.status) is Status.DEFERRED:
        steps.change_status(
            session, appeal=appeal, actor=actor, side=Side.RESIDENT, to=Status.NEW, notify=False
        )


def _run_step(
    actor: Actor,
    account_id: int,
    appeal_id: int,
    request_key: str,
    step: Callable[[Session, Appeal], None],
) -> None:
    """Do a step under the lock of the thread, unless the same form has done it already."""
    with database.transaction(actor.viewer) as session:
        attachments.lock_names(session, f"appeals {actor.login_id}")
        appeal = steps.lock_appeal(session, actor=actor, account_id=account_id, appeal_id=appeal_id)
        if not steps.has_entry(session, appeal=appeal, request_key=request_key):
            step(session, appeal)
