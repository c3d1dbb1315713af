"""Table: a CSV file as rows of text with their physical lines.

The format is RFC 4180 with `;`. A file without quotes whose rows all have the right number of
separators is read at once. Any other file is first split into records, so that a row with
missing fields, or a quote that is never closed, is reported with its line and does not spoil
the rows after it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from lib.exchange.csv_text import SEPARATOR, CsvText
from lib.exchange.findings import Findings, Severity

ROW = "_row"

_EXTRA = "_extra"
_FIELD = r'(?:"(?:[^"]|"")*"|[^";]*)'
_ONE_FIELD = re.compile(_FIELD)
_NEXT_FIELD = re.compile(rf"(?:^|{SEPARATOR}){_FIELD}")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one file as text.

    Attributes:
        frame: ``_row`` (the physical line, Int64) and the wanted columns as String; an
            empty cell is null. Malformed rows are left out.
        records: how many records the file has, with the malformed ones.
        is_whole: whether no row was left out.
    """

    frame: pl.DataFrame
    records: int
    is_whole: bool


def read_table(text: CsvText, *, wanted: Collection[str], findings: Findings) -> Table:
    """Split a CSV file into rows of text.

    Args:
        text: the opened file.
        wanted: names of the columns to keep.
        findings: receives every malformed row.
    """
    width = len(text.header)
    rows = None
    if b'"' not in text.data:
        frame = _read(text.data, width, quoted=False)
        if _is_rectangular(frame, text.data, width):
            rows = pl.int_range(2, frame.height + 2, dtype=pl.Int64, eager=True)
            records = frame.height
    if rows is None:
        frame, rows, records = _read_records(text, findings)
    names = [pl.col(f"c{at}").alias(name) for at, name in enumerate(text.header) if name in wanted]
    frame = frame.select(rows.alias(ROW), *names)
    return Table(frame, records, is_whole=frame.height == records)


def _read(data: bytes, width: int, *, quoted: bool) -> pl.DataFrame:
    """Read all columns as text, and one more to detect rows that are too long."""
    columns = [f"c{index}" for index in range(width)]
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

    No row is too long if the extra column is empty. Then no row is too short if the number of
    separators is right: polars reads a missing field like an empty one.
    """
    if frame[_EXTRA].null_count() < frame.height:
        return False
    if frame[f"c{width - 1}"].null_count() == 0:
        return True
    return data.count(b";") == (frame.height + 1) * (width - 1)


def _read_records(text: CsvText, findings: Findings) -> tuple[pl.DataFrame, pl.Series, int]:
    """Return the well-formed rows, their lines, and the count of all records."""
    data, width = text.data, len(text.header)
    records = _split(data)
    pattern = rf"(?s)^{_FIELD}(?:{SEPARATOR}{_FIELD}){{{width - 1}}}$"
    is_good = pl.col("text").str.contains(pattern)
    # an empty record of a file with one column would fit the pattern
    bad = records.filter(~is_good | (pl.col("text") == ""))
    if bad.height:
        findings.add_rows(
            bad.select(ROW, value="text"),
            Severity.ERROR,
            file=text.file,
            code="malformed-row",
            reason=lambda row: _explain(row["value"], width),
        )
    good = records.join(bad, on=ROW, how="anti", maintain_order="left") if bad.height else records
    if bad.height or not good.height:
        body = good["text"].str.join("\n").item() or ""
        data = f"header\n{body}\n".encode() if body else b"header\n"
    # in RFC 4180 an empty field and empty quotes mean the same
    frame = _read(data, width, quoted=True).with_columns(pl.when(pl.all() != "").then(pl.all()))
    return frame, good[ROW], records.height


def _split(data: bytes) -> pl.DataFrame:
    """Split the text into records: ``_row``, the first line of each, and ``text``."""
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
    """Return what is wrong with a malformed record."""
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
    """Return where the first malformed field begins; the text's length if there is none."""
    at = 0
    while at <= len(text):
        field = _ONE_FIELD.match(text, at)
        end = field.end() if field else at
        if end == len(text) or text[end] != SEPARATOR:
            return end
        at = end + 1
    return len(text)
