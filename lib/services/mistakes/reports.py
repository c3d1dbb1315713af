"""Reports of mistakes in the text: anybody makes them, signed in or not.

A report is the matter of the organisation of the reader's first account, or of the centre.
Where nobody works here for either, it is the administrators'.
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

# a day, of one login, of strangers from one network, of strangers at all
MOST_OF_LOGIN, MOST_OF_NETWORK, MOST_OF_STRANGERS = 20, 20, 300
_STRANGER = "stranger"
_NOBODY = Viewer(DatabaseRole.APP)


class TooManyReports(PortalError):
    """More mistakes than anybody finds in a day."""

    def __init__(self) -> None:
        super().__init__("Сегодня вы сообщили уже о многих ошибках. Об остальных напишите завтра.")


def report_mistake(*, reporter: Actor | None, report: Report, address: str) -> None:
    """Take a report in; the same key a second time changes nothing.

    Args:
        reporter: who read the words, where they are signed in.
        report: the words and what is wrong with them.
        address: the client's address.

    Raises:
        TooManyReports: the reader, or the network, has reported too much today.
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
    """Return whose matter a report may be, the nearest first."""
    # who has no account looks as nobody: not every role may read whom the centre is
    held = reporter if reporter and reporter.accounts else None
    with database.transaction(held.viewer if held else _NOBODY) as session:
        nearest = reporter.organization_id if reporter else None
        if held:
            nearest = queries.find_serving_organization(session, viewer=held.viewer)
        return [key for key in (nearest, queries.find_centre(session)) if key is not None]


def _refuse_floods(session: Session, *, who: str, address: str) -> None:
    made = attempts.count_today(session, kind=Kind.MISTAKE, subject=who, address=address)
    if who == _STRANGER:
        if made.both >= MOST_OF_NETWORK or made.subject >= MOST_OF_STRANGERS:
            raise TooManyReports
    elif made.subject >= MOST_OF_LOGIN:
        raise TooManyReports
