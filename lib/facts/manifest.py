"""The manifest: which files make up a version of the facts, and what they were made from."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from lib.errors import PortalError

FORMAT = 1


class FactsBroken(PortalError):
    """The manifest cannot be read; `kabinet facts rebuild` writes a new one."""

    def __init__(self) -> None:
        super().__init__(
            "Данные аналитики повреждены. Администратор портала восстановит их командой "
            "«kabinet facts rebuild»."
        )


@dataclass(frozen=True, slots=True)
class File:
    """A file of a version.

    Attributes:
        kind: its table.
        organization: the organisation whose rows it has; None: rows of nobody in particular.
        month: «2026-10», or «all».
        place: where the storage has it; the name holds the digest of its content.
        rows: how many rows it has.
        unit: the part of the ledger that it was written from.
    """

    kind: str
    organization: int | None
    month: str
    place: str
    rows: int
    unit: str


@dataclass(frozen=True, slots=True)
class Check:
    """The last comparison with the ledger."""

    moment: dt.datetime
    version: str
    differences: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A version of the facts.

    Attributes:
        version: changes with any file.
        moment: when the ledger was read.
        last_package: key of the last package in it; 0: none.
        last_payment: key of the last payment in it; 0: none.
        marks: what tells quickly that nothing has changed since.
        units: the parts of the ledger, each with the fingerprint of what was read.
        files: in no particular order.
        retired: files of earlier versions, each with the moment since which it is not needed.
        check: the last comparison with the ledger.
    """

    version: str
    moment: dt.datetime
    last_package: int
    last_payment: int
    marks: str
    units: Mapping[str, str]
    files: tuple[File, ...]
    retired: Mapping[str, str] = field(default_factory=dict)
    check: Check | None = None

    def list_files(self, kind: str, *, organization: int | None = None) -> list[File]:
        """Return the files of a kind; with an organisation, its own and those of nobody."""
        return [
            file
            for file in self.files
            if file.kind == kind
            and (organization is None or file.organization in {None, organization})
        ]

    @property
    def is_checked(self) -> bool:
        """Tell whether this very version was compared with the ledger and agreed to the kopeck."""
        return (
            self.check is not None
            and self.check.version == self.version
            and self.check.differences == 0
        )


def list_places(files: Iterable[File]) -> set[str]:
    """Return the places of files."""
    return {file.place for file in files}


def write_manifest(manifest: Manifest) -> bytes:
    """Write a manifest as JSON."""
    values = {"format": FORMAT, **_list_fields(manifest)}
    return json.dumps(values, default=_write_value, ensure_ascii=False).encode()


def read_manifest(content: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        FactsBroken: it is not a manifest of this version of the portal.
    """
    try:
        values = json.loads(content)
        if values.pop("format") != FORMAT:
            raise FactsBroken
        check = values.pop("check")
        return Manifest(
            **values
            | {
                "moment": dt.datetime.fromisoformat(values["moment"]),
                "files": tuple(File(**file) for file in values["files"]),
                "check": Check(**check | {"moment": dt.datetime.fromisoformat(check["moment"])})
                if check
                else None,
            }
        )
    except (ValueError, KeyError, TypeError) as failure:
        raise FactsBroken from failure


def _write_value(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, (File, Check)):
        return _list_fields(value)
    raise TypeError(value)


def _list_fields(value: Manifest | File | Check) -> dict[str, object]:
    # dataclasses.asdict copies every value: a second for twenty thousand files
    return {known.name: getattr(value, known.name) for known in fields(value)}
