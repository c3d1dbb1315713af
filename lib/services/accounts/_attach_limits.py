"""Limits on attempts to attach an account: five failures a day, growing pauses for a network."""

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
_FREE_OF_NETWORK = 20  # failures of a network in a day without a pause
_SHORTEST_PAUSE, _LONGEST_PAUSE, _TRIES_A_STEP = 15, 600, 5


class Way(StrEnum):
    """How possession is proved."""

    PAYMENT = "payment"
    CODE = "code"

    @property
    def kind(self) -> Kind:
        """Return the kind of its attempts."""
        return Kind.ATTACHMENT if self is Way.PAYMENT else Kind.ATTACHMENT_CODE


_OTHERS = {Way.PAYMENT: "по коду с квитанции", Way.CODE: "по последнему платежу"}


class TooManyTries(PortalError):
    """The login may not use this way for a day; the other ways stay open."""

    def __init__(self, way: Way) -> None:
        super().__init__(
            "Слишком много неверных попыток: этот способ закрыт для вас на сутки. "
            f"Счёт можно присоединить {_OTHERS[way]} или по фотографии документа."
        )


class EarlierAttempts:
    """The attempts of the last day; other transactions with the same subjects wait for this one."""

    def __init__(
        self,
        session: Session,
        *,
        way: Way,
        login_id: int,
        subject: str,
        address: str,
        request_key: str,
        now: dt.datetime,
    ) -> None:
        subscriber = network.get_subscriber(address)
        # always in this order, to avoid deadlocks
        queries.lock_names(
            session,
            f"{way} login {login_id}",
            f"{way} subject {subject}",
            f"{way} from {subscriber}",
        )
        self._way = way
        self._has_network = bool(subscriber)
        self._counts = queries.count_attempts(
            session,
            kind=way.kind,
            login_id=login_id,
            subject=attempts.hash_subject(way.kind, subject),
            address=subscriber,
            request_key=request_key,
            since=now - _DAY,
        )

    @property
    def is_repeated(self) -> bool:
        """Tell whether the same form has attached the account already: a double click."""
        return self._counts.has_succeeded

    @property
    def refusal(self) -> PortalError | None:
        """Return why the next attempt is refused; None where it is allowed.

        An account with too many failures is closed only to logins that have failed with it,
        so that strangers cannot lock out its owner.
        """
        counts = self._counts
        is_closed = counts.of_subject >= WRONG_TRIES and counts.of_both > 0
        if counts.of_login >= WRONG_TRIES or is_closed:
            return TooManyTries(self._way)
        if self._has_network:
            wait = attempts.count_seconds_left(counts.of_address_last, get_pause(counts.of_address))
            if wait > 0:
                return TooSoon(wait)
        return None


def get_pause(failures: int) -> int:
    """Return the pause in seconds after this many failures of a network in a day."""
    over = failures - _FREE_OF_NETWORK
    if over <= 0:
        return 0
    return min(_LONGEST_PAUSE, _SHORTEST_PAUSE << min(over // _TRIES_A_STEP, 10))
