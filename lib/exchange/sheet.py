"""Sheet: one file of the package, read and checked by itself."""

from functools import reduce
from operator import xor

import polars as pl

from lib.exchange.cells import type_cells
from lib.exchange.clean import read_clean
from lib.exchange.column import Column, Kind
from lib.exchange.columns import FILES
from lib.exchange.csv_text import SEPARATOR, CsvText, open_csv
from lib.exchange.findings import Findings, Severity
from lib.exchange.kinds import type_of
from lib.exchange.manifest import ManifestFile
from lib.exchange.table import ROW, read_table

_SUMMED = (Kind.MONEY, Kind.TARIFF, Kind.VOLUME, Kind.INT)


def read_sheet(
    stem: str, data: bytes, *, described: ManifestFile | None, findings: Findings
) -> pl.DataFrame:
    """Read one file into its typed frame.

    Args:
        stem: Its name without «.csv».
        data: Its bytes.
        described: What the manifest says of it.
        findings: Receives everything wrong.

    Returns:
        `_row` and all columns of the format; rows with a bad cell are left out.
    """
    name, columns = f"{stem}.csv", FILES[stem]
    text = open_csv(data, file=name, findings=findings)
    if text is None or not _has_headers(text, columns, findings):
        return pl.DataFrame(schema={ROW: pl.Int64(), **{c.name: type_of(c) for c in columns}})
    frame = read_clean(text, columns)
    if frame is None:
        frame, records, is_whole = _read_carefully(text, columns, findings)
    else:
        records, is_whole = frame.height, True
    _check_keys(frame, columns, name, findings)
    if described is not None:
        _check_rows(described, records, findings)
        if is_whole:
            # with rows left out the sums differ for a reason already told
            _check_sums(described, frame, columns, findings)
    return frame


def _read_carefully(
    text: CsvText, columns: tuple[Column, ...], findings: Findings
) -> tuple[pl.DataFrame, int, bool]:
    """Read a file cell by cell: its right rows, the count of all, whether none is missing."""
    table = read_table(text, wanted={column.name for column in columns}, findings=findings)
    typed = type_cells(table.frame, columns, file=text.file, findings=findings)
    return typed.frame, table.records, table.is_whole and typed.is_whole


def _has_headers(text: CsvText, columns: tuple[Column, ...], findings: Findings) -> bool:
    known = {column.name for column in columns}
    for name in (name for name in text.header if name not in known):
        findings.note(
            Severity.WARNING,
            file=text.file,
            line=1,
            column=name[:60],
            code="unknown-column",
            reason="столбец не описан форматом, пропущен",
        )
    missing = [c.name for c in columns if c.has_header and c.name not in text.header]
    for name in missing:
        findings.note(
            Severity.ERROR,
            file=text.file,
            line=1,
            column=name,
            code="missing-column",
            reason="обязательного столбца нет в заголовке",
        )
    return not missing


def _check_keys(
    frame: pl.DataFrame, columns: tuple[Column, ...], file: str, findings: Findings
) -> None:
    """Note every row whose key an earlier row has; empty parts of a key are equal."""
    keys = [column.name for column in columns if column.is_key]
    # 64-bit hashes are counted ten times faster than keys; equal ones are looked at below
    hashes = (pl.col(key).hash(seed) for seed, key in enumerate(keys))
    if frame.select(reduce(xor, hashes).n_unique()).item() == frame.height:
        return
    again = frame.filter(~pl.struct(keys).is_first_distinct())
    shown = pl.concat_str(pl.col(keys).cast(pl.String).fill_null(""), separator=SEPARATOR)
    findings.add_rows(
        again.select(ROW, value=shown),
        Severity.ERROR,
        file=file,
        column=keys[0],
        code="duplicate-key",
        reason=f"строка с таким ключом ({', '.join(keys)}) в файле уже есть",
    )


def _check_rows(described: ManifestFile, records: int, findings: Findings) -> None:
    if described.rows != records:
        findings.note(
            Severity.ERROR,
            file=described.name,
            code="rows-mismatch",
            value=str(records),
            reason=f"в manifest.json строк {described.rows}, в файле {records}: "
            "файл неполный или манифест от другого файла",
        )


def _check_sums(
    described: ManifestFile,
    frame: pl.DataFrame,
    columns: tuple[Column, ...],
    findings: Findings,
) -> None:
    numeric = {column.name for column in columns if column.kind in _SUMMED}
    for name, expected in described.sums.items():
        if name not in numeric:
            reason = "сумма в manifest.json дана по столбцу, у которого суммы нет: уберите её"
        elif (actual := frame[name].sum() or 0) != expected:
            reason = (
                f"сумма столбца {actual}, а в manifest.json {expected}: файл и манифест разошлись"
            )
        else:
            continue
        findings.note(
            Severity.ERROR,
            file=described.name,
            column=name[:60],
            code="sum-mismatch",
            value=str(expected),
            reason=reason,
        )
