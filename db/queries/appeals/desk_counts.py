"""How many rows each view of the service desk has, and which appeals may be one incident."""

import datetime as dt
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from db.models import AccountRequest, Appeal, Mistake
from db.queries.appeals import incidents
from db.queries.appeals._json import build_list
from db.queries.appeals.desk_queue import ACCOUNT_REQUEST, MISTAKE, MOST_ROWS, VIEWS
from db.rows import get_one


class OfferJson(TypedDict):
    """Appeals that may be one incident; ``since`` is a moment in ISO 8601."""

    account_id: int
    appeal_id: int
    appeals: int
    since: str
    topic: str
    street: str | None
    house: str
    building: str | None


class DeskCounts(NamedTuple):
    """How many rows each view has, up to MOST; the offers are None when there are none."""

    offers: list[OfferJson] | None
    open: int
    overdue: int
    mine: int
    unassigned: int
    account_request: int
    mistake: int


def _count(
    *conditions: Any, of: type[Appeal | AccountRequest | Mistake] = Appeal
) -> ColumnElement[int]:
    rows = (
        select(literal_column("1"))
        .select_from(of)
        .where(of.organization_id == bindparam("organization"), *conditions)
        .limit(MOST_ROWS)
        .subquery()
    )
    return select(func.count()).select_from(rows).scalar_subquery()


_offered = incidents.GROUPS.subquery("offered")
_OFFERS = select(
    build_list(
        account_id=_offered.c.account_id,
        appeal_id=_offered.c.appeal_id,
        appeals=_offered.c.appeals,
        since=_offered.c.since,
        topic=_offered.c.topic,
        street=_offered.c.street,
        house=_offered.c.house,
        building=_offered.c.building,
    )
).scalar_subquery()
_COUNTS = select(
    _OFFERS.label("offers"),
    *(
        _count(*conditions).label(view)
        for view, conditions in VIEWS.items()
        if view not in {"closed", "all"}
    ),
    *(
        _count(of.status == literal_column("'new'"), of=of).label(name)
        for name, of in ((ACCOUNT_REQUEST, AccountRequest), (MISTAKE, Mistake))
    ),
)


def count_views(
    session: Session, *, organization_id: int, login_id: int, today: dt.date, since: dt.datetime
) -> DeskCounts:
    """Count the rows of each view, up to MOST, and find appeals since then that are alike."""
    values = {"organization": organization_id, "login": login_id, "today": today, "since": since}
    return get_one(session.execute(_COUNTS, values), DeskCounts)
