"""Phone numbers as billing writes them, and the «tel:» links to dial them."""

import re

_SEPARATORS = re.compile(r"[,;\n]|\s/\s")
_DIGITS = re.compile(r"[^0-9]")
_EXTENSION = re.compile(r"(?:доб|вн)\b.*", re.IGNORECASE | re.DOTALL)
_SHORTEST, _LONGEST = 2, 15


def list_phones(written: str) -> tuple[tuple[str, str], ...]:
    """Return each number as written, with its link; the link is empty if it is not a number.

    «8 3519 00-00-01, 04» → («8 3519 00-00-01», «tel:+73519000001»), («04», «tel:04»).
    """
    parts = (part.strip() for part in _SEPARATORS.split(written))
    return tuple((part, _dial(part)) for part in parts if part)


def _dial(part: str) -> str:
    plain = _EXTENSION.sub("", part)
    digits = _DIGITS.sub("", plain)
    if not _SHORTEST <= len(digits) <= _LONGEST:
        return ""
    if plain.lstrip().startswith("+"):
        return f"tel:+{digits}"
    if len(digits) == 11 and digits[0] in "78":  # noqa: PLR2004 - the length of a Russian number
        return f"tel:+7{digits[1:]}"
    return f"tel:{digits}"
