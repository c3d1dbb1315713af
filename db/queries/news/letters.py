"""Which news have letters to be sent and who gets them; for the worker, which sees all rows."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Account,
    AccountAccess,
    Consent,
    House,
    Login,
    LoginContact,
    News,
    NewsHouse,
    Premise,
)
from db.rows import read_all


class Recipient(NamedTuple):
    """A login that gets a letter about the news."""

    id: int
    first_name: str
    email: str


# a row that another worker has locked is skipped
_NEXT = (
    select(News)
    .where(
        News.told_at.is_(None),
        News.withdrawn_at.is_(None),
        News.published_at <= bindparam("now"),
        News.published_at > bindparam("since"),
    )
    .order_by(News.published_at, News.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_IS_FOR_HOUSE = (
    select(NewsHouse.house_id)
    .join(Premise, Premise.house_id == NewsHouse.house_id)
    .where(NewsHouse.news_id == News.id, Premise.id == Account.premise_id)
    .correlate(News, Account)
    .exists()
)
_MANAGES_HOUSE = (
    select(House.id)
    .join(Premise, Premise.house_id == House.id)
    .where(House.organization_id == News.organization_id, Premise.id == Account.premise_id)
    .correlate(News, Account)
    .exists()
)
# the same rule as in visible_news(); a test compares the two
_IS_FOR_ACCOUNT = or_(
    News.audience == "everybody",
    and_(
        News.audience == "organization",
        or_(News.organization_id == Account.organization_id, _MANAGES_HOUSE),
    ),
    and_(News.audience == "sender", News.sender_id == Account.sender_id),
    and_(News.audience == "houses", _IS_FOR_HOUSE),
)
_HAS_ACCOUNT = (
    select(AccountAccess.account_id)
    .join(Account, Account.id == AccountAccess.account_id)
    .where(
        AccountAccess.login_id == Login.id,
        or_(AccountAccess.valid_to.is_(None), AccountAccess.valid_to > bindparam("now")),
        _IS_FOR_ACCOUNT,
    )
    .correlate(Login, News)
    .exists()
)
_AGREES = (
    select(Consent.id)
    .where(Consent.login_id == Login.id, Consent.purpose == "news", Consent.withdrawn_at.is_(None))
    .correlate(Login)
    .exists()
)
_RECIPIENTS = (
    select(Login.id, LoginContact.first_name, LoginContact.email)
    .select_from(Login)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .join(News, News.id == bindparam("news"))
    .where(
        Login.id > bindparam("after"),
        Login.role == "resident",
        Login.activated_at.is_not(None),
        Login.blocked_at.is_(None),
        _AGREES,
        _HAS_ACCOUNT,
    )
    .order_by(Login.id)
    .limit(bindparam("limit"))
)


def lock_next_news(session: Session, *, now: dt.datetime, since: dt.datetime) -> News | None:
    """Return the first news item published after ``since`` whose letters are not all posted.

    Its row is locked; None if there is no such item.
    """
    return session.scalars(_NEXT, {"now": now, "since": since}).one_or_none()


def list_recipients(
    session: Session, *, news_id: int, after: int, limit: int, now: dt.datetime
) -> Sequence[Recipient]:
    """Return the next logins that see the news and agreed to letters, in the order of keys.

    ``after`` is the key of the last login that has got its letter.
    """
    values = {"news": news_id, "after": after, "limit": limit, "now": now}
    return read_all(session.execute(_RECIPIENTS, values), Recipient)
