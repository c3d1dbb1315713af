"""The interface of a storage of files, and its errors."""

from pathlib import Path
from typing import Protocol

from lib.errors import PortalError


class FileGone(PortalError):
    """The file does not exist any more."""

    def __init__(self) -> None:
        super().__init__("Файла больше нет: он был удалён.")


class StorageAway(PortalError):
    """The storage does not answer, or refuses our credentials."""

    def __init__(self) -> None:
        super().__init__(
            "Хранилище файлов сейчас недоступно. Подождите несколько минут и повторите; "
            "без файлов всё работает."
        )


class Storage(Protocol):
    """Files by place, «kind/key»; a file is never stored partially."""

    def put(self, place: str, content: bytes) -> None:
        """Store a file.

        Raises:
            StorageAway: the file was not stored.
        """

    def get(self, place: str) -> bytes:
        """Return the content of a file.

        Raises:
            FileGone: the file does not exist.
            StorageAway: the storage does not answer.
        """

    def find_path(self, place: str) -> Path | None:
        """Return where a file of this place lies on this machine; None: on a server."""

    def delete(self, place: str) -> None:
        """Delete a file; it is no error if the file does not exist.

        Raises:
            StorageAway: the storage does not answer.
        """
