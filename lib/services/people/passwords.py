"""Password hashes: bcrypt over a digest, so that no length and no script is cut."""

import base64
import functools
import hashlib
import os

import bcrypt

from lib.errors import PortalError

SHORTEST, LONGEST = 10, 64
_COST = 12


class PasswordRefused(PortalError):
    """The password is too short or too long."""

    def __init__(self) -> None:
        super().__init__(f"Пароль должен быть от {SHORTEST} до {LONGEST} знаков.")


class PasswordsDiffer(PortalError):
    """The password was not typed twice the same."""

    def __init__(self) -> None:
        super().__init__("Пароль и повтор пароля не совпадают. Наберите их ещё раз.")


def digest_password(password: str) -> str:
    """Return SHA-256 of a password in base64: bcrypt refuses more than 72 bytes."""
    return base64.b64encode(hashlib.sha256(password.encode("utf-8", "replace")).digest()).decode()


def hash_password(password: str) -> str:
    """Hash a new password.

    Raises:
        PasswordRefused: it is shorter than 10 or longer than 64 characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused
    return bcrypt.hashpw(digest_password(password).encode(), bcrypt.gensalt(get_cost())).decode()


def check_new_password(password: str, repeated: str) -> str:
    """Return the password if it may be one and was typed twice the same.

    Raises:
        PasswordRefused: it is shorter than 10 or longer than 64 characters.
        PasswordsDiffer: the second time it was typed otherwise.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused
    if password != repeated:
        raise PasswordsDiffer
    return password


def is_correct(password: str, stored: str | None) -> bool:
    """Check a password against its hash, or against a decoy where there is no such login.

    One hash is computed either way: the time tells nobody which logins exist.
    """
    matches = bcrypt.checkpw(digest_password(password).encode(), (stored or _decoy()).encode())
    return matches and stored is not None


def get_cost() -> int:
    """Return the cost of new hashes: 12, and 4 in tests, which hash hundreds."""
    return int(os.environ.get("KABINET_TEST_BCRYPT_COST", _COST))


@functools.cache
def _decoy() -> str:
    return bcrypt.hashpw(
        digest_password(os.urandom(16).hex()).encode(), bcrypt.gensalt(get_cost())
    ).decode()
