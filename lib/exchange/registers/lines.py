"""Splits the bytes of a register into lines and cells, by its encoding and separator."""

import codecs
import csv
import io

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.registers.formats import RegisterFormat

LINES = {"_row": pl.Int64(), "raw": pl.String(), "cells": pl.List(pl.String())}
_NAMES = {"cp1251": "Windows-1251", "cp866": "DOS (866)", "koi8-r": "KOI8-R", "utf-8": "UTF-8"}
_DOS_END = "\x1a"


def decode_text(data: bytes, encoding: str, *, file: str, findings: Findings) -> str | None:
    """Decode bytes; return None, with a finding, if they are in another encoding."""
    if encoding == "utf-8":
        data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(encoding).rstrip(_DOS_END)
    except UnicodeDecodeError as wrong:
        findings.note(
            Severity.ERROR,
            file=file,
            line=data.count(b"\n", 0, wrong.start) + 1,
            code="encoding",
            reason=f"файл не в кодировке {_NAMES.get(encoding, encoding)}: проверьте формат",
        )
        return None


def split_lines(text: str, form: RegisterFormat, *, file: str, findings: Findings) -> pl.DataFrame:
    """Split a text into lines with their numbers and cells, without empty lines and comments.

    In a format with quotes a record can have several lines; its number is that of the last one.
    """
    if form.is_quoted:
        frame = _quoted(text, form, file=file, findings=findings)
    else:
        # only the bank's line breaks end a line, not the other ones of Unicode
        raw = pl.Series("raw", text.split("\n"), dtype=pl.String).str.strip_suffix("\r")
        frame = pl.DataFrame({"raw": raw}).with_row_index("_row", offset=1)
        frame = frame.with_columns(
            pl.col("_row").cast(pl.Int64), cells=pl.col("raw").str.split(form.separator)
        )
    is_kept = pl.col("raw").str.strip_chars(" \t") != ""
    if form.comment_mark:
        is_kept &= ~pl.col("raw").str.starts_with(form.comment_mark)
    return frame.filter(is_kept).select(*LINES)


def _quoted(text: str, form: RegisterFormat, *, file: str, findings: Findings) -> pl.DataFrame:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.separator, strict=True)
    numbers: list[int] = []
    records: list[list[str]] = []
    try:
        for record in reader:
            numbers.append(reader.line_num)
            records.append(record)
    except csv.Error:
        findings.note(
            Severity.ERROR,
            file=file,
            line=reader.line_num,
            code="quotes",
            reason="кавычки расставлены не по правилам CSV: выгрузите файл заново",
        )
    raw = [form.separator.join(record) for record in records]
    return pl.DataFrame({"_row": numbers, "raw": raw, "cells": records}, schema=LINES)
