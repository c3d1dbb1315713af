"""The age of a debt in the open tables: names and dated bounds are those of «Долги»."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence

from lib.domain.insight.debt_ages import NOT_DUE, Ages

# the last days of ages, by the day that they begin on
Bounds = Mapping[dt.date, Sequence[int]]
OVERPAID = "переплата"
_DAY = "last_day(period)"


def write_age(bounds: Bounds) -> str:
    """Return the expression of the age that a debt has at the end of its month.

    Args:
        bounds: by the day that they begin on; at least one.
    """
    latest_first = sorted(bounds, reverse=True)
    later = "".join(
        f" WHEN {_DAY} >= DATE '{since:%Y-%m-%d}' THEN {_divide(bounds[since], since)}"
        for since in latest_first[:-1]
    )
    earliest = latest_first[-1]  # they hold before they begin, too
    return (
        f"CASE WHEN due_on IS NULL THEN '{OVERPAID}' WHEN due_on >= {_DAY} THEN '{NOT_DUE}'"
        f"{later} ELSE {_divide(bounds[earliest], earliest)} END"
    )


def name_bounds(bounds: Bounds) -> str:
    """Return a short name of bounds, other for others."""
    text = ";".join(f"{since}:{sorted(bounds[since])}" for since in sorted(bounds))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _divide(days: Sequence[int], since: dt.date) -> str:
    ages = Ages(since, tuple(sorted(days)))
    _, *names, oldest = ages.names
    younger = " ".join(
        f"WHEN {_DAY} - due_on <= {bound} THEN '{name}'"
        for bound, name in zip(ages.bounds, names, strict=True)
    )
    return f"CASE {younger} ELSE '{oldest}' END"
