"""Manifest: what the sender says about a package (format «erkc-exchange 1.0»)."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from lib.exchange.source import PackageRefused

MANIFEST_NAME = "manifest.json"
FORMAT = "erkc-exchange"
VERSION = "1.0"
MAX_MANIFEST_BYTES = 1024 * 1024

_PERIOD = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
_SUM = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,6})?")
# JSON can contain lone surrogates, which no file and no database can store
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ID_LIMIT = 64
_PROBLEMS_SHOWN = 10
_COLUMN_SHOWN = 60


class Mode(StrEnum):
    """Whether the package replaces the data of its period or adds to it."""

    FULL = "full"
    DELTA = "delta"


class PeriodStatus(StrEnum):
    """Whether the accountant has closed the period."""

    OPEN = "open"
    CLOSED = "closed"


# what is said about a field of the manifest, or of one of its files, that has a wrong value
_SENTENCES: Mapping[str, str] = {
    "created_at": "created_at – дата и время с часовым поясом, например 2014-11-01T09:00:00+05:00",
    "mode": f"mode – одно из: {', '.join(Mode)}",
    "period": "period – месяц вида 2014-10",
    "period_status": f"period_status – одно из: {', '.join(PeriodStatus)}",
    "files": "files – непустой список файлов",
}
_FILE_SENTENCES: Mapping[str, str] = {
    "rows": "rows – число строк без заголовка",
    "sha256": "sha256 – 64 шестнадцатеричных знака",
    "sums": "sums – объект «столбец: сумма»",
}
_UNFIT_TEXT = "unfit_text"


def _is_fit(text: str) -> bool:
    return len(text) <= _ID_LIMIT and not _CONTROL.search(text)


def _check_text(text: str) -> str:
    if not text.strip():
        raise ValueError
    if not _is_fit(text):
        raise PydanticCustomError(_UNFIT_TEXT, "too long, or control characters")
    return text.strip()


def _parse_moment(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _parse_period(value: object) -> object:
    is_month = isinstance(value, str) and _PERIOD.fullmatch(value)
    return date.fromisoformat(f"{value}-01") if is_month else value


def _parse_sum(value: object) -> Decimal:
    """Read a sum: a text or a number of JSON."""
    if isinstance(value, bool) or not _SUM.fullmatch(str(value)):
        raise ValueError
    return Decimal(str(value))


def _parse_sums(value: object) -> object:
    return {} if value is None else value


_Text = Annotated[str, AfterValidator(_check_text)]
_Sum = Annotated[Decimal, BeforeValidator(_parse_sum)]


class ManifestFile(BaseModel):
    """What the sender says about one file.

    Attributes:
        name: the file's name, «accruals.csv».
        rows: the number of records without the header.
        sha256: checksum of the file's bytes, lower-case hex.
        sums: control sums by column, in the unit of the column; may be empty.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    name: _Text
    rows: int = Field(ge=0)
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-fA-F]{64}$", to_lower=True)]
    sums: Annotated[dict[str, _Sum], BeforeValidator(_parse_sums)] = Field(default_factory=dict)


def _check_files(files: tuple[ManifestFile, ...]) -> tuple[ManifestFile, ...]:
    counts = Counter(file.name for file in files)
    repeated = [f"файл {name} описан дважды" for name, count in counts.items() if count > 1]
    if repeated or not files:
        sentence = "; ".join(repeated) or _SENTENCES["files"]
        raise PydanticCustomError("files", "{sentence}", {"sentence": sentence})
    return files


class Manifest(BaseModel):
    """The manifest of a package; fields that the format does not have are ignored.

    Attributes:
        organization: code of the sender.
        created_at: when the package was written.
        mode: whether it replaces the data of its period.
        period: the first day of its month.
        period_status: whether the month is closed.
        files: the files of the package.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    organization: _Text
    created_at: Annotated[AwareDatetime, BeforeValidator(_parse_moment)]
    # strict types would want the values of Python that JSON does not have
    mode: Annotated[Mode, Field(strict=False)]
    period: Annotated[date, BeforeValidator(_parse_period)]
    period_status: Annotated[PeriodStatus, Field(strict=False)]
    files: Annotated[tuple[ManifestFile, ...], Field(strict=False), AfterValidator(_check_files)]


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest.

    Args:
        data: the bytes of manifest.json, UTF-8 with or without BOM.

    Raises:
        PackageRefused: something is wrong; the message names the first ten faults.
    """
    raw = _load(data)
    _check_format(raw)
    try:
        return Manifest.model_validate(raw)
    except ValidationError as wrong:
        problems = [_explain(error, raw) for error in wrong.errors()[:_PROBLEMS_SHOWN]]
        named = "; ".join(problems)
        raise PackageRefused(f"В manifest.json: {named}. Исправьте выгрузку.") from None


def _explain(error: ErrorDetails, raw: dict[str, Any]) -> str:
    """Return what is wrong with one field, in Russian."""
    match error["loc"]:
        case ("organization",):
            return _explain_text("organization", error)
        case ("files", int()):
            return "files: каждый файл – объект {name, rows, sha256}"
        case ("files", int(), "name"):
            return _explain_text("files.name", error)
        case ("files", int(number), field, *column):
            name = raw["files"][number].get("name")
            shown = name.strip() if isinstance(name, str) and _is_fit(name) else ""
            return f"{shown or 'files'}: {_explain_file(str(field), column)}"
        case place:
            return str(error.get("ctx", {}).get("sentence") or _SENTENCES[str(place[0])])


def _explain_text(name: str, error: ErrorDetails) -> str:
    if error["type"] == _UNFIT_TEXT:
        return f"{name} длиннее {_ID_LIMIT} знаков или содержит управляющие знаки"
    return f"нет {name}"


def _explain_file(field: str, column: list[int | str]) -> str:
    if not column:
        return _FILE_SENTENCES[field]
    return f"сумма {str(column[0])[:_COLUMN_SHOWN]} – число с точкой, например 1921.39"


def _load(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_MANIFEST_BYTES:
        raise PackageRefused("manifest.json больше 1 МиБ: это не манифест пакета.")
    try:
        raw = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_make_object, parse_float=Decimal
        )
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


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object of JSON that has the same name twice."""
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
