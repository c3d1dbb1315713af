"""How addresses are written."""

_PREMISE_WORDS = {"flat": "кв.", "room": "комн.", "nonres": "пом."}


def line(
    *, street: str | None, house: str, building: str | None, premise: str, kind: str, city: str = ""
) -> str:
    """Write an address in one line: «ул. Гражданская, д. 1, кв. 154»."""
    parts = [city, street, f"д. {house}"]
    if building:
        parts.append(f"корп. {building}")
    parts.append(f"{_PREMISE_WORDS.get(kind, 'пом.')} {premise}")
    return ", ".join(part for part in parts if part)
