"""The day of registration and the deadline of an appeal, by the working calendar in the table."""

from sqlalchemy.orm import Session

from db.models import Appeal
from db.queries.appeals import steps as queries
from lib import clock
from lib.domain.appeals import terms
from lib.domain.appeals.rules import Kind, Topic
from lib.domain.appeals.terms import Calendar


def start_term(session: Session, appeal: Appeal) -> None:
    """Set the day of registration and the deadline of an appeal as of now.

    After working hours and on days off, the appeal is registered on the next working day.
    """
    if Kind(appeal.kind) is not Kind.APPEAL:
        return
    today = clock.today()
    calendar = get_calendar(session, today.year)
    appeal.registered_on = terms.get_registration_day(
        today,
        clock.local(clock.now()).time(),
        calendar=calendar,
        work_hours=queries.find_work_hours(session, organization_id=appeal.organization_id),
    )
    deadline = terms.get_deadline(Topic(appeal.topic), appeal.registered_on, calendar=calendar)
    appeal.due_on, appeal.due_rule = deadline.due_on, deadline.rule


def get_calendar(session: Session, year: int) -> Calendar:
    """Return the working calendar of a year and of the next one."""
    return Calendar(queries.list_calendar_days(session, years=[year, year + 1]))
