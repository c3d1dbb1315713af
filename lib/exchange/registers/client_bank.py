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
from lib.exchange.registers.statement import ROWS, FileFacts, make_empty_rows

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
        """Return the first value that exists, without control characters and cut to ``limit``."""
        found = next((self.values[name] for name in names if self.values.get(name)), "")
        return _CONTROL.sub(" ", found)[:limit].strip()


@dataclass(slots=True)
class _File:
    head: _Section
    accounts: list[_Section] = field(default_factory=list)
    documents: list[_Section] = field(default_factory=list)
    is_whole: bool = False

    @property
    def own_accounts(self) -> set[str]:
        """Return the settlement accounts of the statement."""
        found = {section.text("РасчСчет") for section in (self.head, *self.accounts)}
        return found - {""}


def is_client_bank(data: bytes) -> bool:
    """Tell by their first words whether bytes are of this format."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(MARK.encode())


def read_client_bank(
    data: bytes, form: RegisterFormat, *, file: str, findings: Findings
) -> tuple[pl.DataFrame, FileFacts]:
    """Read the incoming payments of a statement, and what the file says about itself.

    Args:
        data: the file's bytes.
        form: its format; the encoding that the file names comes first.
        file: its name, for the findings.
        findings: receives everything that is wrong.
    """
    text = lines.decode_text(data, _encoding(data, form), file=file, findings=findings)
    if text is None:
        return make_empty_rows(), FileFacts()
    if not is_client_bank(text.encode()):
        _refuse(findings, file, "header", f"первая строка – не «{MARK}»", line=1)
        return make_empty_rows(), FileFacts()
    read_file = _sections(text, file, findings)
    _check_head(read_file, file, findings)
    own_accounts = read_file.own_accounts
    incoming = [
        document for document in read_file.documents if _is_incoming(document, own_accounts)
    ]
    parsed = [_parse_payment(document, form, file, findings) for document in incoming]
    payments = [payment for payment in parsed if payment is not None]
    if len(payments) == len(parsed):
        _check_received(read_file, file, findings)
    rows = pl.DataFrame(payments, schema=_KEPT, orient="row").select(*ROWS)
    day = _day(read_file.head.text("ДатаКонца", "ДатаСоздания"))
    return rows, FileFacts(None, day)


def _refuse(findings: Findings, file: str, code: str, reason: str, *, line: int | None) -> None:
    findings.note(Severity.ERROR, file=file, line=line, code=code, reason=reason)


def _encoding(data: bytes, form: RegisterFormat) -> str:
    """Return the encoding that the file names, in whichever encoding the file is."""
    top = data[:2048]
    for encoding in ("cp1251", "cp866", "utf-8"):
        named = re.search(r"Кодировка=([\w-]+)", top.decode(encoding, errors="replace"))
        if named:
            return _ENCODINGS.get(named[1], form.encoding) if encoding != "utf-8" else encoding
    return form.encoding


def _sections(text: str, file: str, findings: Findings) -> _File:
    """Split the file into its sections."""
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
    if not found.own_accounts:
        _refuse(findings, file, "no-account", "не назван РасчСчет: чья это выписка?", line=None)


def _is_incoming(document: _Section, own_accounts: set[str]) -> bool:
    """Tell whether a document is not paid from an account of the statement."""
    return document.text("ПлательщикСчет", "ПлательщикРасчСчет") not in own_accounts


def _parse_payment(
    document: _Section, form: RegisterFormat, file: str, findings: Findings
) -> tuple[object, ...] | None:
    """Make a row of a document, by ``_KEPT``; None, with findings, if something is wrong."""
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
    """Compare the money that each account received with its total, ``ВсегоПоступило``.

    Transfers between two accounts of the statement count, though they are not payments.
    """
    received = defaultdict[str, Decimal](Decimal)
    for document in read_file.documents:
        amount = document.text("Сумма")
        if _SUM.fullmatch(amount):
            received[document.text(*_PAYEE)] += Decimal(amount)
    stated: dict[str, list[str]] = defaultdict(list)
    for section in read_file.accounts:
        stated[section.text("РасчСчет")].append(section.text("ВсегоПоступило"))
    for account, totals in stated.items():
        if not all(map(_SUM.fullmatch, totals)):
            continue  # the field is optional
        total = sum(map(Decimal, totals), Decimal(0))
        if total != received[account]:
            reason = f"ВсегоПоступило {total:.2f}, а документов на {received[account]:.2f}"
            _refuse(findings, file, "trailer-sum", reason, line=None)
