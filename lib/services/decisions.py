"""Decisions of staff: the first one counts, and a form that is sent twice decides once."""

import datetime as dt
from dataclasses import dataclass

from lib import clock
from lib.domain import formats
from lib.errors import PortalError


class AlreadyDecided(PortalError):
    """A colleague was faster, or the decision was made before."""

    def __init__(self, outcome: str, decided_at: dt.datetime | None) -> None:
        when = f" {formats.format_moment(clock.local(decided_at))}" if decided_at else ""
        super().__init__(f"{outcome}{when}.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What has been decided so far.

    Attributes:
        outcome: in Russian, the beginning of a refusal; None while nothing is decided.
        decided_at: when.
        request_key: key of the form that was sent; None if no form has decided.
    """

    outcome: str | None
    decided_at: dt.datetime | None
    request_key: str | None


def is_open(decision: Decision, *, request_key: str) -> bool:
    """Tell whether there is something to decide; False if this very form has decided.

    Raises:
        AlreadyDecided: another form has decided.
    """
    if decision.outcome is None:
        return True
    if decision.request_key == request_key:
        return False
    raise AlreadyDecided(decision.outcome, decision.decided_at)
