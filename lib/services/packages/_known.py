"""What is stored of a package's sender: the rules compare the package with it."""

import polars as pl

from db import partitions
from db.queries.packages import known as queries
from db.queries.packages.keys import REFERENCE_TABLES
from lib.domain import periods
from lib.exchange.checking import Known
from lib.exchange.references import OWNED, REFERENCES
from lib.services.packages._incoming import Incoming

# for each kind of rows that belong to an owner: the files and columns that refer to them
_REFERRING = {
    "payments": (
        ("payments", "payment_id"),
        ("payments", "reversed_payment_id"),
        ("payment_parts", "payment_id"),
    ),
    "meters": (("meters", "meter_id"), ("readings", "meter_id")),
    "recalculations": (("recalculations", "recalc_id"),),
}


def gather_known(incoming: Incoming, *, previous: pl.DataFrame | None) -> Known:
    """Read what the files of the package can refer to.

    Args:
        incoming: the package; its files are read.
        previous: the result of ``read_lines``.
    """
    session, sender_id, frames = incoming.session, incoming.sender_id, incoming.frames
    targets = {reference.target for reference in REFERENCES if reference.file in frames}
    ids = {stem: incoming.get_keys(stem)["external_id"] for stem in targets & set(REFERENCE_TABLES)}
    owners = {stem: _find_owners(incoming, stem) for stem in OWNED}
    areas = dials = limits = None
    services = queries.fetch_services(session, sender_id=sender_id)
    if "accruals" in frames:
        areas = queries.fetch_areas(session, sender_id=sender_id)
    if "readings" in frames:
        meters = frames["readings"]["meter_id"].unique().to_list()
        dials = queries.fetch_dials(session, sender_id=sender_id, meters=meters)
        limits = queries.fetch_limits(session, period=incoming.manifest.period)
    return Known(
        ids=ids | {stem: found[OWNED[stem][0]] for stem, found in owners.items()},
        services=services,
        areas=areas,
        previous=previous,
        owners=owners,
        dials=dials,
        limits=limits,
    )


def _find_owners(incoming: Incoming, stem: str) -> pl.DataFrame:
    """Return the owners of the payments, meters or recalculations that the package refers to."""
    columns = [
        incoming.frames[file][column].drop_nulls()
        for file, column in _REFERRING[stem]
        if file in incoming.frames
    ]
    ids = pl.concat(columns).unique().to_list() if columns else []
    return queries.fetch_owners(incoming.session, stem=stem, sender_id=incoming.sender_id, ids=ids)


def read_lines(incoming: Incoming) -> pl.DataFrame:
    """Return the closing balances of the month before: ``account_id``, ``service_id`` and others.

    For a full package the stored lines of its own month are kept in ``incoming`` as well.
    """
    previous = _find_closings(incoming)
    if incoming.is_full:
        incoming.stored_lines = partitions.read_month(
            incoming.session.connection(),
            "accrual",
            period=incoming.manifest.period,
            sender_id=incoming.sender_id,
        )
    return previous


def _find_closings(incoming: Incoming) -> pl.DataFrame:
    before = periods.add_months(incoming.manifest.period, -1)
    closings = queries.fetch_closings(incoming.session, sender_id=incoming.sender_id, period=before)
    for key, column, stem in (
        ("account_key", "account_id", "accounts"),
        ("service_key", "service_id", "services"),
    ):
        external_keys = incoming.get_keys(stem).rename({"external_id": column, "id": key})
        closings = closings.join(external_keys, on=key)
    return closings.select("account_id", "service_id", "line", "closing")
