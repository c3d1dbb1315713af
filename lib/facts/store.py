"""Where the files of the facts lie: in the storage, and a copy on the machine that reads them.

A file's name holds the digest of its content, so a file never changes under its name. The manifest
is replaced as a whole, last: who reads sees the old version or the new one, and nothing between.
"""

import functools
import hashlib
import io
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from lib import config, storage
from lib.facts import tables
from lib.facts.manifest import File, Manifest, read_manifest, write_manifest
from lib.storage import FileGone, folders

_MANIFEST = "manifest.json"
_ROWS_A_GROUP = 100_000
_DIGITS = 16


def put_file(
    frame: pl.DataFrame, *, kind: str, organization: int | None, month: str, unit: str
) -> File:
    """Store a frame as a Parquet file and return its entry for the manifest.

    Raises:
        StorageAway: the file was not stored.
    """
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=True, row_group_size=_ROWS_A_GROUP)
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
    whose = "all" if organization is None else str(organization)
    place = f"{kind}/{whose}/{month}-{digest}.parquet"
    storage.put_named(folders.FACTS, place, content)
    return File(kind, organization, month, place, frame.height, unit)


def get_file(file: File, *, columns: Sequence[str] = ()) -> pl.DataFrame:
    """Return the content of a file, or some columns of it, which is quicker.

    Raises:
        FileGone, StorageAway: it cannot be read.
    """
    content = storage.get_named(folders.FACTS, file.place)
    schema = tables.KINDS[file.kind].schema
    return pl.read_parquet(io.BytesIO(content), columns=list(columns) or None, schema=schema)


def put_manifest(manifest: Manifest) -> None:
    """Make a version the one that is read from now on.

    Raises:
        StorageAway: the version before it stays.
    """
    storage.put_named(folders.FACTS, _MANIFEST, write_manifest(manifest))


def find_manifest() -> Manifest | None:
    """Return the current version; None if the facts were never written.

    Raises:
        FactsBroken: the manifest cannot be read.
        StorageAway: the storage does not answer.
    """
    try:
        return _read_once(storage.get_named(folders.FACTS, _MANIFEST))
    except FileGone:
        return None


@functools.lru_cache(maxsize=1)
def _read_once(content: bytes) -> Manifest:
    """Read a manifest; thousands of files take a quarter of a second, the same bytes nothing."""
    return read_manifest(content)


def delete_file(place: str) -> None:
    """Delete a file that no version needs any more, and its copy on this machine."""
    storage.delete_named(folders.FACTS, place)
    (_cache() / place).unlink(missing_ok=True)


def get_local_path(place: str) -> Path:
    """Return a file of the facts on this machine; it is fetched from a server if it is not here.

    Raises:
        FileGone, StorageAway: it cannot be fetched.
    """
    found = storage.find_path(folders.FACTS, place)
    if found is not None:
        return found
    path = _cache() / place
    if not path.exists():
        content = storage.get_named(folders.FACTS, place)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:  # noqa: PTH123 - Path.open cannot set the mode
            file.write(content)
        draft.rename(path)
    return path


def _cache() -> Path:
    return config.get_settings().kabinet_state / "facts"
