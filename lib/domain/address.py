"""How addresses are written, and in which order numbers of premises are counted."""

import re

_DIGITS = re.compile(r"([0-9]+)")
_PREMISE_WORDS = {"flat": "кв.", "room": "комн.", "nonres": "пом."}


def line(
    *, street: str | None, house: str, building: str | None, premise: str, kind: str, city: str = ""
) -> str:
    """Write an address in one line: «ул. Гражданская, д. 1, кв. 154»."""
    return f"{house_line(city, street, house, building)}, {_named(kind, premise)}"


def house_line(city: str, street: str | None, house: str, building: str | None) -> str:
    """Write the address of a house: «Магнитогорск, ул. Гражданская, д. 1, корп. 2»."""
    parts = [city, street, f"д. {house}"]
    if building:
        parts.append(f"корп. {building}")
    return ", ".join(part for part in parts if part)


def premise(*, kind: str, number: str) -> str:
    """Write a premise within its house: «кв. 154»."""
    return _named(kind, number)


def natural_key(number: str) -> tuple[tuple[int, int, str], ...]:
    """Return what numbers of premises are ordered by: 2, 10, 12, 12а, Н1."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part.lower())
        for part in _DIGITS.split(number)
        if part
    )


def _named(kind: str, number: str) -> str:
    return f"{_PREMISE_WORDS.get(kind, 'пом.')} {number}"
