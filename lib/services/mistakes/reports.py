"""Reports of mistakes in the portal's texts, by readers who are signed in or not.

A report goes to the organisation of the reader's first account, or to the settlement centre.
If neither has staff in the portal, it goes to the administrators.
"""

from sqlalchemy.orm import Session

from db import session as database
from db.queries import mistakes as queries
from db.session import DatabaseRole, Viewer
from lib import clock, queue
from lib.access import Actor
from lib.domain.mistakes import Report
from lib.errors import PortalError
from lib.services import attempts
from lib.services.attempts import Kind

# reports a day: of one login, of strangers from one network, of all strangers
MOST_OF_LOGIN, MOST_OF_NETWORK, MOST_OF_STRANGERS = 20, 20, 300
_STRANGER = "stranger"
_NOBODY = Viewer(DatabaseRole.APP)


class TooManyReports(PortalError):
    """Too many reports in a day."""

    def __init__(self) -> None:
        super().__init__("Сегодня вы сообщили уже о многих ошибках. Об остальных напишите завтра.")


def report_mistake(*, reporter: Actor | None, report: Report, address: str) -> None:
    """Add a report; a second call with the same key changes nothing.

    Args:
        reporter: the reader, if signed in.
        report: the selected words and the comment.
        address: the client's address.

    Raises:
        TooManyReports: the reader or the network has made too many reports today.
    """
    organizations = _organizations(reporter)
    login_id = reporter.login_id if reporter else None
    who = _STRANGER if login_id is None else f"login {login_id}"
    with database.transaction(database.GATE) as session:
        attempts.take_turn(session, kind=Kind.MISTAKE, subject=who)
        _refuse_floods(session, who=who, address=address)
        is_new = queries.add_report(
            session,
            organization_id=queries.find_staffed_organization(session, organizations=organizations),
            login_id=login_id,
            screen=report.screen,
            selected=report.selected,
            before=report.before,
            after=report.after,
            comment=report.comment,
            reported_at=clock.now(),
            request_key=f"{who} {report.request_key}",
        )
        if is_new:
            attempts.record_attempt(
                session,
                kind=Kind.MISTAKE,
                subject=who,
                address=address,
                login_id=login_id,
                succeeded=True,
            )
            queue.defer(session, "tell_of_mistakes")


def _organizations(reporter: Actor | None) -> list[int]:
    """Return the organisations that a report may go to, in the order of preference."""
    # readers without accounts use the anonymous viewer: not every role may read organisations
    holder = reporter if reporter and reporter.accounts else None
    with database.transaction(holder.viewer if holder else _NOBODY) as session:
        nearest = reporter.organization_id if reporter else None
        if holder:
            nearest = queries.find_serving_organization(session, viewer=holder.viewer)
        return [key for key in (nearest, queries.find_centre(session)) if key is not None]


def _refuse_floods(session: Session, *, who: str, address: str) -> None:
    counts = attempts.count_today(session, kind=Kind.MISTAKE, subject=who, address=address)
    if who == _STRANGER:
        if counts.both >= MOST_OF_NETWORK or counts.subject >= MOST_OF_STRANGERS:
            raise TooManyReports
    elif counts.subject >= MOST_OF_LOGIN:
        raise TooManyReports
