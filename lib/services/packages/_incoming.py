"""A package on its way in: its frames, and the database keys behind its ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl
from sqlalchemy import Connection

from db import loading
from db.loading import Change
from lib.exchange.manifest import Manifest, Mode

IDS = {"external_id": pl.String, "id": pl.Int64}
_OWNED_IDS = {"external_id": pl.String, "account_id": pl.Int64, "id": pl.Int64}
# stem of a file → table whose rows its ids name
REFERENCE_TABLES: Mapping[str, str] = {
    "organizations": "organization",
    "houses": "house",
    "premises": "premise",
    "accounts": "account",
    "service_groups": "service_group",
    "services": "service",
}
_OWNED_TABLES = {"payments": "payment", "meters": "meter"}


@dataclass(slots=True)
class Incoming:
    """One package on its way in.

    Attributes:
        connection: the owner's, inside the import's transaction.
        sender_id: whose package it is; ids are unique within it alone.
        manifest: what the sender says.
        frames: the rows by stem, as soon as they are read.
        keys: database keys by external id, by stem, as far as read.
        changes: what happened to each stem's rows.
        stored_lines: the sender's lines of the period as the server writes them, read while
            the files were; None if there are none or nobody looked.
    """

    connection: Connection
    sender_id: int
    manifest: Manifest
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    keys: dict[str, pl.DataFrame] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    stored_lines: bytes | None = None

    @property
    def is_full(self) -> bool:
        """Tell whether the package replaces what the period had."""
        return self.manifest.mode is Mode.FULL

    def known(self, stem: str) -> pl.DataFrame:
        """Return external ids and keys of a reference stem, as the database has them now."""
        if stem not in self.keys:
            self.keys[stem] = loading.copy_out(
                self.connection,
                f"SELECT external_id, id FROM {REFERENCE_TABLES[stem]} "  # noqa: S608 - our table
                "WHERE sender_id = {sender}",
                schema=IDS,
                parameters={"sender": self.sender_id},
            )
        return self.keys[stem]

    def owned(self, stem: str, wanted: pl.Series) -> pl.DataFrame:
        """Return external ids, accounts and keys of some payments or meters of the sender."""
        ids = wanted.drop_nulls().unique().to_list()
        if not ids:
            return pl.DataFrame(schema=_OWNED_IDS)
        return loading.copy_out(
            self.connection,
            f"SELECT o.external_id, o.account_id, o.id FROM {_OWNED_TABLES[stem]} o "  # noqa: S608 - our table
            "JOIN account a ON a.id = o.account_id "
            "WHERE a.sender_id = {sender} AND o.external_id = ANY ({ids})",
            schema=_OWNED_IDS,
            parameters={"sender": self.sender_id, "ids": ids},
        )

    def keyed(self, frame: pl.DataFrame, column: str, stem: str) -> pl.DataFrame:
        """Put database keys in place of the external ids of ``column``, the order kept."""
        found = self.known(stem).rename({"external_id": column, "id": "_key"})
        # the one column alone: a join copies every column that it is given
        keys = frame.select(column).join(found, on=column, how="left", maintain_order="left")
        return frame.with_columns(keys["_key"].alias(column))
