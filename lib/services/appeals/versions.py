"""What has changed in a thread since a screen showed it: the second person is told, by name."""

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
        thread: that it has changed, in words.
        what: what there is now, in words.
        assigned_to: whose work it is now, a key: a name is no business of this transaction.
    """

    def __init__(self, *, thread: str, what: str, assigned_to: int | None) -> None:
        super().__init__(f"Пока вы читали, {thread}: {what}. Прочитайте новое выше и повторите.")
        self.thread, self.what, self.assigned_to = thread, what, assigned_to

    def naming(self, assignee: str) -> "AppealChanged":
        """Return the same with the name of whose work it is: assigning leaves no line."""
        whose = f"исполнитель – {assignee}" if assignee else "исполнитель не назначен"
        return AppealChanged(
            thread=self.thread, what=f"{whose}, {self.what}", assigned_to=self.assigned_to
        )


def demand_version(
    session: Session, *, appeal: Appeal, version: int, request_key: str | None = None
) -> None:
    """Raise AppealChanged where a locked thread is not what the screen showed.

    The same form sent twice has changed it by itself.
    """
    if appeal.version == version or (
        request_key and steps.has_entry(session, appeal=appeal, request_key=request_key)
    ):
        return
    last = queries.get_last_entry(session, account_id=appeal.account_id, appeal_id=appeal.id)
    who = last.author or ("заявитель" if last.side == Side.RESIDENT else "портал")
    kind = Kind(appeal.kind)
    changed = (
        f"обращение № {appeal.number} изменилось"
        if kind is Kind.APPEAL
        else f"заявка № {appeal.number} изменилась"
    )
    raise AppealChanged(
        thread=changed,
        what=f"последняя запись – {who}, {formats.moment(clock.local(last.happened_at))}, "
        f"статус «{rules.status(kind, Status(appeal.status))}»",
        assigned_to=appeal.assigned_to,
    )
