"""Format addresses and sort the numbers of premises."""

import re

_DIGITS = re.compile(r"([0-9]+)")
_PREMISE_WORDS = {"flat": "кв.", "room": "комн.", "nonres": "пом."}


def format_address(
    *, street: str | None, house: str, building: str | None, premise: str, kind: str, city: str = ""
) -> str:
    """Format an address on one line: «ул. Гражданская, д. 1, кв. 154»."""
    return f"{format_house(city, street, house, building)}, {_named(kind, premise)}"


def format_house(city: str, street: str | None, house: str, building: str | None) -> str:
    """Format the address of a house: «Магнитогорск, ул. Гражданская, д. 1, корп. 2»."""
    parts = [city, street, f"д. {house}"]
    if building:
        parts.append(f"корп. {building}")
    return ", ".join(part for part in parts if part)


def format_premise(*, kind: str, number: str) -> str:
    """Format a premise within its house: «кв. 154»."""
    return _named(kind, number)


def get_sort_key(number: str) -> tuple[tuple[int, int, str], ...]:
    """Return the sort key of a premise number, for the order 2, 10, 12, 12а, Н1."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part.lower())
        for part in _DIGITS.split(number)
        if part
    )


def _named(kind: str, number: str) -> str:
    return f"{_PREMISE_WORDS.get(kind, 'пом.')} {number}"
