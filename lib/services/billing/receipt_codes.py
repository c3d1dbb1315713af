"""Codes printed on receipts: a person who has a receipt may attach its account, once a month.

A code is not stored. It is derived from the portal's secret, the account and the month, so every
copy of a receipt has the same code. Its letters look the same in Latin and in Cyrillic and may
be typed in either.
"""

import datetime as dt
import functools
import hashlib
import hmac
from collections.abc import Iterator

from lib import clock
from lib.secret import get_secret

_LETTERS = "ABCEHKMPTXY"
_CYRILLIC = str.maketrans("АВСЕНКМРТХУ", _LETTERS)
_LENGTH = 10
_OLDEST_YEAR = 2000
_MONTHS_OF_A_YEAR = 12


def format_code(*, premise_id: int, number: str, period: dt.date) -> str:
    """Return an account's code of a month as printed: «XXXXX-XXXXX»."""
    code = _code(premise_id, number, period)
    return f"{code[:5]}-{code[5:]}"


def find_month(*, premise_id: int, number: str, typed: str) -> dt.date | None:
    """Return the month whose code was typed; None if no month has this code.

    All months are compared, so that every answer takes the same time.
    """
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    typed_code = plain.translate(_CYRILLIC).encode()
    found = None
    for period in _months():
        if hmac.compare_digest(_code(premise_id, number, period).encode(), typed_code):
            found = period
    return found


def _months() -> Iterator[dt.date]:
    """Yield every month that a receipt may be for."""
    today = clock.today()
    for year in range(_OLDEST_YEAR, today.year + 1):
        for month in range(1, _MONTHS_OF_A_YEAR + 1):
            yield dt.date(year, month, 1)


def _code(premise_id: int, number: str, period: dt.date) -> str:
    words = f"{premise_id}|{number}|{period:%Y-%m}"
    rest = int.from_bytes(hmac.digest(_key(), words.encode(), "sha256"))
    letters = []
    for _ in range(_LENGTH):
        rest, place = divmod(rest, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)


@functools.cache
def _key() -> bytes:
    """Derive the key of the codes, once in a process: a run prints thousands of receipts."""
    return hmac.digest(get_secret().encode(), b"account codes", hashlib.sha256)
