"""Database keys of rows, found by a sender's external ids."""

from collections.abc import Collection, Mapping

import polars as pl
from sqlalchemy.orm import Session

from db import loading
from db.loading import Schema

# the table of each file whose rows other files refer to
REFERENCE_TABLES: Mapping[str, str] = {
    "organizations": "organization",
    "houses": "house",
    "premises": "premise",
    "accounts": "account",
    "service_groups": "service_group",
    "services": "service",
}
_OWNED_TABLES = {"payments": "payment", "meters": "meter"}
_KEYS: Schema = {"external_id": pl.String(), "id": pl.Int64()}
_OWNED_KEYS: Schema = {"external_id": pl.String(), "account_id": pl.Int64(), "id": pl.Int64()}


def fetch_keys(session: Session, *, stem: str, sender_id: int) -> pl.DataFrame:
    """Return ``external_id`` and ``id`` of all of a sender's rows of ``REFERENCE_TABLES``."""
    return loading.copy_out(
        session.connection(),
        f"SELECT external_id, id FROM {REFERENCE_TABLES[stem]} WHERE sender_id = {{sender}}",  # noqa: S608 - our table
        schema=_KEYS,
        parameters={"sender": sender_id},
    )


def fetch_house_meter_keys(session: Session, *, sender_id: int) -> pl.DataFrame:
    """Return ``external_id`` and ``id`` of a sender's meters of whole houses."""
    return loading.copy_out(
        session.connection(),
        "SELECT external_id, id FROM house_meter WHERE sender_id = {sender}",
        schema=_KEYS,
        parameters={"sender": sender_id},
    )


def fetch_owned_keys(
    session: Session, *, stem: str, sender_id: int, ids: Collection[str]
) -> pl.DataFrame:
    """Return ``external_id``, ``account_id`` and ``id`` of a sender's payments or meters.

    Args:
        session: the owner's.
        stem: «payments» or «meters».
        sender_id: key of the sender.
        ids: external ids.
    """
    if not ids:
        return pl.DataFrame(schema=_OWNED_KEYS)
    return loading.copy_out(
        session.connection(),
        f"SELECT o.external_id, o.account_id, o.id FROM {_OWNED_TABLES[stem]} o "  # noqa: S608 - our table
        "JOIN account a ON a.id = o.account_id "
        "WHERE a.sender_id = {sender} AND o.external_id = ANY ({ids})",
        schema=_OWNED_KEYS,
        parameters={"sender": sender_id, "ids": list(ids)},
    )
