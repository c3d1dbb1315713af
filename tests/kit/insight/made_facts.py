"""Facts made of a few written rows, so that figures can be checked by hand."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import uuid4

import polars as pl

from lib.facts import store, tables
from lib.facts.manifest import Manifest
from lib.facts.reader import Facts

Row = Mapping[str, object]
_ZEROS = {"accounts", "metered", "averaged", "by_norm", "accrued", "total", "reopened"}


def write_facts(rows: Mapping[str, Sequence[Row]], *, organization: int | None = None) -> Facts:
    """Write the rows of each table and open them; columns that are not written are missing.

    Args:
        rows: by table; each row needs its organisation.
        organization: the only one that the analyst sees; None: all.
    """
    files = []
    for kind, listed in rows.items():
        frame = pl.DataFrame(
            [_fill(row, kind) for row in listed],
            schema=pl.Schema(tables.KINDS[kind].schema),
        )
        if "organization" not in frame.columns:
            files.append(store.put_file(frame, kind=kind, organization=None, month="all", unit=""))
            continue
        for (whose,), part in frame.group_by("organization", maintain_order=True):
            key = int(str(whose))
            files.append(store.put_file(part, kind=kind, organization=key, month="all", unit=""))
    manifest = Manifest(
        version=uuid4().hex,
        moment=dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC),
        last_package=1,
        last_payment=1,
        marks="",
        units={},
        files=tuple(files),
    )
    return Facts(manifest, organization=organization)


def _fill(row: Row, kind: str) -> dict[str, object]:
    columns = tables.KINDS[kind].schema
    assert set(row) <= set(columns)
    empty = {name: 0 if name in _ZEROS else None for name in columns}
    return {
        name: Decimal(str(value)) if value is not None and columns[name].is_decimal() else value
        for name, value in (empty | dict(row)).items()
    }
