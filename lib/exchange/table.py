"""Table: one CSV file as rows of text, each knowing its physical line.

RFC 4180 with `;`. A file without a quote whose separators add up is read at once;
any other is first split into records, so that a ragged row or a quote that never
closes is named with its line and cannot swallow its neighbours silently.
"""

import codecs
import csv
import re
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from lib.exchange.findings import Findings, Severity

SEPARATOR = ";"
ROW = "_row"
MAX_HEADER_BYTES = 64 * 1024

_EXTRA = "_extra"
_CHUNK = 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FIELD = r'(?:"(?:[^"]|"")*"|[^";]*)'
_ONE_FIELD = re.compile(_FIELD)
_NEXT_FIELD = re.compile(rf"(?:^|{SEPARATOR}){_FIELD}")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one file as text.

    Attributes:
        header: All names of the header, in its order.
        frame: `_row` (physical line, Int64) and the wanted columns as String; an
            empty cell is null. Rows that are no records are left out.
        records: How many records the file has, bad ones included.
        is_whole: Whether no row had to be left out.
    """

    header: tuple[str, ...]
    frame: pl.DataFrame
    records: int
    is_whole: bool


def read_table(
    data: bytes, *, wanted: Collection[str], file: str, findings: Findings
) -> Table | None:
    """Split a CSV file into rows of text.

    Args:
        data: The file's bytes, UTF-8 with or without BOM.
        wanted: Names of the columns to keep.
        file: Its name, for the findings.
        findings: Receives every row that is no record.

    Returns:
        The table, or None when the file cannot be read as CSV at all.
    """
    if not data:
        _refuse(findings, file, "empty-file", "файл пуст: нет даже строки заголовка")
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    if not _is_utf8(data, file, findings):
        return None
    header = _header(data, file, findings)
    if header is None:
        return None
    data = _without_blank_tail(data)
    rows = None
    if b'"' not in data:
        frame = _read(data, header, quoted=False)
        if _is_rectangular(frame, data, len(header)):
            rows = pl.int_range(2, frame.height + 2, dtype=pl.Int64, eager=True)
            records = frame.height
    if rows is None:
        frame, rows, records = _read_records(data, header, file, findings)
    names = [pl.col(f"c{at}").alias(name) for at, name in enumerate(header) if name in wanted]
    frame = frame.select(rows.alias(ROW), *names)
    return Table(tuple(header), frame, records, is_whole=frame.height == records)


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
    """Find the first line that is not UTF-8, decoding piece by piece to save memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _CHUNK):
        try:
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            # the decoder may hold up to three bytes of the piece before
            return data.count(b"\n", 0, start + max(0, error.start - 3)) + 1
    return None


def _header(data: bytes, file: str, findings: Findings) -> list[str] | None:
    end = data.find(b"\n", 0, MAX_HEADER_BYTES)
    if end < 0 and len(data) > MAX_HEADER_BYTES:
        reason = "первая строка слишком длинна: это не заголовок, или строки кончаются не LF"
        _refuse(findings, file, "header", reason, 1)
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
    """Drop empty lines at the very end: editors add them and they carry nothing."""
    if data.endswith((b"\n\n", b"\n\r\n")):
        return data.rstrip(b"\r\n") + b"\n"
    return data


def _read(data: bytes, header: list[str], *, quoted: bool) -> pl.DataFrame:
    """Read text only; one column more than the header catches rows that are too long."""
    columns = [f"c{index}" for index in range(len(header))]
    return pl.read_csv(
        data,
        separator=SEPARATOR,
        quote_char='"' if quoted else None,
        has_header=False,
        skip_lines=1,
        schema=dict.fromkeys([*columns, _EXTRA], pl.String),
        truncate_ragged_lines=True,
        missing_columns="insert",
        extra_columns="ignore",
        raise_if_empty=False,
        glob=False,
    )


def _is_rectangular(frame: pl.DataFrame, data: bytes, width: int) -> bool:
    """Tell whether every row has the header's number of fields.

    No row is too long if nothing was caught; then none is too short if the
    separators add up, for a missing field reads like an empty one.
    """
    if frame[_EXTRA].null_count() < frame.height:
        return False
    if frame[f"c{width - 1}"].null_count() == 0:
        return True
    return data.count(b";") == (frame.height + 1) * (width - 1)


def _read_records(
    data: bytes, header: list[str], file: str, findings: Findings
) -> tuple[pl.DataFrame, pl.Series, int]:
    """Read the rows that are records, their lines, and the count of all."""
    records = _split(data)
    pattern = rf"(?s)^{_FIELD}(?:{SEPARATOR}{_FIELD}){{{len(header) - 1}}}$"
    is_good = pl.col("text").str.contains(pattern)
    # a blank record of a one-column file would fit the pattern
    bad = records.filter(~is_good | (pl.col("text") == ""))
    if bad.height:
        findings.add_rows(
            bad.select(ROW, value="text"),
            Severity.ERROR,
            file=file,
            code="malformed-row",
            reason=lambda row: _explain(row["value"], len(header)),
        )
    good = records.join(bad, on=ROW, how="anti", maintain_order="left") if bad.height else records
    if bad.height or not good.height:
        text = good["text"].str.join("\n").item() or ""
        data = f"header\n{text}\n".encode() if text else b"header\n"
    return _read(data, header, quoted=True), good[ROW], records.height


def _split(data: bytes) -> pl.DataFrame:
    """Split the text into records: `_row` of the first line and the `text`."""
    lines = pl.read_lines(data, name="text", row_index_name=ROW, row_index_offset=1).slice(1)
    lines = lines.with_columns(pl.col(ROW).cast(pl.Int64))
    quotes = pl.col("text").str.count_matches('"', literal=True)
    lines = lines.with_columns(open=quotes.cum_sum() % 2 == 1)
    if not lines["open"].any():
        return lines.select(ROW, "text")
    starts = ~pl.col("open").shift(1, fill_value=False)
    return (
        lines.with_columns(record=starts.cum_sum())
        .group_by("record", maintain_order=True)
        .agg(pl.col(ROW).first(), pl.col("text").str.join("\n"))
        .select(ROW, "text")
    )


def _explain(text: str, width: int) -> str:
    """Say what is wrong with a record that is none."""
    if not text:
        return "пустая строка внутри файла: удалите её"
    at = _end_of_fields(text)
    if at == len(text):
        found = len(_NEXT_FIELD.findall(text))
        return f"полей в строке {found}, а в заголовке {width}: проверьте «;» и кавычки"
    if text[at - 1 : at] == '"':
        return "лишний текст рядом с полем в кавычках: кавычки должны охватывать всё поле"
    if at and text[at - 1] != SEPARATOR:
        return "кавычка внутри поля: заключите поле в кавычки, а внутри удвойте их"
    return 'кавычка открыта и не закрыта: закройте её или удвойте ("")'


def _end_of_fields(text: str) -> int:
    """Find where the fields stop making sense; the text's length if they never do."""
    at = 0
    while at <= len(text):
        field = _ONE_FIELD.match(text, at)
        end = field.end() if field else at
        if end == len(text) or text[end] != SEPARATOR:
            return end
        at = end + 1
    return len(text)
