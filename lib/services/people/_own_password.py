"""The actor's own password, asked again: whoever stole a session cannot guess it quickly."""

import datetime as dt

from db import session as database
from db.queries.people import profiles as queries
from lib import clock
from lib.access import Actor, Permission
from lib.errors import PortalError
from lib.services import attempts
from lib.services.attempts import Kind
from lib.services.people import passwords

TRIES = 5
_PAUSE = dt.timedelta(minutes=15)
_MINUTE = 60


class WrongPassword(PortalError):
    """The password is not the actor's."""

    def __init__(self) -> None:
        super().__init__("Текущий пароль указан неверно. Проверьте раскладку и Caps Lock.")


class TooManyPasswords(PortalError):
    """It was told wrong too often: what is told now is not looked at."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"Пароль несколько раз указан неверно. Повторите через {minutes} мин. "
            "Если забыли его, выйдите и нажмите «Забыли пароль?»."
        )


def check_password(*, actor: Actor, password: str, address: str) -> None:
    """Check that ``password`` is the actor's; a wrong one is remembered.

    Tries of one login stand in line at its row: many at once are not more than
    one after another.

    Raises:
        WrongPassword: it is not.
        TooManyPasswords: five were wrong in the last fifteen minutes.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    now = clock.now()
    with database.transaction(database.GATE) as session:
        stored = queries.lock_password(session, login=actor.login_id)
        count, first = queries.count_wrong_passwords(
            session, login=actor.login_id, since=now - _PAUSE
        )
        is_paused = count >= TRIES
        is_right = not is_paused and passwords.is_correct(password, stored)
        if not is_paused:
            attempts.record_attempt(
                session,
                kind=Kind.PASSWORD,
                subject=str(actor.login_id),
                address=address,
                login_id=actor.login_id,
                succeeded=is_right,
            )
    # committed before it is refused: a rolled back try would be a free one
    if is_paused and first:
        raise TooManyPasswords(_minutes_left(first, now))
    if not is_right:
        raise WrongPassword


def _minutes_left(first: dt.datetime, now: dt.datetime) -> int:
    return max(1, -int((now - first - _PAUSE).total_seconds() // _MINUTE))
