"""1CClientBankExchange 1.03: a bank statement as sections of ``key=value``."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.registers import lines
from lib.exchange.registers.formats import RegisterFormat
from lib.exchange.registers.statement import ROWS, Told, no_rows

MARK = "1CClientBankExchange"
_VERSIONS = ("1.01", "1.02", "1.03")
_ENCODINGS = {"Windows": "cp1251", "DOS": "cp866", "UTF-8": "utf-8", "UTF8": "utf-8"}
_SUM = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,2})?")
_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([12][0-9]{3})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KEPT = {"_row": pl.Int64(), **{name: kind for name, kind in ROWS.items() if name != "_row"}}
_SHORT, _REMARK = 64, 300
_PAYEE = ("ПолучательСчет", "ПолучательРасчСчет")


@dataclass(slots=True)
class _Section:
    line: int
    values: dict[str, str] = field(default_factory=dict)

    def text(self, *names: str, limit: int = _SHORT) -> str:
        """Return the first of some values that there is, clean and not too long."""
        found = next((self.values[name] for name in names if self.values.get(name)), "")
        return _CONTROL.sub(" ", found)[:limit].strip()


@dataclass(slots=True)
class _File:
    head: _Section
    accounts: list[_Section] = field(default_factory=list)
    documents: list[_Section] = field(default_factory=list)
    is_whole: bool = False

    @property
    def own(self) -> set[str]:
        """Return the accounts that the statement is of."""
        found = {section.text("РасчСчет") for section in (self.head, *self.accounts)}
        return found - {""}


def is_one(data: bytes) -> bool:
    """Tell whether bytes are of this format, by their first words."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(MARK.encode())


def read(
    data: bytes, form: RegisterFormat, *, file: str, findings: Findings
) -> tuple[pl.DataFrame, Told]:
    """Read the payments that came in; what went out is none of ours.

    Args:
        data: the file's bytes.
        form: its format; the encoding is the one that the file names.
        file: its name, for the findings.
        findings: receives everything wrong.
    """
    text = lines.decode(data, _encoding(data, form), file=file, findings=findings)
    if text is None:
        return no_rows(), Told()
    if not is_one(text.encode()):
        _refuse(findings, file, "header", f"первая строка – не «{MARK}»", line=1)
        return no_rows(), Told()
    read_file = _sections(text, file, findings)
    _check_head(read_file, file, findings)
    own = read_file.own
    made = [_payment(one, form, file, findings) for one in read_file.documents if _comes(one, own)]
    payments = [one for one in made if one is not None]
    if len(payments) == len(made):
        _check_received(read_file, file, findings)
    rows = pl.DataFrame(payments, schema=_KEPT, orient="row").select(*ROWS)
    day = _day(read_file.head.text("ДатаКонца", "ДатаСоздания"))
    return rows, Told(None, day)


def _refuse(findings: Findings, file: str, code: str, reason: str, *, line: int | None) -> None:
    findings.note(Severity.ERROR, file=file, line=line, code=code, reason=reason)


def _encoding(data: bytes, form: RegisterFormat) -> str:
    """Return the encoding that the file names, whichever of them its names are written in."""
    top = data[:2048]
    for encoding in ("cp1251", "cp866", "utf-8"):
        named = re.search(r"Кодировка=([\w-]+)", top.decode(encoding, errors="replace"))
        if named:
            return _ENCODINGS.get(named[1], form.encoding) if encoding != "utf-8" else encoding
    return form.encoding


def _sections(text: str, file: str, findings: Findings) -> _File:
    """Read the file into its sections."""
    found = _File(_Section(1))
    current = found.head
    for line, key, value in _pairs(text):
        if key == "СекцияРасчСчет":
            current = _Section(line)
            found.accounts.append(current)
        elif key == "СекцияДокумент":
            current = _Section(line)
            found.documents.append(current)
        elif key in {"КонецРасчСчет", "КонецДокумента"}:
            current = found.head
        elif key == "КонецФайла":
            found.is_whole = current is found.head
            break
        else:
            known = current.values.get(key)
            current.values[key] = f"{known} {value}" if known and value else value or known or ""
    if not found.is_whole:
        _refuse(findings, file, "truncated", "нет «КонецФайла»: файл неполный", line=None)
    return found


