"""Parse the names, usernames and e-mails that people type."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from lib.errors import PortalError

_LONGEST_NAME = 64
_LONGEST_EMAIL = 254
_LONGEST_TYPED = 254
_NAME = re.compile(r"[^\W\d_]+(?:(?: |-|'|’)[^\W\d_]+)*[.]?")
_USERNAME = re.compile(r"[a-z0-9._-]{3,32}")


class NameRefused(PortalError):
    """A part of a name is empty, too long or has wrong characters."""

    def __init__(self, field: str) -> None:
        super().__init__(
            f"Поле «{field}»: введите от 1 до {_LONGEST_NAME} букв; "
            "допустимы также пробел, дефис и апостроф."
        )


class UsernameRefused(PortalError):
    """A username is too short, too long or has wrong characters."""

    def __init__(self) -> None:
        super().__init__(
            "Поле «Имя пользователя»: введите от 3 до 32 знаков — латинские буквы, цифры, "
            "точка, дефис, подчёркивание."
        )


class EmailRefused(PortalError):
    """The text is not an e-mail address."""

    def __init__(self) -> None:
        super().__init__("Поле «E-mail»: проверьте адрес, он должен быть вида имя@example.ru.")


def parse_name(value: str, *, field: str) -> str:
    """Return a part of a name in its stored form.

    Raises:
        NameRefused: it is empty, longer than 64 characters or has wrong characters.
    """
    typed = unicodedata.normalize("NFC", value[: 4 * _LONGEST_NAME]).strip()
    words = " ".join(filter(None, typed.split(" ")))
    if len(words) > _LONGEST_NAME or not _NAME.fullmatch(words):
        raise NameRefused(field)
    return words


def parse_username(value: str) -> str:
    """Return a username in lower case.

    Raises:
        UsernameRefused: it is not 3–32 Latin letters, digits, ``.``, ``_`` or ``-``.
    """
    typed = value.strip().lower()
    if not _USERNAME.fullmatch(typed):
        raise UsernameRefused
    return typed


def parse_email(value: str) -> str:
    """Return an e-mail in its stored form: in lower case, a Russian domain in Punycode.

    Raises:
        EmailRefused: it is not an address, or it is longer than 254 characters.
    """
    typed = value.strip()
    try:
        if len(typed) > _LONGEST_EMAIL:
            raise EmailRefused
        address = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as wrong:
        raise EmailRefused from wrong
    email = (address.ascii_email or "").lower()
    if not 0 < len(email) <= _LONGEST_EMAIL:
        raise EmailRefused
    return email


def parse_login(value: str) -> str:
    """Return a typed username or e-mail in the form to search for; any text is accepted."""
    typed = "".join(letter for letter in value[: _LONGEST_TYPED + 1] if letter.isprintable())
    typed = typed.strip().lower()
    try:
        return parse_email(typed) if "@" in typed else typed
    except EmailRefused:
        return typed
