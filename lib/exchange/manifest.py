"""Manifest: what the sender says the package holds (format «erkc-exchange 1.0»)."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from lib.exchange.source import PackageRefused

MANIFEST_NAME = "manifest.json"
FORMAT = "erkc-exchange"
VERSION = "1.0"
MAX_MANIFEST_BYTES = 1024 * 1024

_PERIOD = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_SUM = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,6})?")
# Lone surrogates can be written in JSON and stored nowhere.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ID_LIMIT = 64
_PROBLEMS_SHOWN = 10

_Word = TypeVar("_Word", bound=StrEnum)


class Mode(StrEnum):
    """Whether the package replaces the period's data or adds to it."""

    FULL = "full"
    DELTA = "delta"


class PeriodStatus(StrEnum):
    """Whether the accountant has closed the period."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """What the sender says of one file.

    Attributes:
        name: File name, «accruals.csv».
        rows: Number of records without the header.
        sha256: Checksum of the file's bytes, lower-case hex.
        sums: Control sums by column, in the column's unit; may be empty.
    """

    name: str
    rows: int
    sha256: str
    sums: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The package's cover note; `period` is the first day of its month."""

    organization: str
    created_at: datetime
    mode: Mode
    period: date
    period_status: PeriodStatus
    files: tuple[ManifestFile, ...]


def parse_manifest(data: bytes) -> Manifest:
    """Read the manifest.

    Args:
        data: Bytes of manifest.json, UTF-8 with or without BOM.

    Raises:
        PackageRefused: Naming everything that is wrong with it.
    """
    raw = _load(data)
    _check_format(raw)
    problems: list[str] = []
    manifest = _build(raw, problems)
    if problems or manifest is None:
        named = "; ".join(problems[:_PROBLEMS_SHOWN])
        raise PackageRefused(f"В manifest.json: {named}. Исправьте выгрузку.")
    return manifest


def _load(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_MANIFEST_BYTES:
        raise PackageRefused("manifest.json больше 1 МиБ: это не манифест пакета.")
    try:
        raw = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise PackageRefused("manifest.json не в UTF-8. Сохраните его в UTF-8.") from error
    except (ValueError, RecursionError, ArithmeticError) as error:
        where = f" (строка {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise PackageRefused(
            f"manifest.json – не правильный JSON{where}. Соберите пакет заново."
        ) from error
    if not isinstance(raw, dict):
        raise PackageRefused("manifest.json должен быть объектом JSON: {…}.")
    return raw


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says two things under one name."""
    result = dict(pairs)
    if len(result) < len(pairs):
        raise PackageRefused("В manifest.json одно имя встречается в объекте дважды.")
    return result


def _check_format(raw: dict[str, Any]) -> None:
    if raw.get("format") != FORMAT:
        raise PackageRefused(f'manifest.json: ожидается "format": "{FORMAT}".')
    version = raw.get("version")
    if version != VERSION:
        shown = version[:20] if isinstance(version, str) else "?"
        raise PackageRefused(
            f"Версия формата «{shown}» не поддерживается, "
            f"нужна {VERSION}. Выгрузите пакет в этой версии."
        )


def _build(raw: dict[str, Any], problems: list[str]) -> Manifest | None:
    organization = _text(raw.get("organization"), "organization", problems)
    created_at = _moment(raw.get("created_at"), problems)
    mode = _word(raw.get("mode"), Mode, "mode", problems)
    period = _period(raw.get("period"), problems)
    status = _word(raw.get("period_status"), PeriodStatus, "period_status", problems)
    files = _files(raw.get("files"), problems)
    if organization is None or created_at is None or mode is None:
        return None
    if period is None or status is None:
        return None
    return Manifest(organization, created_at, mode, period, status, files)


def _text(value: Any, name: str, problems: list[str]) -> str | None:
    if isinstance(value, str) and value.strip():
        if len(value) <= _ID_LIMIT and not _CONTROL.search(value):
            return value.strip()
        problems.append(f"{name} длиннее {_ID_LIMIT} знаков или содержит управляющие знаки")
        return None
    problems.append(f"нет {name}")
    return None


def _moment(value: Any, problems: list[str]) -> datetime | None:
    expected = "created_at – дата и время с часовым поясом, например 2014-11-01T09:00:00+05:00"
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        problems.append(expected)
        return None
    return moment


def _word(value: Any, words: type[_Word], name: str, problems: list[str]) -> _Word | None:
    for word in words:
        if word.value == value:
            return word
    problems.append(f"{name} – одно из: {', '.join(words)}")
    return None


def _period(value: Any, problems: list[str]) -> date | None:
    if isinstance(value, str) and _PERIOD.fullmatch(value):
        return date.fromisoformat(f"{value}-01")
    problems.append("period – месяц вида 2014-10")
    return None


def _files(value: Any, problems: list[str]) -> tuple[ManifestFile, ...]:
    if not isinstance(value, list) or not value:
        problems.append("files – непустой список файлов")
        return ()
    files = [_file(entry, problems) for entry in value]
    kept = tuple(file for file in files if file is not None)
    counts = Counter(file.name for file in kept)
    problems.extend(f"файл {name} описан дважды" for name, count in counts.items() if count > 1)
    return kept


def _file(entry: Any, problems: list[str]) -> ManifestFile | None:
    if not isinstance(entry, dict):
        problems.append("files: каждый файл – объект {name, rows, sha256}")
        return None
    name = _text(entry.get("name"), "files.name", problems)
    rows, sha256 = entry.get("rows"), entry.get("sha256")
    if type(rows) is not int or rows < 0:
        problems.append(f"{name}: rows – число строк без заголовка")
        return None
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        problems.append(f"{name}: sha256 – 64 шестнадцатеричных знака")
        return None
    sums = _sums(entry.get("sums"), name, problems)
    return None if name is None else ManifestFile(name, rows, sha256.lower(), sums)


def _sums(value: Any, name: str | None, problems: list[str]) -> Mapping[str, Decimal]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        problems.append(f"{name}: sums – объект «столбец: сумма»")
        return {}
    sums = {}
    for column, text in value.items():
        if isinstance(text, bool) or not _SUM.fullmatch(str(text)):
            problems.append(f"{name}: сумма {column[:60]} – число с точкой, например 1921.39")
        else:
            sums[column] = Decimal(str(text))
    return sums
