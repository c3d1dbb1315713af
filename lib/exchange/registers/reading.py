"""Reads a register: detects its format and returns its payments; all errors in one report."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from lib.errors import PortalError
from lib.exchange.findings import Findings
from lib.exchange.registers import client_bank, delimited
from lib.exchange.registers.formats import Layout, RegisterFormat
from lib.exchange.registers.statement import Statement

MOST_BYTES = 512 * 1024 * 1024
_SAMPLED_LINES = 20


class RegisterRefused(PortalError):
    """The file is not a readable register."""


def load_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        RegisterRefused: the file does not exist, cannot be read, or is too large.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RegisterRefused("Файл больше 512 МБ. Разделите реестр и загрузите по частям.")
        return path.read_bytes()
    except OSError as failure:
        raise RegisterRefused(
            f"Файл «{path}» не прочитан: {failure.strerror or failure}. Проверьте путь и права."
        ) from failure


def read_register(
    data: bytes, *, file: str, formats: Sequence[RegisterFormat], code: str | None = None
) -> Statement:
    """Read a register.

    Args:
        data: its bytes.
        file: its name.
        formats: all formats.
        code: code of its format; None to detect it.

    Raises:
        RegisterRefused: there is no such format, or the format is unclear.
    """
    form = _named(formats, code) if code else _detected(data, formats)
    findings = Findings()
    if form.layout is Layout.CLIENT_BANK:
        rows, facts = client_bank.read_client_bank(data, form, file=file, findings=findings)
    else:
        rows, facts = delimited.read_delimited(data, form, file=file, findings=findings)
    return Statement(
        format=form,
        file=file,
        digest=compute_digest(data),
        registry_no=facts.registry_no or Path(file).stem,
        registry_on=facts.registry_on,
        rows=rows,
        findings=findings,
    )


def compute_digest(data: bytes) -> str:
    """Return the digest that identifies a file's content."""
    return hashlib.sha256(data).hexdigest()


def _named(formats: Sequence[RegisterFormat], code: str) -> RegisterFormat:
    found = next((form for form in formats if form.code == code), None)
    if found is None:
        raise RegisterRefused(f"Формата «{code}» нет. Есть: {_listed(formats)}.")
    return found


def _listed(formats: Sequence[RegisterFormat]) -> str:
    return ", ".join(f"{form.code} ({form.name})" for form in formats)


def _detected(data: bytes, formats: Sequence[RegisterFormat]) -> RegisterFormat:
    """Return the only format that the first lines fit."""
    if client_bank.is_client_bank(data):
        fitting = [form for form in formats if form.layout is Layout.CLIENT_BANK]
    else:
        sample = _sample(data)
        fitting = [
            form
            for form in formats
            if form.layout is Layout.DELIMITED and delimited.fits_format(sample, form)
        ]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise RegisterRefused(
            "Файл не похож ни на один известный формат. Назовите формат ключом --format, и отчёт "
            f"покажет, что в нём не так. Есть: {_listed(formats)}."
        )
    raise RegisterRefused(
        f"Файлу подходит несколько форматов: {_listed(fitting)}. Назовите один ключом --format."
    )


def _sample(data: bytes) -> bytes:
    return b"\n".join(data.split(b"\n", _SAMPLED_LINES)[:_SAMPLED_LINES])
