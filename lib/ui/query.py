"""What a screen is asked for in its address: read as what it must be, or as nothing."""

import datetime as dt

import streamlit as st

_LARGEST = 2**63 - 1  # of the database's keys
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
_LONGEST = 254


def words(name: str) -> str:
    """Return a text of the address; empty where there is none."""
    return st.query_params.get(name, "")[:_LONGEST]


def number(name: str) -> int | None:
    """Return a whole number from 1 on that may be a key."""
    return whole(words(name))


def whole(value: str) -> int | None:
    """Return a whole number from 1 on that may be a key."""
    if not (value.isascii() and value.isdecimal()):
        return None
    return int(value) if 0 < int(value) <= _LARGEST else None


def day(name: str) -> dt.date | None:
    """Return a date from the first day to the last that may be asked for."""
    try:
        found = dt.date.fromisoformat(words(name))
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def put(**values: object) -> None:
    """Set some parts of the address and leave the others; what is empty is taken out."""
    for name, value in values.items():
        if value:
            st.query_params[name] = str(value)
        elif name in st.query_params:
            del st.query_params[name]
