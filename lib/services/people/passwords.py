"""Password hashes: bcrypt over a SHA-256 digest, because bcrypt accepts only 72 bytes."""

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
    """The two copies of the password differ."""

    def __init__(self) -> None:
        super().__init__("Пароль и повтор пароля не совпадают. Наберите их ещё раз.")


def digest_password(password: str) -> str:
    """Return the SHA-256 digest of a password in base64: 44 characters."""
    return base64.b64encode(hashlib.sha256(password.encode("utf-8", "replace")).digest()).decode()


def hash_password(password: str) -> str:
    """Hash a new password.

    Raises:
        PasswordRefused: the password is shorter than 10 or longer than 64 characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused
    return bcrypt.hashpw(digest_password(password).encode(), bcrypt.gensalt(get_cost())).decode()


def check_new_password(password: str, repeated: str) -> str:
    """Return the password if its length is allowed and both copies are equal.

    Raises:
        PasswordRefused: the password is shorter than 10 or longer than 64 characters.
        PasswordsDiffer: the copies differ.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused
    if password != repeated:
        raise PasswordsDiffer
    return password


def is_correct(password: str, stored: str | None) -> bool:
    """Check a password against its hash, or against a decoy where there is no such login.

    One hash is computed in both cases, so the time does not reveal which logins exist.
    """
    matches = bcrypt.checkpw(digest_password(password).encode(), (stored or _decoy()).encode())
    return matches and stored is not None


def get_cost() -> int:
    """Return the bcrypt cost of new hashes: 12; tests set 4 to be quick."""
    return int(os.environ.get("KABINET_TEST_BCRYPT_COST", _COST))


@functools.cache
def _decoy() -> str:
    return bcrypt.hashpw(
        digest_password(os.urandom(16).hex()).encode(), bcrypt.gensalt(get_cost())
    ).decode()
