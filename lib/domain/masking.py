"""How personal data is starred on the server, before it reaches a screen (DOMAIN 6.4)."""

_SHOWN_LETTERS = 3
_SHORTEST_SHOWN = 6
_STARS = "****"


def patronymic(value: str | None) -> str:
    """Star a patronymic: «Иванович» → «**** вич», a short one altogether."""
    if not value:
        return ""
    if len(value) < _SHORTEST_SHOWN:
        return _STARS
    return f"{_STARS} {value[-_SHOWN_LETTERS:]}"


def payer(last_name: str | None, first_name: str | None, middle_name: str | None) -> str | None:
    """Write a payer's name for the holder of the account; None where billing gave no name."""
    parts = (last_name, first_name, patronymic(middle_name))
    return " ".join(part for part in parts if part) or None
