"""Limits against floods of appeals: nobody who means what they write comes near them."""

import datetime as dt

from sqlalchemy.orm import Session

from db.queries.appeals import limits as queries
from lib import clock
from lib.access import Actor
from lib.errors import PortalError

MOST_AN_HOUR, MOST_A_DAY = 10, 30
MOST_REPLIES_AN_HOUR = 30
_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class TooManyAppeals(PortalError):
    """More appeals than anybody needs."""

    def __init__(self) -> None:
        super().__init__(
            f"Больше {MOST_AN_HOUR} обращений в час и {MOST_A_DAY} в сутки не принимаем. "
            "Дополните уже отправленное обращение или напишите позже."
        )


class TooManyReplies(PortalError):
    """More replies than anybody reads."""

    def __init__(self) -> None:
        super().__init__(
            f"Больше {MOST_REPLIES_AN_HOUR} сообщений в час не принимаем. "
            "Подождите немного и напишите одним сообщением."
        )


def check_appeals(session: Session, *, actor: Actor) -> None:
    """Raise where a login has opened too many threads; while its lock is held, that is certain.

    Raises:
        TooManyAppeals: so many in an hour or a day.
    """
    now = clock.now()
    made = queries.count_sent(
        session,
        viewer=actor.viewer,
        login_id=actor.login_id,
        hour_ago=now - _HOUR,
        day_ago=now - _DAY,
    )
    if made.hour >= MOST_AN_HOUR or made.day >= MOST_A_DAY:
        raise TooManyAppeals


def check_replies(session: Session, *, actor: Actor) -> None:
    """Raise where a login has written too many lines; while its lock is held, that is certain.

    Raises:
        TooManyReplies: so many in an hour.
    """
    written = queries.count_entries(
        session, viewer=actor.viewer, login_id=actor.login_id, since=clock.now() - _HOUR
    )
    if written >= MOST_REPLIES_AN_HOUR:
        raise TooManyReplies
