"""Files in a folder of this machine."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from lib.storage.interface import FileGone, StorageAway


class FolderStorage:
    """A folder for each kind of files; only the portal's user can read it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, place: str, content: bytes) -> None:
        """Store a file; it gets its name when it is complete, even if the process is killed."""
        path = self._root / place
        # a draft that a killed process left behind must not stand in the way
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - Path.open cannot set the mode
                file.write(content)
            draft.rename(path)
        except OSError as failure:  # the disk is full, or the folder is not writable
            with suppress(OSError):
                draft.unlink()
            raise StorageAway from failure

    def get(self, place: str) -> bytes:
        """Return the content of a file."""
        try:
            return (self._root / place).read_bytes()
        except FileNotFoundError as missing:
            raise FileGone from missing
        except OSError as failure:
            raise StorageAway from failure

    def find_path(self, place: str) -> Path | None:
        """Return where the file lies on this machine."""
        return self._root / place

    def delete(self, place: str) -> None:
        """Delete a file."""
        try:
            (self._root / place).unlink(missing_ok=True)
        except OSError as failure:
            raise StorageAway from failure
