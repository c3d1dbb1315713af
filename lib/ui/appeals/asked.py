"""What the address of the form for an appeal asks for: a bill, a payment or a meter to speak of."""

import datetime as dt

from lib.services.appeals.about import Subject, SubjectQuery
from lib.ui import query

_PARTS = ("new", "about", "account", "month", "day", "meter")


def is_asked() -> bool:
    """Tell whether the address asks for the form."""
    return bool(query.words("new") or query.words("about"))


def about() -> SubjectQuery | None:
    """Return what the appeal is to be about; whose that is, the service finds out."""
    named = query.words("about")
    if named not in {subject.value for subject in Subject}:
        return None
    subject = Subject(named)
    return SubjectQuery(
        subject,
        account_id=query.number("account"),
        day=_month() if subject is Subject.BILL else query.day("day"),
        meter_id=query.number("meter"),
    )


def forget() -> None:
    """Take what was asked for out of the address."""
    query.put(**dict.fromkeys(_PARTS))


def _month() -> dt.date | None:
    try:
        found = dt.date.fromisoformat(f"{query.words('month')}-01")
    except ValueError:
        return None
    return found if query.FIRST_DAY <= found <= query.LAST_DAY else None
