"""How personal data is starred on the server, before it reaches a screen (DOMAIN §6.4)."""

_SHOWN_LETTERS = 3
_SHORTEST_SHOWN = 6
_STARS = "****"
_HIDDEN = "***"
_SHOWN_START = 2
_PHONE_DIGITS = 11
_SHORTEST_PHONE = 7


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


def surname(value: str | None) -> str:
    """Star a surname for others: «Муравьев» → «Му***»."""
    return f"{value[:_SHOWN_START]}{_HIDDEN}" if value else ""


def stranger(last_name: str | None, first_name: str | None) -> str:
    """Write a name for others: «Муравьев Сергей Иванович» → «Му*** С.»."""
    initial = f"{first_name[0]}." if first_name else ""
    return " ".join(part for part in (surname(last_name), initial) if part)


def email(value: str) -> str:
    """Star an e-mail: «ivan@domain.ru» → «i***@d***.ru»; what is none is hidden altogether."""
    name, at, domain = value.strip().rpartition("@")
    host, dot, zone = domain.rpartition(".")
    if not (name and at and host and dot):
        return _HIDDEN
    return f"{name[0]}{_HIDDEN}@{host[0]}{_HIDDEN}.{zone}"


def phone(value: str) -> str:
    """Star a telephone number: «+7 351 900-12-34» → «+7 *** ***-12-34»."""
    digits = "".join(letter for letter in value if letter.isdecimal())
    if len(digits) < _SHORTEST_PHONE:
        return _HIDDEN
    start = "+7 " if len(digits) == _PHONE_DIGITS and digits[0] in "78" else ""
    return f"{start}*** ***-{digits[-4:-2]}-{digits[-2:]}"


def login(value: str) -> str:
    """Star what was typed as a login: it may be an e-mail, a telephone, even a password."""
    typed = value.strip()
    if "@" in typed:
        return email(typed)
    if typed.lstrip("+").replace(" ", "").replace("-", "").isdecimal():
        return phone(typed)
    return surname(typed) if len(typed) > _SHOWN_LETTERS else _HIDDEN
