"""The lines of a month as its import leaves them, so that they need not be read back.

The ledger stays the truth: lines carry the mark of the package that they came with, and only the
latest package of their month fits. A sender has one place, so that an import which was rolled
back, or was never asked about, leaves nothing that grows. The place is not in the folder of the
facts: the lines have the ledger's keys.
"""

import io

import polars as pl
from polars.exceptions import PolarsError

from lib import storage
from lib.facts.kinds import KEY, MONEY, NUMBER, PRICE, VOLUME, WORD
from lib.storage import FileGone, folders

_FORMAT = "1"  # a change of the columns makes older files useless
_MARK = "mark"
# by name in the facts: the name in the ledger, and the type
_COLUMNS: dict[str, tuple[str, pl.DataType]] = {
    "account_id": ("account_id", KEY),
    "service": ("service_id", NUMBER),
    "supplier": ("supplier_organization_id", NUMBER),
    "method": ("method", WORD),
    "tariff": ("tariff", PRICE),
    "volume_own": ("volume_ind", VOLUME),
    "volume_common": ("volume_common", VOLUME),
    "opening": ("opening", MONEY),
    "accrued": ("accrued", MONEY),
    "recalculation": ("recalculation", MONEY),
    "privilege": ("privilege", MONEY),
    "coefficient": ("coefficient_amount", MONEY),
    "penalty": ("penalty", MONEY),
    "paid": ("paid", MONEY),
    "total": ("total", MONEY),
    "closing": ("closing", MONEY),
}


def put_lines(lines: pl.DataFrame, *, sender: int, mark: str) -> None:
    """Store all lines of a sender's month in the place of those that it had there before.

    Args:
        lines: has the columns of the ledger.
        sender: its key.
        mark: what tells the package apart from every other one.

    Raises:
        StorageAway: they were not stored.
    """
    chosen = lines.select(
        pl.col(column).cast(kind).alias(name) for name, (column, kind) in _COLUMNS.items()
    )
    buffer = io.BytesIO()
    chosen.write_parquet(
        buffer, compression="lz4", statistics=False, metadata={_MARK: _add_format(mark)}
    )
    storage.put_named(folders.HANDED_LINES, _name_place(sender), buffer.getvalue())


def find_lines(*, sender: int, mark: str) -> pl.DataFrame | None:
    """Return the lines that came with a package; None if they are not there or cannot be read.

    Raises:
        StorageAway: the storage does not answer.
    """
    try:
        content = io.BytesIO(storage.get_named(folders.HANDED_LINES, _name_place(sender)))
        if pl.read_parquet_metadata(content).get(_MARK) != _add_format(mark):
            return None
        content.seek(0)
        return pl.read_parquet(content)
    except (FileGone, PolarsError):
        return None


def delete_lines(sender: int) -> None:
    """Delete the lines of a sender: they were used.

    Raises:
        StorageAway: they are still there; the next import replaces them.
    """
    storage.delete_named(folders.HANDED_LINES, _name_place(sender))


def _add_format(mark: str) -> str:
    return f"{_FORMAT} {mark}"


def _name_place(sender: int) -> str:
    return f"{sender}.parquet"
