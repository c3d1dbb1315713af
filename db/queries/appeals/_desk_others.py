"""Account requests and text mistakes in the service desk's queue, which need one decision each.

They have no deadline and no assignee. No law sets a deadline for them, so the queue sorts them
as if it were a week.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)

from db.models import AccountRequest, House, Mistake, Premise

Statement = Select[*tuple[Any, ...]]
_WEEK: ColumnElement[int] = literal_column("7", Integer)
_like = bindparam("like", type_=Text)
_NO_KEY, _NO_DAY = cast(null(), BigInteger), cast(null(), Date)


def compose_requests(view: str, search: str, *, limit: ColumnElement[int]) -> Statement:
    """Compose the part of a view that has requests for accounts."""
    columns: list[Any] = [
        literal_column("'account_request'").label("kind"),
        _NO_KEY.label("account_id"),
        AccountRequest.id,
        AccountRequest.account_number.label("number"),
        literal_column("''").label("topic"),
        AccountRequest.status,
        _NO_DAY.label("due_on"),
        (cast(AccountRequest.requested_at, Date) + _WEEK).label("sort_on"),
        AccountRequest.requested_at.label("sent_at"),
        func.coalesce(AccountRequest.decided_at, AccountRequest.requested_at).label("done_at"),
        AccountRequest.decided_by.label("assigned_to"),
        literal_column("0").label("version"),
        _NO_KEY.label("incident_id"),
        Premise.house_id,
        AccountRequest.premise_id,
        AccountRequest.comment.label("said"),
    ]
    statement = (
        select(*columns)
        .join(Premise, Premise.id == AccountRequest.premise_id)
        .where(AccountRequest.organization_id == bindparam("organization"))
    )
    if search:
        is_found = or_(
            AccountRequest.account_number.ilike(_like),
            AccountRequest.comment.ilike(_like),
            func.concat_ws(" ", House.street, House.house).ilike(_like),
            # the address as the queue writes it, so that it can be copied from there
            func.concat(House.street, ", д. ", House.house, ", кв. ", Premise.number).ilike(_like),
        )
        statement = statement.join(House, House.id == Premise.house_id).where(is_found)
    statement = statement.where(*_match_view(AccountRequest, view))
    return statement.order_by(
        *_order(AccountRequest.requested_at, AccountRequest.decided_at, view)
    ).limit(limit)


def compose_mistakes(view: str, search: str, *, limit: ColumnElement[int]) -> Statement:
    """Compose the part of a view that has reported mistakes in the text."""
    columns: list[Any] = [
        literal_column("'mistake'").label("kind"),
        _NO_KEY.label("account_id"),
        Mistake.id,
        literal_column("''").label("number"),
        Mistake.screen.label("topic"),
        Mistake.status,
        _NO_DAY.label("due_on"),
        (cast(Mistake.reported_at, Date) + _WEEK).label("sort_on"),
        Mistake.reported_at.label("sent_at"),
        func.coalesce(Mistake.decided_at, Mistake.reported_at).label("done_at"),
        Mistake.decided_by.label("assigned_to"),
        literal_column("0").label("version"),
        _NO_KEY.label("incident_id"),
        _NO_KEY.label("house_id"),
        _NO_KEY.label("premise_id"),
        Mistake.selected.label("said"),
    ]
    statement = select(*columns).where(
        Mistake.organization_id == bindparam("organization"), *_match_view(Mistake, view)
    )
    if search:
        statement = statement.where(
            or_(Mistake.selected.ilike(_like), Mistake.comment.ilike(_like))
        )
    return statement.order_by(*_order(Mistake.reported_at, Mistake.decided_at, view)).limit(limit)


def _order(reported: Any, decided: Any, view: str) -> tuple[Any, ...]:
    """Return the order of a view: the oldest first; in the closed view, the latest first."""
    return (decided.desc(),) if view == "closed" else (reported,)


def _match_view(of: type[AccountRequest | Mistake], view: str) -> tuple[Any, ...]:
    """Return the conditions of a view for rows that have no deadline and no assignee."""
    if view in {"open", "unassigned"}:
        return (of.status == literal_column("'new'"),)
    if view == "closed":
        return (of.status != literal_column("'new'"),)
    return () if view == "all" else (literal_column("false"),)
