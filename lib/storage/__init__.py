"""Storage of files by kind: people's files under random keys, the facts under names.

Files are kept in a folder, or on a server with the protocol of S3 if STORAGE_URL names one.
"""

import functools
import re
import secrets
from pathlib import Path

from lib import config
from lib.storage.folder import FolderStorage
from lib.storage.interface import FileGone, Storage, StorageAway

__all__ = [
    "FileGone",
    "StorageAway",
    "delete",
    "delete_named",
    "find_path",
    "get",
    "get_named",
    "put",
    "put_named",
]

_KEY = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"(?:[a-z0-9_-]+/)*[a-z0-9_-]+\.[a-z]+")
_KIND = re.compile(r"[a-z_]{1,40}")


def put(kind: str, content: bytes) -> str:
    """Store a file and return its key, which is random and cannot be guessed.

    Raises:
        StorageAway: the file was not stored.
    """
    key = secrets.token_hex(16)
    _storage().put(_place(kind, key), content)
    return key


def get(kind: str, key: str) -> bytes:
    """Return the content of a file.

    Raises:
        FileGone: the file does not exist, or the key is malformed.
        StorageAway: the storage does not answer.
    """
    return _storage().get(_place(kind, key))


def delete(kind: str, key: str) -> None:
    """Delete a file; it is no error if the file does not exist.

    Raises:
        StorageAway: the storage does not answer; it is safe to try again.
    """
    _storage().delete(_place(kind, key))


def put_named(kind: str, name: str, content: bytes) -> None:
    """Store a file under a name that we choose; a file of that name is replaced as a whole.

    Raises:
        StorageAway: the file was not stored.
    """
    _storage().put(_named_place(kind, name), content)


def get_named(kind: str, name: str) -> bytes:
    """Return the content of a named file.

    Raises:
        FileGone: the file does not exist.
        StorageAway: the storage does not answer.
    """
    return _storage().get(_named_place(kind, name))


def delete_named(kind: str, name: str) -> None:
    """Delete a named file; it is no error if the file does not exist.

    Raises:
        StorageAway: the storage does not answer; it is safe to try again.
    """
    _storage().delete(_named_place(kind, name))


def find_path(kind: str, name: str) -> Path | None:
    """Return where a named file lies on this machine; None if the storage is a server."""
    return _storage().find_path(_named_place(kind, name))


def _named_place(kind: str, name: str) -> str:
    """Return the place of a named file; a malformed name cannot lead out of its kind."""
    if not (_KIND.fullmatch(kind) and _NAME.fullmatch(name)):
        raise ValueError("a name is made of plain words")
    return f"{kind}/{name}"


def _place(kind: str, key: str) -> str:
    """Return the place of a file; a malformed key cannot lead to another file."""
    if not _KIND.fullmatch(kind):
        raise ValueError("a kind of files is a plain word")
    if not _KEY.fullmatch(key):
        raise FileGone
    return f"{kind}/{key}"


def _storage() -> Storage:
    settings = config.get_settings()
    if settings.storage_url and settings.storage_key and settings.storage_secret:
        return _bucket(
            settings.storage_url,
            settings.storage_endpoint,
            settings.storage_region,
            settings.storage_key,
            settings.storage_secret.get_secret_value(),
        )
    return _folder(settings.kabinet_state / "files")


@functools.cache
def _folder(root: Path) -> Storage:
    return FolderStorage(root)


@functools.cache
def _bucket(url: str, endpoint: str | None, region: str, key: str, secret: str) -> Storage:
    # imported only if there is a bucket: the SDK takes half a second to load
    from lib.storage.bucket import BucketStorage

    return BucketStorage(url, endpoint=endpoint, region=region, key=key, secret=secret)
