"""Chance that can be repeated: every draw follows from a key, a word and a month alone.

The generator of the standard library draws one after another, and the hashes of
polars may change with its version; both would change months that were delivered.
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
    """Return 64 bits that stand for the words."""
    text = "/".join(map(str, words))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def pick(*words: object, below: int) -> int:
    """Draw a whole number of 0 … below − 1 for the words."""
    return make_salt(*words) % below


def make_key(parts: pl.Expr, *words: object) -> pl.Expr:
    """Make the key of each row from a whole number that tells it apart."""
    return _finished(parts.cast(pl.UInt64) * _bits(_STEP) + _bits(make_salt(*words)))


def draw(keys: pl.Expr, word: str, *, below: int, month: pl.Expr | int = 0) -> pl.Expr:
    """Draw a whole number of 0 … below − 1 for each row, the word and the month."""
    if isinstance(month, int):
        moment = _bits(month * _STEP & _MASK)
    else:
        moment = month.cast(pl.UInt64) * _bits(_STEP)
    mixed = _finished((keys ^ _bits(make_salt(word))) + moment)
    return (mixed // _bits(_TOP_BITS) % _bits(below)).cast(pl.Int64)


def draw_weighted(
    keys: pl.Expr, word: str, shares: Mapping[int, int], *, month: int = 0
) -> pl.Expr:
    """Draw one of the whole numbers, each as often as its share says."""
    table = [value for value, share in shares.items() for _ in range(share)]
    drawn = draw(keys, word, below=len(table), month=month)
    return drawn.replace_strict(range(len(table)), table, return_dtype=pl.Int64)


def draw_event(keys: pl.Expr, word: str, *, percent: int) -> pl.Expr:
    """Draw whether something is so for each row, so often in a hundred."""
    return draw(keys, word, below=100) < percent


def _finished(value: pl.Expr) -> pl.Expr:
    # as a function: an expression that names itself twice, three times over, is eight
    return value.map_batches(_mixed, return_dtype=pl.UInt64, is_elementwise=True)


def _mixed(value: pl.Series) -> pl.Series:
    """Finish as splitmix64 does; products wrap at 64 bits."""
    value = (value ^ (value // _word(1 << 30))) * _word(_FIRST)
    value = (value ^ (value // _word(1 << 27))) * _word(_SECOND)
    return value ^ (value // _word(1 << 31))


def _bits(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)


def _word(number: int) -> pl.Series:
    return pl.Series([number], dtype=pl.UInt64)
