"""CsvText: a CSV file whose encoding and header were checked."""

import codecs
import csv
import re
from dataclasses import dataclass

from lib.exchange.findings import Findings, Severity

SEPARATOR = ";"
MAX_HEADER_BYTES = 64 * 1024

_CHUNK = 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class CsvText:
    """An opened CSV file.

    Attributes:
        file: its name.
        header: the names of the columns, in the file's order.
        data: its bytes in UTF-8, with the header, without BOM and without empty lines at the end.
    """

    file: str
    header: tuple[str, ...]
    data: bytes


def open_csv(data: bytes, *, file: str, findings: Findings) -> CsvText | None:
    """Check a file's encoding and header.

    Args:
        data: the file's bytes, UTF-8 with or without BOM.
        file: its name, for the findings.
        findings: receives what is wrong.

    Returns:
        The text; None if nothing in it can be read.
    """
    if not data:
        _refuse(findings, file, "empty-file", "файл пуст: нет даже строки заголовка")
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    if not _is_utf8(data, file, findings):
        return None
    header = _header(data, file, findings)
    return None if header is None else CsvText(file, tuple(header), _without_blank_tail(data))


def _refuse(findings: Findings, file: str, code: str, reason: str, line: int | None = None) -> None:
    findings.note(Severity.ERROR, file=file, line=line, code=code, reason=reason)


def _is_utf8(data: bytes, file: str, findings: Findings) -> bool:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        reason = "файл в UTF-16: сохраните его в кодировке UTF-8"
        _refuse(findings, file, "encoding", reason)
        return False
    if data.isascii():
        return True
    line = _undecodable_line(data)
    if line is not None:
        reason = (
            "файл не в UTF-8 (похоже на Windows-1251): сохраните его в кодировке UTF-8 "
            "и соберите пакет заново"
        )
        _refuse(findings, file, "encoding", reason, line)
    return line is None


def _undecodable_line(data: bytes) -> int | None:
    """Return the first line that is not UTF-8; the data is decoded in pieces to save memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _CHUNK):
        try:
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            # the decoder can keep up to three bytes of the piece before
            return data.count(b"\n", 0, start + max(0, error.start - 3)) + 1
    return None


def _header(data: bytes, file: str, findings: Findings) -> list[str] | None:
    end = data.find(b"\n", 0, MAX_HEADER_BYTES)
    if end < 0 and len(data) > MAX_HEADER_BYTES:
        reason = "первая строка слишком длинна: это не заголовок, или строки кончаются не LF"
        _refuse(findings, file, "header", reason, 1)
        return None
    if data.startswith(codecs.BOM_UTF8, end + 1):
        # the CSV reader would take it for the BOM of the file and drop it
        _refuse(findings, file, "header", "метка BOM стоит не в начале файла: удалите её", 2)
        return None
    line = data[: end if end >= 0 else len(data)].decode("utf-8").removesuffix("\r")
    try:
        names = next(csv.reader([line], delimiter=SEPARATOR, strict=True), [])
    except csv.Error:
        names = []
    names = [name.strip() for name in names]
    if not names or any(_CONTROL.search(name) for name in names):
        reason = "первая строка – не заголовок CSV: нужны названия столбцов через «;»"
        _refuse(findings, file, "header", reason, 1)
        return None
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        reason = f"столбец назван в заголовке дважды: {', '.join(twice)[:200]}"
        _refuse(findings, file, "duplicate-column", reason, 1)
        return None
    return names


def _without_blank_tail(data: bytes) -> bytes:
    """Drop empty lines at the end of the file, which editors add."""
    if data.endswith((b"\n\n", b"\n\r\n")):
        return data.rstrip(b"\r\n") + b"\n"
    return data
