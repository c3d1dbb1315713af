"""The subject that the address of a new appeal names: a bill, a payment or a meter."""

import datetime as dt

from lib.services.appeals.about import Subject, SubjectQuery
from lib.ui import query

_PARTS = ("new", "about", "account", "month", "day", "meter")


def is_new() -> bool:
    """Tell whether the address asks for the form of a new appeal."""
    return bool(query.get_text("new") or query.get_text("about"))


def find_subject() -> SubjectQuery | None:
    """Return the subject that the address names; the service checks whose it is."""
    named = query.get_text("about")
    if named not in {subject.value for subject in Subject}:
        return None
    subject = Subject(named)
    return SubjectQuery(
        subject,
        account_id=query.get_number("account"),
        day=_get_month() if subject is Subject.BILL else query.get_day("day"),
        meter_id=query.get_number("meter"),
    )


def forget_subject() -> None:
    """Remove the subject from the address."""
    query.set_values(**dict.fromkeys(_PARTS))


def _get_month() -> dt.date | None:
    try:
        found = dt.date.fromisoformat(f"{query.get_text('month')}-01")
    except ValueError:
        return None
    return found if query.FIRST_DAY <= found <= query.LAST_DAY else None
