"""Files of people: one folder a kind beside the portal's other files, names that say nothing."""

import os
import re
import secrets
from pathlib import Path

from lib import config
from lib.errors import PortalError

_KEY = re.compile(r"[0-9a-f]{32}")
_KIND = re.compile(r"[a-z_]{1,40}")


class FileGone(PortalError):
    """The file is not there any more."""

    def __init__(self) -> None:
        super().__init__("Файла больше нет: он был удалён.")


def put(kind: str, content: bytes) -> str:
    """Keep a file and return its key: a random one, found by no guess.

    It is written under another name first, so that a killed process leaves no half file.
    """
    key = secrets.token_hex(16)
    folder = _folder(kind)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{key}.part"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - Path.open cannot set the mode
        file.write(content)
    draft.rename(folder / key)
    return key


def get(kind: str, key: str) -> bytes:
    """Return a file that was kept.

    Raises:
        FileGone: it is not there, or the key is none.
    """
    try:
        return _path(kind, key).read_bytes()
    except FileNotFoundError as missing:
        raise FileGone from missing


def delete(kind: str, key: str) -> None:
    """Remove a file; one that is not there stays so."""
    _path(kind, key).unlink(missing_ok=True)


def _path(kind: str, key: str) -> Path:
    """Return where a file lies; whatever is no key of ours leads nowhere."""
    if not _KEY.fullmatch(key):
        raise FileGone
    return _folder(kind) / key


def _folder(kind: str) -> Path:
    if not _KIND.fullmatch(kind):
        raise ValueError("a kind of files is a plain word")
    return config.settings().kabinet_state / "files" / kind
