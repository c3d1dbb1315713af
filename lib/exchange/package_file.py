"""Package file: one CSV file of a package, read and checked by itself."""

from functools import reduce
from operator import xor

import polars as pl

from lib.exchange.cell_types import get_type
from lib.exchange.cells import type_cells
from lib.exchange.clean_files import read_clean_file
from lib.exchange.column import Column, Kind
from lib.exchange.csv_text import SEPARATOR, CsvText, open_csv
from lib.exchange.findings import Findings, Severity
from lib.exchange.manifest import ManifestFile
from lib.exchange.package_format import FILES
from lib.exchange.table import ROW, read_table

_SUMMED = (Kind.MONEY, Kind.TARIFF, Kind.VOLUME, Kind.INT)


def read_package_file(
    stem: str, data: bytes, *, described: ManifestFile | None, findings: Findings
) -> pl.DataFrame:
    """Read a file into a typed frame.

    Args:
        stem: its name without «.csv».
        data: its bytes.
        described: what the manifest says about it; None if it is not in the manifest.
        findings: receives everything that is wrong.

    Returns:
        ``_row`` and all columns of the format; rows with a wrong cell are left out.
    """
    name, columns = f"{stem}.csv", FILES[stem]
    text = open_csv(data, file=name, findings=findings)
    if text is None or not _has_headers(text, columns, findings):
        return pl.DataFrame(schema={ROW: pl.Int64(), **{c.name: get_type(c) for c in columns}})
    frame = read_clean_file(text, columns)
    if frame is None:
        frame, records, is_whole = _read_carefully(text, columns, findings)
    else:
        records, is_whole = frame.height, True
    _check_keys(frame, columns, name, findings)
    if described is not None:
        _check_rows(described, records, findings)
        if is_whole:
            # without the wrong rows the sums differ, and these rows were reported already
            _check_sums(described, frame, columns, findings)
    return frame


def _read_carefully(
    text: CsvText, columns: tuple[Column, ...], findings: Findings
) -> tuple[pl.DataFrame, int, bool]:
    """Read a file cell by cell; return its valid rows, the count of all, and if all are valid."""
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
    """Report rows with the key of an earlier row; empty parts of a key are equal."""
    keys = [column.name for column in columns if column.is_key]
    # 64-bit hashes are counted ten times faster than keys; if some are equal, compare the keys
    hashes = (pl.col(key).hash(seed) for seed, key in enumerate(keys))
    if frame.select(reduce(xor, hashes).n_unique()).item() == frame.height:
        return
    again = frame.filter(~pl.struct(keys).is_first_distinct())
    key_text = pl.concat_str(pl.col(keys).cast(pl.String).fill_null(""), separator=SEPARATOR)
    findings.add_rows(
        again.select(ROW, value=key_text),
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