def _pairs(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        key, _, value = line.strip().partition("=")
        if key:
            yield number, key.strip(), value.strip()


def _check_head(found: _File, file: str, findings: Findings) -> None:
    version = found.head.text("ВерсияФормата")
    if version not in _VERSIONS:
        reason = f"версия формата «{version}», а читается {_VERSIONS[-1]}"
        _refuse(findings, file, "version", reason, line=None)
    if not found.own:
        _refuse(findings, file, "no-account", "не назван РасчСчет: чья это выписка?", line=None)


def _comes(document: _Section, own: set[str]) -> bool:
    """Tell whether a document brings money in, or names neither side as ours."""
    return document.text("ПлательщикСчет", "ПлательщикРасчСчет") not in own


def _payment(
    document: _Section, form: RegisterFormat, file: str, findings: Findings
) -> tuple[object, ...] | None:
    """Make a payment of a document; None, with findings, where it makes none."""
    amount, day = document.text("Сумма"), _day(document.text("Дата"))
    if not _SUM.fullmatch(amount):
        _bad(findings, file, document, "Сумма", "ожидается сумма вида 126.93")
    if day is None:
        _bad(findings, file, document, "Дата", "ожидается дата вида 12.11.2014")
    payee = document.text(*_PAYEE)
    if not payee:
        _bad(findings, file, document, "ПолучательСчет", "не сказано, на чей счёт платёж")
    if day is None or not payee or not _SUM.fullmatch(amount):
        return None
    purpose = _purpose(document)
    sender = document.text("ПлательщикСчет", "ПлательщикРасчСчет")
    payer = document.text("Плательщик1", "Плательщик", limit=_REMARK)
    who = "; ".join(part for part in (payer, purpose) if part)[:_REMARK]
    return (
        document.line,
        f"{payee}:{sender}:{document.text('Номер')}:{day}:{Decimal(amount):.2f}",
        _found(form.account_pattern, purpose) or "",
        None,
        _found(form.document_pattern, purpose),
        payee,
        who or None,
        day,
        Decimal(amount),
        None,
    )


def _purpose(document: _Section) -> str:
    names = ("НазначениеПлатежа", *(f"НазначениеПлатежа{number}" for number in range(1, 7)))
    found = dict.fromkeys(document.text(name, limit=_REMARK) for name in names)
    return " ".join(text for text in found if text)[:_REMARK]


def _found(pattern: str | None, text: str) -> str | None:
    match = re.search(pattern, text) if pattern else None
    return match[1][:_SHORT] if match and match[1] else None


def _bad(findings: Findings, file: str, document: _Section, name: str, reason: str) -> None:
    findings.note(
        Severity.ERROR,
        file=file,
        line=document.line,
        column=name,
        value=document.text(name),
        code=f"bad-{name.lower()}",
        reason=reason,
    )


def _day(text: str) -> dt.date | None:
    found = _DAY.fullmatch(text)
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _check_received(read_file: _File, file: str, findings: Findings) -> None:
    """Compare what came to each account with what its section says: ``ВсегоПоступило``.

    Between two accounts of the statement it came as well, though it is nobody's payment.
    """
    came = defaultdict[str, Decimal](Decimal)
    for document in read_file.documents:
        amount = document.text("Сумма")
        if _SUM.fullmatch(amount):
            came[document.text(*_PAYEE)] += Decimal(amount)
    said: dict[str, list[str]] = defaultdict(list)
    for section in read_file.accounts:
        said[section.text("РасчСчет")].append(section.text("ВсегоПоступило"))
    for account, totals in said.items():
        if not all(map(_SUM.fullmatch, totals)):
            continue  # the field is optional
        total = sum(map(Decimal, totals), Decimal(0))
        if total != came[account]:
            reason = f"ВсегоПоступило {total:.2f}, а документов на {came[account]:.2f}"
            _refuse(findings, file, "trailer-sum", reason, line=None)
