"""The query of the screen's address: each value is read by its type, or is missing."""

import datetime as dt

import streamlit as st

_LARGEST = 2**63 - 1  # key of the database
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
_LONGEST = 254


def get_text(name: str) -> str:
    """Return a text of the address; empty if it is missing."""
    return st.query_params.get(name, "")[:_LONGEST]


def get_number(name: str) -> int | None:
    """Return a whole number of the address that may be a key, from 1 on."""
    return parse_key(get_text(name))


def parse_key(value: str) -> int | None:
    """Return a text as a key, from 1 on; None for any other text."""
    if not (value.isascii() and value.isdecimal()):
        return None
    return int(value) if 0 < int(value) <= _LARGEST else None


def get_day(name: str) -> dt.date | None:
    """Return a date of the address, between the first and the last allowed day."""
    try:
        found = dt.date.fromisoformat(get_text(name))
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def set_values(**values: object) -> None:
    """Set some parts of the address and leave the others; empty values are removed."""
    for name, value in values.items():
        if value:
            st.query_params[name] = str(value)
        elif name in st.query_params:
            del st.query_params[name]
