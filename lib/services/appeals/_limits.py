"""Limits on how much one login may write, far above what a resident needs."""

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
    """The login has sent too many appeals lately."""

    def __init__(self) -> None:
        super().__init__(
            f"Больше {MOST_AN_HOUR} обращений в час и {MOST_A_DAY} в сутки не принимаем. "
            "Дополните уже отправленное обращение или напишите позже."
        )


class TooManyReplies(PortalError):
    """The login has sent too many replies lately."""

    def __init__(self) -> None:
        super().__init__(
            f"Больше {MOST_REPLIES_AN_HOUR} сообщений в час не принимаем. "
            "Подождите немного и напишите одним сообщением."
        )


def check_appeals(session: Session, *, actor: Actor) -> None:
    """Refuse another appeal of a login that has sent too many; exact while its lock is held.

    Raises:
        TooManyAppeals: the limit of an hour or of a day is reached.
    """
    now = clock.now()
    sent = queries.count_sent(
        session,
        viewer=actor.viewer,
        login_id=actor.login_id,
        hour_ago=now - _HOUR,
        day_ago=now - _DAY,
    )
    if sent.hour >= MOST_AN_HOUR or sent.day >= MOST_A_DAY:
        raise TooManyAppeals


def check_replies(session: Session, *, actor: Actor) -> None:
    """Refuse another line of a login that has written too many; exact while its lock is held.

    Raises:
        TooManyReplies: the limit of an hour is reached.
    """
    entry_count = queries.count_entries(
        session, viewer=actor.viewer, login_id=actor.login_id, since=clock.now() - _HOUR
    )
    if entry_count >= MOST_REPLIES_AN_HOUR:
        raise TooManyReplies
