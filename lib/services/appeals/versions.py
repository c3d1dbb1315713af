"""Changes of a thread since a screen showed it: who changed it and how."""

from sqlalchemy.orm import Session

from db.models import Appeal
from db.queries.appeals import steps as queries
from lib import clock
from lib.domain import formats
from lib.domain.appeals import rules
from lib.domain.appeals.rules import Kind, Side, Status
from lib.errors import PortalError
from lib.services.appeals import steps


class AppealChanged(PortalError):
    """Somebody else has changed the thread since it was shown.

    Attributes:
        thread: a sentence that the thread has changed.
        what: its last line and its status now, in Russian.
        assigned_to: the login of its assignee; this transaction may not read the name.
    """

    def __init__(self, *, thread: str, what: str, assigned_to: int | None) -> None:
        super().__init__(f"Пока вы читали, {thread}: {what}. Прочитайте новое выше и повторите.")
        self.thread, self.what, self.assigned_to = thread, what, assigned_to

    def with_assignee(self, assignee: str) -> "AppealChanged":
        """Return the same error with the name of the assignee, because assigning adds no line."""
        work = f"исполнитель – {assignee}" if assignee else "исполнитель не назначен"
        return AppealChanged(
            thread=self.thread, what=f"{work}, {self.what}", assigned_to=self.assigned_to
        )


def demand_version(
    session: Session, *, appeal: Appeal, version: int, request_key: str | None = None
) -> None:
    """Raise AppealChanged if a locked thread has changed since the screen showed it.

    A form that is sent twice has made the change itself and is let through.
    """
    if appeal.version == version or (
        request_key and steps.has_entry(session, appeal=appeal, request_key=request_key)
    ):
        return
    last = queries.get_last_entry(session, account_id=appeal.account_id, appeal_id=appeal.id)
    author = last.author or ("заявитель" if last.side == Side.RESIDENT else "портал")
    kind = Kind(appeal.kind)
    changed = (
        f"обращение № {appeal.number} изменилось"
        if kind is Kind.APPEAL
        else f"заявка № {appeal.number} изменилась"
    )
    raise AppealChanged(
        thread=changed,
        what=f"последняя запись – {author}, "
        f"{formats.format_moment(clock.local(last.happened_at))}, "
        f"статус «{rules.format_status(kind, Status(appeal.status))}»",
        assigned_to=appeal.assigned_to,
    )
