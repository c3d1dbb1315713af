"""Mask personal data with asterisks on the server, before it reaches a screen (DOMAIN §6.4)."""

import re

_SHOWN_LETTERS = 3
_SHORTEST_SHOWN = 6
_STARS = "****"
_HIDDEN = "***"
_SHOWN_START = 2
_PHONE_DIGITS = 11
_SHORTEST_PHONE = 7
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def mask_patronymic(value: str | None) -> str:
    """Mask a patronymic: «Иванович» → «**** вич»; a short one is masked as a whole."""
    if not value:
        return ""
    if len(value) < _SHORTEST_SHOWN:
        return _STARS
    return f"{_STARS} {value[-_SHOWN_LETTERS:]}"


def mask_payer(
    last_name: str | None, first_name: str | None, middle_name: str | None
) -> str | None:
    """Return a payer's name for the account holder, partly masked; None if there is no name."""
    parts = (last_name, first_name, mask_patronymic(middle_name))
    return " ".join(part for part in parts if part) or None


def mask_surname(value: str | None) -> str:
    """Mask a surname for other people: «Муравьев» → «Му***»."""
    return f"{value[:_SHOWN_START]}{_HIDDEN}" if value else ""


def mask_name(last_name: str | None, first_name: str | None) -> str:
    """Mask a name for other people: «Муравьев Сергей Иванович» → «Му*** С.»."""
    initial = f"{first_name[0]}." if first_name else ""
    return " ".join(part for part in (mask_surname(last_name), initial) if part)


def mask_email(value: str) -> str:
    """Mask an e-mail: «ivan@domain.ru» → «i***@d***.ru»; any other text is masked as a whole."""
    name, at, domain = value.strip().rpartition("@")
    host, dot, zone = domain.rpartition(".")
    if not (name and at and host and dot):
        return _HIDDEN
    return f"{name[0]}{_HIDDEN}@{host[0]}{_HIDDEN}.{zone}"


def mask_emails(text: str) -> str:
    """Mask the e-mails that stand in a text, and nothing else of it."""
    return _EMAIL.sub(lambda found: mask_email(found[0]), text)


def mask_phone(value: str) -> str:
    """Mask a telephone number: «+7 351 900-12-34» → «+7 *** ***-12-34»."""
    digits = "".join(letter for letter in value if letter.isdecimal())
    if len(digits) < _SHORTEST_PHONE:
        return _HIDDEN
    start = "+7 " if len(digits) == _PHONE_DIGITS and digits[0] in "78" else ""
    return f"{start}*** ***-{digits[-4:-2]}-{digits[-2:]}"


def mask_login(value: str) -> str:
    """Mask a text typed as a login, which may be an e-mail, a telephone number or a password."""
    typed = value.strip()
    if "@" in typed:
        return mask_email(typed)
    if typed.lstrip("+").replace(" ", "").replace("-", "").isdecimal():
        return mask_phone(typed)
    return mask_surname(typed) if len(typed) > _SHOWN_LETTERS else _HIDDEN
