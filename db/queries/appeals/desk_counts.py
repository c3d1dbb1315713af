"""How many wait in each view of the service desk, and what may be one incident."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import AccountRequest, Appeal, Mistake
from db.queries.appeals import incidents
from db.queries.appeals.desk_queue import ACCOUNT_REQUEST, MISTAKE, MOST_ROWS, VIEWS


def _count(*conditions: Any, of: Any = Appeal) -> ColumnElement[int]:
    some = (
        select(literal_column("1"))
        .select_from(of)
        .where(of.organization_id == bindparam("organization"), *conditions)
        .limit(MOST_ROWS)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()


_offered = incidents.GROUPS.subquery("offered")
_OFFERS = select(
    func.json_agg(
        func.json_build_array(
            _offered.c.account_id,
            _offered.c.appeal_id,
            _offered.c.appeals,
            func.extract("epoch", _offered.c.since),
            _offered.c.topic,
            _offered.c.street,
            _offered.c.house,
            _offered.c.building,
        )
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


def counts(
    session: Session, *, organization_id: int, login_id: int, today: dt.date, since: dt.datetime
) -> AnyRow:
    """Count what each view has, up to MOST, and what of ``since`` may be one incident."""
    values = {"organization": organization_id, "login": login_id, "today": today, "since": since}
    return session.execute(_COUNTS, values).one()
