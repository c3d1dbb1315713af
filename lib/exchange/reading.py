"""Reading: a package from its bytes to typed frames, everything wrong in one report."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lib.exchange.columns import FILES
from lib.exchange.findings import Findings, Severity
from lib.exchange.manifest import MANIFEST_NAME, Manifest, parse_manifest
from lib.exchange.sheet import read_sheet
from lib.exchange.source import PackageRefused, Source, open_source


@dataclass(frozen=True, slots=True)
class Delivery:
    """A package that was read.

    Attributes:
        manifest: What the sender says.
        frames: By stem («accruals»): `_row` and all columns of the format, typed. A
            file that is not carried has no frame; rows with a bad cell are left out.
        digest: Identifies the content; the same content sent again has the same one.
        findings: Everything remarkable so far.
    """

    manifest: Manifest
    frames: Mapping[str, pl.DataFrame]
    digest: str
    findings: Findings


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package whose bytes are in memory and not looked into yet."""

    manifest: Manifest
    contents: dict[str, bytes]
    sha256: Mapping[str, str]
    digest: str
    findings: Findings


def _ignore(_: str) -> None:
    return


def read_package(path: Path, *, advance: Callable[[str], None] = _ignore) -> Delivery:
    """Read a package and check each file by itself.

    Args:
        path: A ZIP file or a folder.
        advance: Told, in Russian, what is done now; what it raises stops the reading.

    Raises:
        PackageRefused: There is no package to speak of.
    """
    return parse_parcel(open_parcel(path, advance=advance), advance=advance)


def open_parcel(path: Path, *, advance: Callable[[str], None] = _ignore) -> Parcel:
    """Take a package's bytes and its digest: enough to know that it came before.

    Raises:
        PackageRefused: There is no package to speak of.
    """
    findings = Findings()
    with open_source(path) as source:
        manifest = _manifest(source)
        contents = {}
        for name in _known_names(source, manifest, findings):
            advance(f"{name}: чтение")
            contents[name] = source.read(name)
    sha256 = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    return Parcel(manifest, contents, sha256, _digest(manifest, sha256), findings)


def parse_parcel(parcel: Parcel, *, advance: Callable[[str], None] = _ignore) -> Delivery:
    """Turn the bytes into frames; takes them out of the parcel to free memory."""
    described = {file.name: file for file in parcel.manifest.files}
    frames = {}
    for stem in FILES:
        name = f"{stem}.csv"
        if name not in parcel.contents:
            continue
        advance(f"{name}: проверка")
        data, file = parcel.contents.pop(name), described.get(name)
        if file is not None and file.sha256 != parcel.sha256[name]:
            _note_sha256(name, parcel.sha256[name], parcel.findings)
        frames[stem] = read_sheet(stem, data, described=file, findings=parcel.findings)
    return Delivery(parcel.manifest, frames, parcel.digest, parcel.findings)


def _manifest(source: Source) -> Manifest:
    if MANIFEST_NAME in source.names:
        return parse_manifest(source.read(MANIFEST_NAME))
    inner = [name for name in source.names if name.endswith(f"/{MANIFEST_NAME}")]
    if inner:
        raise PackageRefused(
            f"manifest.json лежит в папке «{inner[0].removesuffix(MANIFEST_NAME)[:60]}». "
            "Упакуйте сами файлы, без папки."
        )
    raise PackageRefused("В пакете нет manifest.json. Добавьте его рядом с файлами CSV.")


def _known_names(source: Source, manifest: Manifest, findings: Findings) -> list[str]:
    """List the files to read; note those that are strange, missing or undescribed."""
    known = {f"{stem}.csv" for stem in FILES}
    described = [file.name for file in manifest.files]
    for name in sorted({*source.names, *described} - known - {MANIFEST_NAME}):
        reason = "файл не описан форматом, пропущен"
        findings.note(Severity.WARNING, file=name[:60], code="unknown-file", reason=reason)
    for name in sorted(known.intersection(described).difference(source.names)):
        reason = "файл назван в manifest.json, а в пакете его нет: соберите пакет заново"
        findings.note(Severity.ERROR, file=name, code="missing-file", reason=reason)
    for name in sorted(known.intersection(source.names).difference(described)):
        reason = "файла нет в manifest.json, его суммы нельзя проверить: опишите его или уберите"
        findings.note(Severity.ERROR, file=name, code="undescribed-file", reason=reason)
    return sorted(known.intersection(source.names))


def _digest(manifest: Manifest, sha256: Mapping[str, str]) -> str:
    """Hash what the package means: the moment it was written is not part of it."""
    meaning = [
        manifest.organization,
        manifest.mode,
        manifest.period.isoformat(),
        manifest.period_status,
        sorted(sha256.items()),
    ]
    return hashlib.sha256(json.dumps(meaning).encode()).hexdigest()


def _note_sha256(name: str, actual: str, findings: Findings) -> None:
    findings.note(
        Severity.ERROR,
        file=name,
        code="sha256-mismatch",
        value=actual,
        reason="контрольная сумма файла не та, что в manifest.json: файл изменён или обрезан "
        "после выгрузки",
    )
