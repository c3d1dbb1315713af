"""Numbers of appeals in what staff type into the search of the service desk."""

import re

from lib import clock

_YEARS_BACK = 4
_FULL_NUMBER = re.compile(r"№?\s*(\d{4})\s*[-–—/]\s*(\d{1,6})")
_SHORT_NUMBER = re.compile(r"№?\s*(\d{1,6})")


def parse_numbers(typed: str) -> tuple[str, ...]:
    """Return the appeal numbers that a search may mean; a short one may be of several years."""
    words = typed.strip()
    if full := _FULL_NUMBER.fullmatch(words):
        return (f"{full[1]}-{int(full[2]):06d}",)
    if short := _SHORT_NUMBER.fullmatch(words):
        year = clock.today().year
        return tuple(f"{y}-{int(short[1]):06d}" for y in range(year, year - _YEARS_BACK, -1))
    return ()
