"""The actor's own password, asked again; repeated guesses from a stolen session are paused."""

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
    """Too many wrong passwords: this one is not checked."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"Пароль несколько раз указан неверно. Повторите через {minutes} мин. "
            "Если забыли его, выйдите и нажмите «Забыли пароль?»."
        )


def check_password(*, actor: Actor, password: str, address: str) -> None:
    """Check that ``password`` is the actor's; a wrong one is recorded.

    The login's row is locked, so parallel attempts are counted one after another.

    Raises:
        WrongPassword: the password is wrong.
        TooManyPasswords: five passwords were wrong in the last fifteen minutes.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    now = clock.now()
    with database.transaction(database.GATE) as session:
        stored = queries.lock_password(session, login=actor.login_id)
        wrong = queries.count_wrong_passwords(session, login=actor.login_id, since=now - _PAUSE)
        is_paused = wrong.number >= TRIES
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
    # raised after the commit: a rolled back record would not count
    if is_paused and wrong.first:
        raise TooManyPasswords(_minutes_left(wrong.first, now))
    if not is_right:
        raise WrongPassword


def _minutes_left(first: dt.datetime, now: dt.datetime) -> int:
    return max(1, -int((now - first - _PAUSE).total_seconds() // _MINUTE))
