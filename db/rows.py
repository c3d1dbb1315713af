"""Rows of statements as typed values: each query names the fields that it reads and their types."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Result

# a typing.NamedTuple: its fields are the statement's columns, in the same order
R = TypeVar("R", bound=tuple[Any, ...])
S = TypeVar("S", bound=tuple[Any, ...])


def read_all(result: Result[*tuple[Any, ...]], kind: type[R]) -> list[R]:
    """Return every row as a ``kind``.

    Raises:
        TypeError: the statement's columns are not the fields of ``kind``, in their order.
    """
    make = _maker(result, kind)
    return [make(row) for row in result]


def read_one(result: Result[*tuple[Any, ...]], kind: type[R]) -> R | None:
    """Return the only row as a ``kind``; None if there is none.

    Raises:
        TypeError: the statement's columns are not the fields of ``kind``, in their order.
        MultipleResultsFound: there are several rows.
    """
    make = _maker(result, kind)
    row = result.one_or_none()
    return None if row is None else make(row)


def get_one(result: Result[*tuple[Any, ...]], kind: type[R]) -> R:
    """Return the only row as a ``kind``.

    Raises:
        TypeError: the statement's columns are not the fields of ``kind``, in their order.
        NoResultFound, MultipleResultsFound: there is not exactly one row.
    """
    return _maker(result, kind)(result.one())


def read_pair(
    result: Result[*tuple[Any, ...]], first: type[R], second: type[S]
) -> tuple[R, S] | None:
    """Return the only row as a ``first`` of its first columns and a ``second`` of the others.

    Raises:
        TypeError: the statement's columns are not the fields of both, in their order.
        MultipleResultsFound: there are several rows.
    """
    left: Any = first
    right: Any = second
    names = left._fields + right._fields
    columns = tuple(result.keys())
    if columns != names:
        raise TypeError(f"{first.__name__} and {second.__name__} have {names}, not {columns}")
    row = result.one_or_none()
    if row is None:
        return None
    border = len(left._fields)
    return left._make(row[:border]), right._make(row[border:])


def _maker(result: Result[*tuple[Any, ...]], kind: type[R]) -> Callable[[Iterable[Any]], R]:
    named: Any = kind
    columns = tuple(result.keys())
    if columns != named._fields:
        raise TypeError(f"{kind.__name__} has {named._fields}, the statement gives {columns}")
    make: Callable[[Iterable[Any]], R] = named._make
    return make
