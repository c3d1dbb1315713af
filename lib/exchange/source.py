"""Source: the bytes of a package, from a ZIP file or a folder that may be hostile.

Nothing is extracted to the disk. Limits are checked while bytes are unpacked, because the
sizes in the headers of a ZIP file can be false.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Protocol

from lib.errors import PortalError
from lib.exchange.zip_directory import DirectoryTooLong, check_directory

MEBIBYTE = 1024 * 1024
MAX_FILE_BYTES = 1024 * MEBIBYTE
MAX_TOTAL_BYTES = 4096 * MEBIBYTE
MAX_MEMBERS = 1_000
# enough for 1,000 names; a longer directory is not parsed
MAX_DIRECTORY_BYTES = MEBIBYTE
# real packages are compressed 5 to 30 times; the ratio is checked beyond the free amount only
MAX_RATIO = 200
RATIO_FREE_BYTES = 64 * MEBIBYTE

# large pieces, because joining small ones copies everything
_CHUNK = 256 * MEBIBYTE
_ENCRYPTED = 0x1
_PLAIN_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# what zipfile raises for bytes that are not an archive
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    NotImplementedError,
    ValueError,
    OverflowError,
    OSError,
)


class PackageRefused(PortalError):
    """The package cannot be read; the message says why and what to do."""


class Source(Protocol):
    """An opened package: the names of its files and their bytes."""

    names: tuple[str, ...]

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            PackageRefused: the file is broken or exceeds a limit.
        """


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a package: a folder or a ZIP file.

    Raises:
        PackageRefused: it is neither, or it is hostile.
    """
    with ExitStack() as stack:
        with _translate_errors(path.name):
            mode = path.stat().st_mode
            if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
                raise _refuse_link(path.name)
            source = (
                _Folder(path)
                if stat.S_ISDIR(mode)
                else _Archive(stack.enter_context(path.open("rb")), path.name)
            )
        yield source


class _Folder:
    """A package in a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._budget = _Budget(packed=None)
        self.names = tuple(self._list())

    def _list(self) -> Iterator[str]:
        with os.scandir(self._path) as entries:
            names = sorted(entry.name for entry in islice(entries, MAX_MEMBERS + 1))
        if len(names) > MAX_MEMBERS:
            raise _refuse_too_many()
        for name in names:
            mode = (self._path / name).lstat().st_mode
            if stat.S_ISREG(mode):
                yield name
            elif not stat.S_ISDIR(mode):
                raise _refuse_link(name)

    def read(self, name: str) -> bytes:
        with _translate_errors(name), open(self._path / name, "rb", opener=_open_plain) as file:
            return self._budget.read(file, name)


class _Archive:
    """A package in a ZIP file."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        packed = file.seek(0, os.SEEK_END)
        try:
            check_directory(file, limit=MAX_DIRECTORY_BYTES)
            self._zip = zipfile.ZipFile(file)
        except DirectoryTooLong as error:
            raise _refuse_too_many() from error
        except _BROKEN as error:
            raise PackageRefused(
                f"«{name}» – не ZIP-архив или обрезан при передаче. Передайте его ещё раз; "
                "нужен ZIP с manifest.json и файлами CSV либо папка с ними."
            ) from error
        self._budget = _Budget(packed=packed)
        members = self._zip.infolist()
        for info in members:
            _check_member(info)
        self.names = tuple(info.filename for info in members if not info.is_dir())
        _check_names(self.names)

    def read(self, name: str) -> bytes:
        if self._zip.getinfo(name).file_size > MAX_FILE_BYTES:
            # a file that is too large by its header need not be unpacked
            raise _refuse_too_large(name)
        try:
            with self._zip.open(name) as member:
                return self._budget.read(member, name)
        except _BROKEN as error:
            raise PackageRefused(
                f"Файл {name} в архиве повреждён или обрезан. Соберите архив заново."
            ) from error


class _Budget:
    """Limits of unpacking; counts the bytes that are really unpacked."""

    def __init__(self, packed: int | None) -> None:
        self._total = 0
        self._packed = packed

    def read(self, file: IO[bytes], name: str) -> bytes:
        chunks = []
        size = 0
        while chunk := file.read(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            self._total += len(chunk)
            if size > MAX_FILE_BYTES:
                raise _refuse_too_large(name)
            self._check_total()
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _check_total(self) -> None:
        if self._total > MAX_TOTAL_BYTES:
            raise PackageRefused(
                f"Файлы пакета вместе больше {MAX_TOTAL_BYTES // MEBIBYTE} МиБ. "
                "Разделите выгрузку на несколько пакетов."
            )
        if self._packed is None or self._total <= RATIO_FREE_BYTES:
            return
        if self._total > MAX_RATIO * self._packed:
            raise PackageRefused(
                f"Архив распаковывается больше чем в {MAX_RATIO} раз: похоже на «архивную бомбу», "
                "чтение прекращено. Если данные настоящие, передайте их папкой без сжатия."
            )


def _check_member(info: zipfile.ZipInfo) -> None:
    """Refuse members with a path outside the package, links and encrypted members."""
    name = info.filename
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise PackageRefused(
            f"В архиве путь за пределы пакета: «{name[:60]}». Такой архив не принимается."
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _refuse_link(name)
    if info.flag_bits & _ENCRYPTED:
        raise PackageRefused(f"Файл {name[:60]} в архиве зашифрован. Соберите архив без пароля.")
    if info.compress_type not in _PLAIN_METHODS:
        raise PackageRefused(
            f"Файл {name[:60]} сжат необычным способом. Соберите обычный ZIP (Deflate)."
        )


def _check_names(names: tuple[str, ...]) -> None:
    if len(names) > MAX_MEMBERS:
        raise _refuse_too_many()
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise PackageRefused(
                f"Файл {name[:60]} лежит в архиве дважды. Оставьте один и соберите архив заново."
            )
        seen.add(name)


def _refuse_too_large(name: str) -> PackageRefused:
    return PackageRefused(
        f"Файл {name} больше {MAX_FILE_BYTES // MEBIBYTE} МиБ. "
        "Разделите выгрузку на несколько пакетов."
    )


def _refuse_too_many() -> PackageRefused:
    return PackageRefused(
        f"В пакете слишком много файлов (больше {MAX_MEMBERS}). "
        "Оставьте manifest.json и файлы CSV из описания формата."
    )


def _refuse_link(name: str) -> PackageRefused:
    return PackageRefused(
        f"«{name[:60]}» – ссылка или особый файл, а не обычный. Положите в пакет сам файл."
    )


@contextmanager
def _translate_errors(name: str) -> Iterator[None]:
    """Turn errors of the operating system into refusals."""
    try:
        yield
    except FileNotFoundError as error:
        raise PackageRefused(f"«{name}» не найден. Проверьте путь.") from error
    except PermissionError as error:
        raise PackageRefused(f"Нет прав на чтение «{name}». Дайте права на чтение.") from error
    except (OSError, ValueError) as error:
        raise PackageRefused(f"Не удалось прочитать «{name}». Проверьте диск и путь.") from error


def _open_plain(path: str, flags: int) -> int:
    """Open a file, but not a link or a pipe that has replaced it since it was listed."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
