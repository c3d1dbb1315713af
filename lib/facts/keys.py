"""Keys of accounts, meters and payments in the facts: they lead back to nothing.

A key is an HMAC of the ledger's key, so that the same account has the same key in all files and
nobody without the portal's secret finds out which account it is.
"""

import hashlib
import hmac
from collections.abc import Iterable

import polars as pl

_BYTES = 8
_HALF = 1  # the sign bit is dropped, for programs without unsigned numbers


def derive_keys(kind: str, ids: Iterable[int | str], *, secret: str) -> pl.Series:
    """Return a key of 63 bits for each of the ledger's keys.

    Args:
        kind: «account», «meter», «payment» or «appeal»: the same number gives different keys.
        ids: keys of the ledger.
        secret: the portal's secret.
    """
    key = hmac.digest(secret.encode(), f"facts {kind}".encode(), hashlib.sha256)
    return pl.Series(
        [
            int.from_bytes(hmac.digest(key, str(number).encode(), hashlib.sha256)[:_BYTES]) >> _HALF
            for number in ids
        ],
        dtype=pl.Int64,
    )
