"""Random draws that can be repeated: each depends only on a key, a word and a month.

The generator of the standard library depends on the order of draws, and the hashes of
polars on its version: both could change months that were already delivered.
"""

import hashlib
from collections.abc import Mapping
from functools import cache

import polars as pl

_MASK = (1 << 64) - 1
# splitmix64 of Steele, Lea and Flood
_STEP = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_TOP_BITS = 1 << 16


@cache
def make_salt(*words: object) -> int:
    """Return a 64-bit hash of the words."""
    text = "/".join(map(str, words))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def pick(*words: object, below: int) -> int:
    """Draw a whole number of 0 … below − 1 for the words."""
    return make_salt(*words) % below


def make_key(parts: pl.Expr, *words: object) -> pl.Expr:
    """Make the key of each row from a whole number that only this row has."""
    return _mix(parts.cast(pl.UInt64) * _uint64_literal(_STEP) + _uint64_literal(make_salt(*words)))


def draw(keys: pl.Expr, word: str, *, below: int, month: pl.Expr | int = 0) -> pl.Expr:
    """Draw a whole number of 0 … below − 1 for each row, the word and the month."""
    if isinstance(month, int):
        moment = _uint64_literal(month * _STEP & _MASK)
    else:
        moment = month.cast(pl.UInt64) * _uint64_literal(_STEP)
    mixed = _mix((keys ^ _uint64_literal(make_salt(word))) + moment)
    return (mixed // _uint64_literal(_TOP_BITS) % _uint64_literal(below)).cast(pl.Int64)


def draw_weighted(
    keys: pl.Expr, word: str, shares: Mapping[int, int], *, month: int = 0
) -> pl.Expr:
    """Draw one of the whole numbers, each as often as its share says."""
    table = [value for value, share in shares.items() for _ in range(share)]
    drawn = draw(keys, word, below=len(table), month=month)
    return drawn.replace_strict(range(len(table)), table, return_dtype=pl.Int64)


def draw_event(keys: pl.Expr, word: str, *, percent: int) -> pl.Expr:
    """Draw true or false for each row, true in ``percent`` cases of a hundred."""
    return draw(keys, word, below=100) < percent


def _mix(value: pl.Expr) -> pl.Expr:
    # a function: as an expression, each of the three steps would compute its input twice
    return value.map_batches(_mix_series, return_dtype=pl.UInt64, is_elementwise=True)


def _mix_series(value: pl.Series) -> pl.Series:
    """Mix the bits as splitmix64 does; products wrap at 64 bits."""
    value = (value ^ (value // _uint64(1 << 30))) * _uint64(_FIRST)
    value = (value ^ (value // _uint64(1 << 27))) * _uint64(_SECOND)
    return value ^ (value // _uint64(1 << 31))


def _uint64_literal(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)


def _uint64(number: int) -> pl.Series:
    return pl.Series([number], dtype=pl.UInt64)
