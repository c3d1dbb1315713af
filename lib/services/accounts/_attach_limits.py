"""How often an account may be guessed at: five times a day, and slower and slower a network."""

import datetime as dt
from enum import StrEnum

from sqlalchemy.orm import Session

from db.queries.accounts import attachments as queries
from lib.domain import network
from lib.errors import PortalError
from lib.services import attempts
from lib.services.attempts import Kind, TooSoon

WRONG_TRIES = 5
_DAY = dt.timedelta(days=1)
# a double click comes twice, and the second one finds the first one's work
_SAME_CLICK = dt.timedelta(seconds=10)
_FREE_OF_NETWORK = 20
_SHORTEST_PAUSE, _LONGEST_PAUSE, _TRIES_A_STEP = 15, 600, 5


class Way(StrEnum):
    """How possession is proved."""

    PAYMENT = "payment"
    CODE = "code"

    @property
    def kind(self) -> Kind:
        """Return what its tries are counted as."""
        return Kind.ATTACHMENT if self is Way.PAYMENT else Kind.ATTACHMENT_CODE


_OTHERS = {Way.PAYMENT: "по коду с квитанции", Way.CODE: "по последнему платежу"}


class TooManyTries(PortalError):
    """This way is closed to the login for a day; the others are not."""

    def __init__(self, way: Way) -> None:
        super().__init__(
            "Слишком много неверных попыток: этот способ закрыт для вас на сутки. "
            f"Счёт можно присоединить {_OTHERS[way]} или по фотографии документа."
        )


class EarlierTries:
    """What earlier tries say about the next one; reading them makes others wait in line."""

    def __init__(
        self,
        session: Session,
        *,
        way: Way,
        login_id: int,
        subject: str,
        address: str,
        now: dt.datetime,
    ) -> None:
        place = network.get_subscriber(address)
        # always in this order, so that no two wait for each other
        queries.lock_names(
            session, f"{way} login {login_id}", f"{way} subject {subject}", f"{way} from {place}"
        )
        self._way = way
        self._has_network = bool(place)
        self._now = now
        self._made = queries.count_attempts(
            session,
            kind=way.kind,
            login_id=login_id,
            subject=attempts.hash_subject(way.kind, subject),
            address=place,
            since=now - _DAY,
        )

    @property
    def is_repeated(self) -> bool:
        """Tell whether the same login has just succeeded with the same account."""
        succeeded_at = self._made.succeeded_at
        return succeeded_at is not None and self._now - succeeded_at < _SAME_CLICK

    @property
    def refusal(self) -> PortalError | None:
        """Return why the try is not looked at; None where it is.

        An account that was guessed at too often is closed to the logins that guessed wrong:
        its owner, who has not, still comes in.
        """
        made = self._made
        is_shut = made.of_subject >= WRONG_TRIES and made.of_both > 0
        if made.of_login >= WRONG_TRIES or is_shut:
            return TooManyTries(self._way)
        if self._has_network:
            wait = attempts.count_seconds_left(made.of_address_last, get_pause(made.of_address))
            if wait > 0:
                return TooSoon(wait)
        return None


def get_pause(failures: int) -> int:
    """Return the pause after so many failures of a network in a day, in seconds."""
    over = failures - _FREE_OF_NETWORK
    if over <= 0:
        return 0
    return min(_LONGEST_PAUSE, _SHORTEST_PAUSE << min(over // _TRIES_A_STEP, 10))
