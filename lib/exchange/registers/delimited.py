"""Registers with one payment on each line: every format is read by its description."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.registers import lines
from lib.exchange.registers.formats import Place, Places, RegisterFormat
from lib.exchange.registers.statement import ROWS, FileFacts, make_empty_rows

_TITLES = {
    "account": "лицевой счёт",
    "reference": "номер операции",
    "document": "номер документа",
    "payee_account": "счёт получателя",
    "paid_on": "дата платежа",
    "amount": "сумма платежа",
    "transfer": "сумма к перечислению",
    "fee": "комиссия",
}
_TOTALS = ("amount", "transfer", "fee")
_TEXTS = {"account": 64, "reference": 128, "document": 128, "payee_account": 34}
_REMARK = 300
_CONTROL = r"[\x00-\x1f\x7f]"
_SUM = pl.Decimal(14, 2)


def fits_format(sample: bytes, form: RegisterFormat) -> bool:
    """Tell whether most of the first lines of a file are payments of this format."""
    findings = Findings()
    text = lines.decode_text(sample, form.encoding, file="", findings=findings)
    if text is None:
        return False
    table = lines.split_lines(text, form, file="", findings=findings).slice(form.header_lines)
    table, trailer = _without_trailer(table, form, "", findings)
    if not table.height:
        return trailer is not None
    return _typed(table, form, "", findings).height * 2 > table.height


def read_delimited(
    data: bytes, form: RegisterFormat, *, file: str, findings: Findings
) -> tuple[pl.DataFrame, FileFacts]:
    """Read the payments of a register, and what the file says about itself.

    Args:
        data: the file's bytes.
        form: its format.
        file: its name, for the findings.
        findings: receives everything that is wrong.
    """
    text = lines.decode_text(data, form.encoding, file=file, findings=findings)
    if text is None:
        return make_empty_rows(), FileFacts()
    table = lines.split_lines(text, form, file=file, findings=findings)
    header, table = table.head(form.header_lines), table.slice(form.header_lines)
    table, trailer = _without_trailer(table, form, file, findings)
    typed = _typed(table, form, file, findings)
    top, bottom = _read_fields(header, form.header, form), _read_fields(trailer, form.trailer, form)
    if trailer is not None:
        line = int(trailer["_row"][0])
        for code, reason in _check_totals(typed, table.height, bottom, form):
            _refuse(findings, file, code, reason, line=line)
    if not table.height and trailer is None:
        _refuse(findings, file, "empty-file", "в файле нет ни одного платежа")
    payee = top.get("payee_account")
    rows = typed.with_columns(pl.col("payee_account").fill_null(pl.lit(payee, pl.String)))
    number = bottom.get("registry_no") or top.get("registry_no")
    day = _day(bottom.get("registry_on") or top.get("registry_on"), form)
    return rows.select(*ROWS), FileFacts(number, day)


def _refuse(
    findings: Findings,
    file: str,
    code: str,
    reason: str,
    *,
    line: int | None = None,
    value: str = "",
) -> None:
    findings.note(
        Severity.ERROR, file=file, line=line, code=code, reason=reason, value=value or None
    )


def _without_trailer(
    table: pl.DataFrame, form: RegisterFormat, file: str, findings: Findings
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    if form.trailer_mark is None:
        return table, None
    last = table.tail(1)
    if last.height and last["raw"][0].startswith(form.trailer_mark):
        return table.head(-1), last
    reason = f"нет итоговой строки (она начинается с «{form.trailer_mark}»): файл неполный"
    _refuse(findings, file, "no-trailer", reason)
    return table, None


def _cell(place: Place) -> pl.Expr:
    """Return the text of a field; an empty one is null."""
    cells = pl.col("cells")
    if place.position is not None:
        found = cells.list.get(place.position - 1, null_on_oob=True)
    else:
        label = place.label or ""
        labelled = cells.list.eval(pl.element().filter(pl.element().str.starts_with(label)))
        found = labelled.list.first().str.strip_prefix(label)
    text = found.str.strip_chars(" \t")
    return pl.when(text != "").then(text)


def _money(text: pl.Expr, form: RegisterFormat) -> pl.Expr:
    fits = text.str.contains(f"^{form.money_pattern}$")
    plain = pl.when(fits).then(text.str.replace(form.decimal_sign, ".", literal=True))
    return plain.cast(_SUM, strict=False)


def _date(text: pl.Expr, form: RegisterFormat) -> pl.Expr:
    fits = text.str.contains(f"^{form.date_pattern}$")
    return pl.when(fits).then(text).str.to_date(form.date_format, strict=False)


def _typed(
    table: pl.DataFrame, form: RegisterFormat, file: str, findings: Findings
) -> pl.DataFrame:
    """Convert every field; report each wrong cell and leave its row out."""
    texts = table.select("_row", **{name: _cell(place) for name, place in form.row.items()})
    values = texts.select(
        "_row",
        *(_text(name) for name in _TEXTS if name in form.row),
        _date(pl.col("paid_on"), form).alias("paid_on"),
        *(_money(pl.col(name), form).alias(name) for name in _TOTALS if name in form.row),
    )
    is_good = pl.lit(value=True)
    for name in (name for name in _TITLES if name in form.row):
        needed = name in {"paid_on", "amount"}
        text = texts[name]
        bad = values[name].is_null() & (text.is_not_null() | needed)
        if bad.any():
            _report(texts.filter(bad).select("_row", value=name), name, form, file, findings)
            is_good &= ~bad
    frame = values.with_columns(payer=_payer(texts, form)).filter(is_good)
    missing = [name for name in ROWS if name not in frame.columns]
    complete = frame.with_columns(pl.lit(None, ROWS[name]).alias(name) for name in missing)
    return complete.with_columns(pl.col("account").fill_null(""))


def _text(name: str) -> pl.Expr:
    text = pl.col(name)
    fits = (text.str.len_chars() <= _TEXTS[name]) & ~text.str.contains(_CONTROL)
    return pl.when(fits).then(text).alias(name)


def _payer(texts: pl.DataFrame, form: RegisterFormat) -> pl.Series:
    """Join the payer and the address that the bank names, for people to read."""
    named = [name for name in ("payer", "address") if name in form.row]
    if not named:
        return pl.Series("payer", [None] * texts.height, dtype=pl.String)
    joined = pl.concat_str(*named, separator=", ", ignore_nulls=True)
    clean = joined.str.replace_all(_CONTROL, " ").str.slice(0, _REMARK)
    return texts.select(payer=pl.when(clean != "").then(clean))["payer"]


def _report(
    rows: pl.DataFrame, name: str, form: RegisterFormat, file: str, findings: Findings
) -> None:
    wanted = {
        "paid_on": f"ожидается дата вида {_example(form)}",
        **dict.fromkeys(_TOTALS, f"ожидается сумма вида 126{form.decimal_sign}93"),
    }.get(name, "слишком длинно или с управляющими знаками")
    findings.add_rows(
        rows,
        Severity.ERROR,
        file=file,
        column=_TITLES[name],
        code=f"bad-{name}",
        reason=lambda row: wanted if row["value"] is not None else f"поле пустое: {wanted}",
    )


def _example(form: RegisterFormat) -> str:
    return dt.date(2014, 11, 12).strftime(form.date_format)


def _read_fields(
    line: pl.DataFrame | None, places: Places, form: RegisterFormat
) -> dict[str, str | None]:
    """Return the texts of the fields of a header or trailer."""
    if line is None or not line.height or not places:
        return {}
    found = line.head(1).select(**{name: _cell(place) for name, place in places.items()})
    mark = form.trailer_mark or ""
    clean = {name: value and value.removeprefix(mark).strip() for name, value in _first(found)}
    return {name: value if _is_plain(value) else None for name, value in clean.items()}


def _first(frame: pl.DataFrame) -> list[tuple[str, str | None]]:
    return list(frame.row(0, named=True).items())


def _is_plain(text: str | None) -> bool:
    return bool(text) and len(text or "") <= max(_TEXTS.values()) and (text or "").isprintable()


def _day(text: str | None, form: RegisterFormat) -> dt.date | None:
    found: dt.date | None = pl.select(_date(pl.lit(text, pl.String), form)).item()
    return found


def _sum(text: str | None, form: RegisterFormat) -> Decimal | None:
    found: Decimal | None = pl.select(_money(pl.lit(text, pl.String), form)).item()
    return found


def _check_totals(
    rows: pl.DataFrame, count: int, totals: dict[str, str | None], form: RegisterFormat
) -> Iterator[tuple[str, str]]:
    """Compare the count and the sums with the last line; yield the faults: code and reason."""
    if "count" in totals and (totals["count"] or "").lstrip("0") != str(count or ""):
        reason = f"платежей {totals['count'] or 'не названо'}, в файле {count}: файл неполный"
        yield "trailer-count", f"в итоговой строке {reason}"
    if rows.height != count:
        return  # rows with a wrong cell are left out and reported: the sums cannot be right
    for name in (name for name in _TOTALS if name in totals and name in form.row):
        actual = Decimal(rows[name].sum() or 0)
        if _sum(totals[name], form) != actual:
            reason = f"по строкам {actual:.2f}, в итоговой строке {totals[name] or 'не названа'}"
            yield "trailer-sum", f"{_TITLES[name]}: {reason}: файл изменён или неполный"
