"""Files of people: one kind beside another, under names that say nothing.

They lie in a folder, or, where STORAGE_URL says so, on a server that speaks S3.
"""

import functools
import re
import secrets
from pathlib import Path

from lib import config
from lib.storage.folder import FolderStorage
from lib.storage.interface import FileGone, Storage, StorageAway

__all__ = ["FileGone", "StorageAway", "delete", "get", "put"]

_KEY = re.compile(r"[0-9a-f]{32}")
_KIND = re.compile(r"[a-z_]{1,40}")


def put(kind: str, content: bytes) -> str:
    """Keep a file and return its key: a random one, found by no guess.

    Raises:
        StorageAway: it was not kept.
    """
    key = secrets.token_hex(16)
    _storage().put(_place(kind, key), content)
    return key


def get(kind: str, key: str) -> bytes:
    """Return a file that was kept.

    Raises:
        FileGone: it is not there, or the key is none.
        StorageAway: the storage does not answer.
    """
    return _storage().get(_place(kind, key))


def delete(kind: str, key: str) -> None:
    """Remove a file; one that is not there stays so.

    Raises:
        StorageAway: the storage does not answer; removing it again is safe.
    """
    _storage().delete(_place(kind, key))


def _place(kind: str, key: str) -> str:
    """Return where a file lies; whatever is no key of ours leads nowhere."""
    if not _KIND.fullmatch(kind):
        raise ValueError("a kind of files is a plain word")
    if not _KEY.fullmatch(key):
        raise FileGone
    return f"{kind}/{key}"


def _storage() -> Storage:
    settings = config.settings()
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
    # only where there is a bucket: the SDK takes half a second to load
    from lib.storage.bucket import BucketStorage

    return BucketStorage(url, endpoint=endpoint, region=region, key=key, secret=secret)
