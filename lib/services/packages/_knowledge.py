"""What the portal already knows of a package's sender, for the rules to judge with."""

import datetime as dt

import polars as pl

from db import loading, partitions
from db.base import Base
from lib.exchange.judging import Known
from lib.exchange.references import OWNED, REFERENCES
from lib.services.packages._incoming import REFERENCE_TABLES, Incoming

_BLOCKS = 100
# files and columns that name the rows which belong to one account or house
_NAMING = {
    "payments": (
        ("payments", "payment_id"),
        ("payments", "reversed_payment_id"),
        ("payment_parts", "payment_id"),
    ),
    "meters": (("meters", "meter_id"), ("readings", "meter_id")),
    "recalculations": (("recalculations", "recalc_id"),),
}
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
_OWNER_TYPES = {"account_id": pl.String, "house_id": pl.String, "period": pl.Date}


def gather(incoming: Incoming, *, previous: pl.DataFrame | None) -> Known:
    """Read what the carried files may refer to, and nothing else.

    Args:
        incoming: the package, its files read.
        previous: what `lines` has read in the meantime.
    """
    wanted = {found.target for found in REFERENCES if found.file in incoming.frames}
    ids = {stem: incoming.known(stem)["external_id"] for stem in wanted & set(REFERENCE_TABLES)}
    owners = {stem: _owners(incoming, stem) for stem in OWNED}
    return Known(
        ids=ids | {stem: found[OWNED[stem][0]] for stem, found in owners.items()},
        services=_services(incoming),
        areas=_areas(incoming) if "accruals" in incoming.frames else None,
        previous=previous,
        owners=owners,
        dials=_dials(incoming) if "readings" in incoming.frames else None,
        limits=_limits(incoming) if "readings" in incoming.frames else None,
    )


def _owners(incoming: Incoming, stem: str) -> pl.DataFrame:
    """Return whose the named payments, meters or recalculations are, as far as there are any."""
    own_id, columns = OWNED[stem]
    schema = {own_id: pl.String, **{name: _OWNER_TYPES[name] for name in columns}}
    named = [
        incoming.frames[file][column].drop_nulls()
        for file, column in _NAMING[stem]
        if file in incoming.frames
    ]
    ids = pl.concat(named).unique().to_list() if named else []
    if not ids:
        return pl.DataFrame(schema=schema)
    parameters = {"sender": incoming.sender_id, "ids": ids}
    return loading.copy_out(
        incoming.connection, _OWNERS[stem], schema=schema, parameters=parameters
    )


def _dials(incoming: Incoming) -> pl.DataFrame:
    """Return what the meters count that readings are carried of."""
    return loading.copy_out(
        incoming.connection,
        "SELECT m.external_id, m.capacity, s.meter_kind FROM meter m "
        "JOIN account a ON a.id = m.account_id JOIN service s ON s.id = m.service_id "
        "WHERE a.sender_id = {sender} AND m.external_id = ANY ({ids})",
        schema={"meter_id": pl.String, "capacity": pl.Int64, "resource": pl.String},
        parameters={
            "sender": incoming.sender_id,
            "ids": incoming.frames["readings"]["meter_id"].unique().to_list(),
        },
    )


def _limits(incoming: Incoming) -> pl.DataFrame:
    """Return how much was believed in the package's month."""
    volumes = dict.fromkeys(("per_day", "soft", "hard"), pl.Decimal(15, 6))
    return loading.copy_out(
        incoming.connection,
        "SELECT DISTINCT ON (resource) resource, per_day, soft, hard FROM reading_limit "
        "WHERE valid_from <= {period} ORDER BY resource, valid_from DESC",
        schema={"resource": pl.String, **volumes},
        parameters={"period": incoming.manifest.period},
    )


def _services(incoming: Incoming) -> pl.DataFrame:
    return loading.copy_out(
        incoming.connection,
        "SELECT s.external_id, g.external_id, s.name FROM service s "
        "JOIN service_group g ON g.id = s.group_id WHERE s.sender_id = {sender}",
        schema={"service_id": pl.String, "group_id": pl.String, "name": pl.String},
        parameters={"sender": incoming.sender_id},
    )


def _areas(incoming: Incoming) -> pl.DataFrame:
    return loading.copy_out(
        incoming.connection,
        "SELECT external_id, area FROM account WHERE sender_id = {sender}",
        schema={"account_id": pl.String, "area": pl.Decimal(21, 6)},
        parameters={"sender": incoming.sender_id},
    )


def lines(incoming: Incoming) -> pl.DataFrame:
    """Read the stored lines of the package's month into it; return the month before's balances."""
    previous = _closings(incoming)
    if incoming.is_full:
        incoming.stored_lines = partitions.read_month(
            incoming.connection,
            Base.metadata.tables["accrual"],
            period=incoming.manifest.period,
            sender_id=incoming.sender_id,
        )
    return previous


def _closings(incoming: Incoming) -> pl.DataFrame:
    """Return the closing balances of the sender's lines of the month before.

    A million short rows one by one would cost more than all they say: they come in
    blocks, with the database's keys, and get the sender's ids here.
    """
    before = (incoming.manifest.period - dt.timedelta(days=1)).replace(day=1)
    blocks = loading.copy_out(
        incoming.connection,
        "SELECT string_agg(account_id || ',' || service_id || ',' || line || ',' || closing, "
        "E'\n') FROM accrual WHERE period = {before} AND account_id IN "
        "(SELECT id FROM account WHERE sender_id = {sender}) GROUP BY account_id % {blocks}",
        schema={"lines": pl.String},
        parameters={"sender": incoming.sender_id, "before": before, "blocks": _BLOCKS},
    )
    schema = {"a": pl.Int64, "s": pl.Int64, "line": pl.Int64, "closing": pl.Decimal(15, 2)}
    read = loading.parse("\n".join(blocks["lines"]).encode(), schema=schema)
    for key, column, stem in (("a", "account_id", "accounts"), ("s", "service_id", "services")):
        named = incoming.known(stem).rename({"external_id": column, "id": key})
        read = read.join(named, on=key)
    return read.select("account_id", "service_id", "line", "closing")
