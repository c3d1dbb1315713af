"""A package that is being imported: its rows, and the database keys of its external ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl
from sqlalchemy.orm import Session

from db.loading import Change
from db.queries.packages import keys as queries
from lib.exchange.manifest import Manifest, Mode


@dataclass(slots=True)
class Incoming:
    """A package that is being imported.

    Attributes:
        session: the owner's, inside the transaction of the import.
        sender_id: key of the sender; external ids are unique within one sender.
        manifest: the package's manifest.
        frames: the rows by file («accruals»), once they are read.
        keys: database keys by file, as far as they were read.
        changes: what happened to the rows of each file.
        stored_lines: the sender's stored lines of the period as CSV, if they were read while
            the files were parsed.
        written_lines: all lines of the sender in the period as they were written.
    """

    session: Session
    sender_id: int
    manifest: Manifest
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    keys: dict[str, pl.DataFrame] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    stored_lines: bytes | None = None
    written_lines: pl.DataFrame | None = None

    @property
    def is_full(self) -> bool:
        """Tell whether the package replaces the data of its period."""
        return self.manifest.mode is Mode.FULL

    def get_keys(self, stem: str) -> pl.DataFrame:
        """Return ``external_id`` and ``id`` of the rows of a file, as the database has them now."""
        if stem not in self.keys:
            self.keys[stem] = queries.fetch_keys(self.session, stem=stem, sender_id=self.sender_id)
        return self.keys[stem]

    def get_owned_keys(self, stem: str, ids: pl.Series) -> pl.DataFrame:
        """Return ``external_id``, ``account_id`` and ``id`` of some payments or meters."""
        unique_ids = ids.drop_nulls().unique().to_list()
        return queries.fetch_owned_keys(
            self.session, stem=stem, sender_id=self.sender_id, ids=unique_ids
        )

    def replace_ids(self, frame: pl.DataFrame, column: str, stem: str) -> pl.DataFrame:
        """Replace the external ids in a column by database keys; the order of rows is kept."""
        found = self.get_keys(stem).rename({"external_id": column, "id": "_key"})
        # join this column alone: a join copies every column that it is given
        keys = frame.select(column).join(found, on=column, how="left", maintain_order="left")
        return frame.with_columns(keys["_key"].alias(column))
