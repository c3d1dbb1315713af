"""What the portal already has of a sender: the rules compare a package with it."""

import datetime as dt
from collections.abc import Collection

import polars as pl
from sqlalchemy.orm import Session

from db import loading
from db.loading import Schema

_CLOSING_BLOCKS = 100
_OWNERS = {
    "payments": (
        "SELECT o.external_id, a.external_id FROM payment o JOIN account a ON a.id = o.account_id "
        "WHERE a.sender_id = {sender} AND o.external_id = ANY ({ids})"
    ),
    "meters": (
        "SELECT o.external_id, a.external_id, NULL FROM meter o "
        "JOIN account a ON a.id = o.account_id "
        "WHERE a.sender_id = {sender} AND o.external_id = ANY ({ids}) "
        "UNION ALL SELECT o.external_id, NULL, h.external_id FROM house_meter o "
        "JOIN house h ON h.id = o.house_id "
        "WHERE o.sender_id = {sender} AND o.external_id = ANY ({ids})"
    ),
    "recalculations": (
        "SELECT o.external_id, a.external_id, o.period FROM recalculation o "
        "JOIN account a ON a.id = o.account_id "
        "WHERE a.sender_id = {sender} AND o.external_id = ANY ({ids})"
    ),
}
OWNER_COLUMNS: dict[str, Schema] = {
    "payments": {"payment_id": pl.String(), "account_id": pl.String()},
    "meters": {"meter_id": pl.String(), "account_id": pl.String(), "house_id": pl.String()},
    "recalculations": {"recalc_id": pl.String(), "account_id": pl.String(), "period": pl.Date()},
}


def fetch_owners(
    session: Session, *, stem: str, sender_id: int, ids: Collection[str]
) -> pl.DataFrame:
    """Return the owners of some rows, external ids by ``OWNER_COLUMNS``; unknown ids are left out.

    Args:
        session: the owner's.
        stem: «payments», «meters» or «recalculations».
        sender_id: key of the sender.
        ids: external ids of the rows.
    """
    if not ids:
        return pl.DataFrame(schema=OWNER_COLUMNS[stem])
    return loading.copy_out(
        session.connection(),
        _OWNERS[stem],
        schema=OWNER_COLUMNS[stem],
        parameters={"sender": sender_id, "ids": list(ids)},
    )


def fetch_dials(session: Session, *, sender_id: int, meters: Collection[str]) -> pl.DataFrame:
    """Return ``meter_id``, ``capacity`` and ``resource`` of some meters of flats."""
    return loading.copy_out(
        session.connection(),
        "SELECT m.external_id, m.capacity, s.meter_kind FROM meter m "
        "JOIN account a ON a.id = m.account_id JOIN service s ON s.id = m.service_id "
        "WHERE a.sender_id = {sender} AND m.external_id = ANY ({ids})",
        schema={"meter_id": pl.String(), "capacity": pl.Int64(), "resource": pl.String()},
        parameters={"sender": sender_id, "ids": list(meters)},
    )


def fetch_limits(session: Session, *, period: dt.date) -> pl.DataFrame:
    """Return the limits of readings in a month: ``resource``, ``per_day``, ``soft``, ``hard``."""
    volumes = dict.fromkeys(("per_day", "soft", "hard"), pl.Decimal(15, 6))
    return loading.copy_out(
        session.connection(),
        "SELECT DISTINCT ON (resource) resource, per_day, soft, hard FROM reading_limit "
        "WHERE valid_from <= {period} ORDER BY resource, valid_from DESC",
        schema={"resource": pl.String(), **volumes},
        parameters={"period": period},
    )


def fetch_services(session: Session, *, sender_id: int) -> pl.DataFrame:
    """Return ``service_id``, ``group_id`` and ``name`` of a sender's services."""
    return loading.copy_out(
        session.connection(),
        "SELECT s.external_id, g.external_id, s.name FROM service s "
        "JOIN service_group g ON g.id = s.group_id WHERE s.sender_id = {sender}",
        schema={"service_id": pl.String(), "group_id": pl.String(), "name": pl.String()},
        parameters={"sender": sender_id},
    )


def fetch_areas(session: Session, *, sender_id: int) -> pl.DataFrame:
    """Return ``account_id`` and ``area``, in m², of a sender's accounts."""
    return loading.copy_out(
        session.connection(),
        "SELECT external_id, area FROM account WHERE sender_id = {sender}",
        schema={"account_id": pl.String(), "area": pl.Decimal(21, 6)},
        parameters={"sender": sender_id},
    )


def fetch_closings(session: Session, *, sender_id: int, period: dt.date) -> pl.DataFrame:
    """Return the closing balances of a sender's lines of a month.

    The server puts a million short rows together into a hundred blocks: to send them one by one
    would take longer. Columns: ``account_key`` and ``service_key``, which are keys of the
    database, ``line`` and ``closing``.
    """
    blocks = loading.copy_out(
        session.connection(),
        "SELECT string_agg(account_id || ',' || service_id || ',' || line || ',' || closing, "
        "E'\n') FROM accrual WHERE period = {period} AND account_id IN "
        "(SELECT id FROM account WHERE sender_id = {sender}) GROUP BY account_id % {blocks}",
        schema={"lines": pl.String()},
        parameters={"sender": sender_id, "period": period, "blocks": _CLOSING_BLOCKS},
    )
    return loading.parse_csv(
        "\n".join(blocks["lines"]).encode(),
        schema={
            "account_key": pl.Int64(),
            "service_key": pl.Int64(),
            "line": pl.Int64(),
            "closing": pl.Decimal(15, 2),
        },
    )
