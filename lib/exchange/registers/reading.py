"""A register from its file: which format it is in, its payments, everything wrong in one report."""

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
    """There is no register to speak of."""


def load(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        RegisterRefused: there is no such file, it cannot be read, or it is too large.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RegisterRefused("Файл больше 512 МБ. Разделите реестр и загрузите по частям.")
        return path.read_bytes()
    except OSError as failure:
        raise RegisterRefused(
            f"Файл «{path}» не прочитан: {failure.strerror or failure}. Проверьте путь и права."
        ) from failure


def read(
    data: bytes, *, file: str, formats: Sequence[RegisterFormat], code: str | None = None
) -> Statement:
    """Read a register.

    Args:
        data: its bytes.
        file: its name.
        formats: every format there is.
        code: which of them it is in; None to find out.

    Raises:
        RegisterRefused: no such format, or it is unclear which one it is.
    """
    form = _named(formats, code) if code else _detected(data, formats)
    findings = Findings()
    if form.layout is Layout.CLIENT_BANK:
        rows, told = client_bank.read(data, form, file=file, findings=findings)
    else:
        rows, told = delimited.read(data, form, file=file, findings=findings)
    return Statement(
        format=form,
        file=file,
        digest=digest(data),
        registry_no=told.registry_no or Path(file).stem,
        registry_on=told.registry_on,
        rows=rows,
        findings=findings,
    )


def digest(data: bytes) -> str:
    """Return what identifies a file's content."""
    return hashlib.sha256(data).hexdigest()


def _named(formats: Sequence[RegisterFormat], code: str) -> RegisterFormat:
    found = next((one for one in formats if one.code == code), None)
    if found is None:
        raise RegisterRefused(f"Формата «{code}» нет. Есть: {_listed(formats)}.")
    return found


def _listed(formats: Sequence[RegisterFormat]) -> str:
    return ", ".join(f"{one.code} ({one.name})" for one in formats)


def _detected(data: bytes, formats: Sequence[RegisterFormat]) -> RegisterFormat:
    """Find the one format whose description a few lines fit."""
    if client_bank.is_one(data):
        fitting = [one for one in formats if one.layout is Layout.CLIENT_BANK]
    else:
        delimited_ones = [one for one in formats if one.layout is Layout.DELIMITED]
        fitting = [one for one in delimited_ones if delimited.fits(_sample(data), one)]
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
