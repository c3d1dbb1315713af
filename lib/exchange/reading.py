"""Reading: a package from its bytes to typed frames; all errors come in one report."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.manifest import MANIFEST_NAME, Manifest, parse_manifest
from lib.exchange.package_file import read_package_file
from lib.exchange.package_format import FILES
from lib.exchange.source import PackageRefused, Source, open_source


@dataclass(frozen=True, slots=True)
class ParsedPackage:
    """A package that was parsed.

    Attributes:
        manifest: its manifest.
        frames: by file («accruals»): ``_row`` and all columns of the format, typed. A file
            that the package lacks has no frame; rows with a wrong cell are left out.
        digest: identifies the content: equal contents have equal digests.
        findings: everything that is wrong or remarkable so far.
    """

    manifest: Manifest
    frames: Mapping[str, pl.DataFrame]
    digest: str
    findings: Findings


@dataclass(frozen=True, slots=True)
class RawPackage:
    """A package whose bytes are in memory and are not parsed yet.

    Attributes:
        manifest: its manifest.
        contents: the bytes of its files, by name.
        sha256: their checksums, by name.
        digest: identifies the content: equal contents have equal digests.
        findings: everything that is wrong or remarkable so far.
    """

    manifest: Manifest
    contents: dict[str, bytes]
    sha256: Mapping[str, str]
    digest: str
    findings: Findings


def _ignore(_: str) -> None:
    return


def open_package(path: Path, *, advance: Callable[[str], None] = _ignore) -> RawPackage:
    """Read the bytes and the digest of a package: these tell whether it came before.

    Raises:
        PackageRefused: there is no readable package.
    """
    findings = Findings()
    with open_source(path) as source:
        manifest = _read_manifest(source)
        contents = {}
        for name in _list_known_names(source, manifest, findings):
            advance(f"{name}: чтение")
            contents[name] = source.read(name)
    sha256 = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    return RawPackage(manifest, contents, sha256, _compute_digest(manifest, sha256), findings)


def parse_package(raw: RawPackage, *, advance: Callable[[str], None] = _ignore) -> ParsedPackage:
    """Parse the bytes into frames, and drop them from ``raw`` to free memory."""
    described = {file.name: file for file in raw.manifest.files}
    frames = {}
    for stem in FILES:
        name = f"{stem}.csv"
        if name not in raw.contents:
            continue
        advance(f"{name}: проверка")
        data, file = raw.contents.pop(name), described.get(name)
        if file is not None and file.sha256 != raw.sha256[name]:
            _note_sha256(name, raw.sha256[name], raw.findings)
        frames[stem] = read_package_file(stem, data, described=file, findings=raw.findings)
    return ParsedPackage(raw.manifest, frames, raw.digest, raw.findings)


def _read_manifest(source: Source) -> Manifest:
    if MANIFEST_NAME in source.names:
        return parse_manifest(source.read(MANIFEST_NAME))
    inner = [name for name in source.names if name.endswith(f"/{MANIFEST_NAME}")]
    if inner:
        raise PackageRefused(
            f"manifest.json лежит в папке «{inner[0].removesuffix(MANIFEST_NAME)[:60]}». "
            "Упакуйте сами файлы, без папки."
        )
    raise PackageRefused("В пакете нет manifest.json. Добавьте его рядом с файлами CSV.")


def _list_known_names(source: Source, manifest: Manifest, findings: Findings) -> list[str]:
    """Return the files to read; report files that are unknown, missing or not in the manifest."""
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


def _compute_digest(manifest: Manifest, sha256: Mapping[str, str]) -> str:
    """Hash the content of a package, without the moment when it was written."""
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
