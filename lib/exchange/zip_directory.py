"""The directory of a ZIP file: its length is checked before it is parsed."""

import os
import struct
import zipfile
from typing import IO

_END = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_TAIL = _END_BYTES + 65_535
_LOCATOR = b"PK\x06\x07"
_LOCATOR_BYTES = 20
_ZIP64_BYTES = 56


class DirectoryTooLong(Exception):
    """The directory is longer than a real package needs."""


def check_directory(file: IO[bytes], *, limit: int) -> None:
    """Check the length of the central directory by the records at the end of the file.

    ``zipfile`` makes an object for each member, however many there are. It reads the length
    from the same records, so it cannot parse a longer directory than this check has seen.

    Args:
        file: the archive.
        limit: the largest length of the directory, in bytes.

    Raises:
        DirectoryTooLong: it is longer.
        zipfile.BadZipFile: the record is missing: the file is cut short or is not a ZIP file.
    """
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _LONGEST_TAIL)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise zipfile.BadZipFile
    (length,) = struct.unpack_from("<L", tail, at + 12)
    if _has_locator(tail, at):
        length = _zip64_length(file, end=start + at - _LOCATOR_BYTES)
    if length > limit:
        raise DirectoryTooLong


def _has_locator(tail: bytes, at: int) -> bool:
    return at >= _LOCATOR_BYTES and tail.startswith(_LOCATOR, at - _LOCATOR_BYTES)


def _zip64_length(file: IO[bytes], *, end: int) -> int:
    # zipfile reads the record right before its locator and ignores the written offset
    file.seek(max(0, end - _ZIP64_BYTES))
    record = file.read(_ZIP64_BYTES)
    if len(record) < _ZIP64_BYTES:
        raise zipfile.BadZipFile
    (length,) = struct.unpack_from("<Q", record, 40)
    return int(length)
