"""What the portal asks of a storage of files."""

from typing import Protocol

from lib.errors import PortalError


class FileGone(PortalError):
    """The file is not there any more."""

    def __init__(self) -> None:
        super().__init__("Файла больше нет: он был удалён.")


class StorageAway(PortalError):
    """The storage does not answer, or does not let us in."""

    def __init__(self) -> None:
        super().__init__(
            "Хранилище файлов сейчас недоступно. Подождите несколько минут и повторите; "
            "без файлов всё работает."
        )


class Storage(Protocol):
    """Files by place, «kind/key»; a file is there whole or not at all."""

    def put(self, place: str, content: bytes) -> None:
        """Keep a file.

        Raises:
            StorageAway: it was not kept.
        """

    def get(self, place: str) -> bytes:
        """Return a file.

        Raises:
            FileGone: it is not there.
            StorageAway: the storage does not answer.
        """

    def delete(self, place: str) -> None:
        """Remove a file; one that is not there stays so.

        Raises:
            StorageAway: the storage does not answer.
        """
