"""Loading a checked package into the tables, file by file in the order of references."""

from collections.abc import Callable, Mapping

import polars as pl

from db import partitions
from db.queries.packages import keys, news, tables
from lib import clock, config
from lib.services.packages import _bills
from lib.services.packages._incoming import Incoming

# writes the rows of one file
_Loader = Callable[[Incoming, pl.DataFrame], None]


def load_files(incoming: Incoming, *, advance: Callable[[str], None]) -> None:
    """Write every file of the package; rows come after the rows that they refer to.

    Args:
        incoming: the package; its rows were checked.
        advance: called before each file with a description in Russian.
    """
    for stem, load in _LOADERS:
        if stem in incoming.frames:
            advance(f"Загружаю {stem}.csv")
            load(incoming, incoming.frames[stem].drop("_row"))
    if "accruals" in incoming.frames or "documents" in incoming.frames:
        advance("Собираю счета")
        _bills.load_bills(incoming)


def _reference_loader(stem: str, own_id: str, joins: Mapping[str, str]) -> _Loader:
    """Return the loader of a file whose rows have ids of their own.

    Args:
        stem: the file.
        own_id: the column of its own ids.
        joins: the files that the ids in other columns refer to, by column.
    """

    def load(incoming: Incoming, frame: pl.DataFrame) -> None:
        table = keys.REFERENCE_TABLES.get(stem, "news_item")
        rows = frame.rename({own_id: "external_id"})
        for column, target in joins.items():
            rows = incoming.replace_ids(rows, column, target)
        rows = rows.with_columns(sender_id=pl.lit(incoming.sender_id))
        key = ("sender_id", "external_id")
        incoming.changes[stem] = tables.upsert_rows(incoming.session, table, rows, key=key)
        # there may be new keys: read them again when they are needed
        incoming.keys.pop(stem, None)

    return load


def _load_accounts(incoming: Incoming, frame: pl.DataFrame) -> None:
    names = ["last_name", "first_name", "middle_name"]
    joins = {"premise_id": "premises", "organization_id": "organizations"}
    _reference_loader("accounts", "account_id", joins)(incoming, frame.drop(names))
    payers = incoming.replace_ids(frame.select("account_id", *names), "account_id", "accounts")
    # names have a table of their own; their change counts as a change of the account
    incoming.changes["accounts"] += tables.upsert_rows(
        incoming.session, "payer", payers, key=("account_id",)
    )


def _load_tariffs(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = incoming.replace_ids(frame, "service_id", "services")
    rows = incoming.replace_ids(rows, "house_id", "houses")
    key = ("service_id", "house_id", "valid_from", "zone")
    incoming.changes["tariffs"] = tables.upsert_rows(incoming.session, "tariff", rows, key=key)


def _load_accruals(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = incoming.replace_ids(frame, "account_id", "accounts")
    rows = incoming.replace_ids(rows, "service_id", "services")
    rows = incoming.replace_ids(rows, "supplier_organization_id", "organizations")
    incoming.changes["accruals"] = partitions.load_month(
        incoming.session.connection(),
        "accrual",
        rows,
        period=incoming.manifest.period,
        sender_id=incoming.sender_id,
        is_full=incoming.is_full,
        stored=incoming.stored_lines,
    )
    incoming.stored_lines = None
    if incoming.is_full:
        incoming.written_lines = rows


def _month_loader(
    stem: str,
    table: str,
    *,
    joins: Mapping[str, str],
    key: tuple[str, ...],
    renamed: Mapping[str, str],
) -> _Loader:
    """Return the loader of a file whose month a full package replaces.

    Args:
        stem: the file.
        table: its table.
        joins: the files that the ids in its columns refer to, by column.
        key: the columns of a unique constraint of the table.
        renamed: names in the table, by names in the file, where they differ.
    """

    def load(incoming: Incoming, frame: pl.DataFrame) -> None:
        rows = frame.rename(dict(renamed))
        for column, target in joins.items():
            rows = incoming.replace_ids(rows, column, target)
        if not incoming.is_full:
            incoming.changes[stem] = tables.upsert_rows(incoming.session, table, rows, key=key)
            return
        incoming.changes[stem] = tables.replace_month(
            incoming.session,
            table,
            rows,
            key=key,
            period=incoming.manifest.period,
            sender_id=incoming.sender_id,
        )

    return load


def _load_payments(incoming: Incoming, frame: pl.DataFrame) -> None:
    renamed = frame.rename({"payment_id": "external_id"})
    rows = incoming.replace_ids(renamed, "account_id", "accounts")
    key = ("account_id", "external_id")
    incoming.changes["payments"] = tables.upsert_rows(incoming.session, "payment", rows, key=key)


def _load_payment_parts(incoming: Incoming, frame: pl.DataFrame) -> None:
    owned = incoming.get_owned_keys("payments", frame["payment_id"])
    owned = owned.rename({"external_id": "payment_id"})
    rows = frame.join(owned, on="payment_id", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("id").alias("payment_id")).drop("id")
    rows = incoming.replace_ids(rows, "group_id", "service_groups")
    rows = incoming.replace_ids(rows, "service_id", "services")
    incoming.changes["payment_parts"] = tables.replace_payment_parts(incoming.session, rows)


def _load_meters(incoming: Incoming, frame: pl.DataFrame) -> None:
    renamed = frame.rename({"meter_id": "external_id"})
    rows = incoming.replace_ids(renamed, "service_id", "services")
    of_flats = rows.filter(pl.col("account_id").is_not_null()).drop("house_id")
    of_flats = incoming.replace_ids(of_flats, "account_id", "accounts")
    of_houses = rows.filter(pl.col("house_id").is_not_null()).drop("account_id")
    of_houses = incoming.replace_ids(of_houses, "house_id", "houses")
    of_houses = of_houses.with_columns(sender_id=pl.lit(incoming.sender_id))
    incoming.changes["meters"] = tables.upsert_rows(
        incoming.session, "meter", of_flats, key=("account_id", "external_id")
    ) + tables.upsert_rows(
        incoming.session, "house_meter", of_houses, key=("sender_id", "external_id")
    )


def _load_readings(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = frame.rename({"reading_id": "external_id"})
    owned = incoming.get_owned_keys("meters", rows["meter_id"]).rename({"external_id": "meter_id"})
    joined = rows.join(owned, on="meter_id", how="left", maintain_order="left")
    of_flats = joined.filter(pl.col("id").is_not_null())
    of_flats = of_flats.with_columns(meter_id=pl.col("id")).drop("id")
    of_houses = joined.filter(pl.col("id").is_null()).drop("id", "account_id")
    house_meters = keys.fetch_house_meter_keys(
        incoming.session, sender_id=incoming.sender_id
    ).rename({"external_id": "meter_id", "id": "house_meter_id"})
    of_houses = of_houses.join(house_meters, on="meter_id", maintain_order="left").drop("meter_id")
    incoming.changes["readings"] = tables.upsert_rows(
        incoming.session, "reading", of_flats, key=("account_id", "meter_id", "taken_on", "zone")
    ) + tables.upsert_rows(
        incoming.session, "house_reading", of_houses, key=("house_meter_id", "taken_on", "zone")
    )


def _load_house_volumes(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = incoming.replace_ids(frame, "house_id", "houses")
    rows = incoming.replace_ids(rows, "service_id", "services")
    key = ("house_id", "service_id", "period")
    incoming.changes["house_volumes"] = tables.upsert_rows(
        incoming.session, "house_volume", rows, key=key
    )


def _load_news(incoming: Incoming, frame: pl.DataFrame) -> None:
    _reference_loader("news", "news_id", {})(incoming, frame)
    news.publish_news(
        incoming.session,
        sender_id=incoming.sender_id,
        zone=config.get_settings().kabinet_time_zone,
        now=clock.now(),
    )


_LOADERS: tuple[tuple[str, _Loader], ...] = (
    ("organizations", _reference_loader("organizations", "organization_id", {})),
    ("houses", _reference_loader("houses", "house_id", {"organization_id": "organizations"})),
    ("premises", _reference_loader("premises", "premise_id", {"house_id": "houses"})),
    ("accounts", _load_accounts),
    (
        "service_groups",
        _reference_loader(
            "service_groups", "group_id", {"recipient_organization_id": "organizations"}
        ),
    ),
    ("services", _reference_loader("services", "service_id", {"group_id": "service_groups"})),
    ("tariffs", _load_tariffs),
    ("accruals", _load_accruals),
    (
        "recalculations",
        _month_loader(
            "recalculations",
            "recalculation",
            joins={"account_id": "accounts", "service_id": "services"},
            key=("account_id", "external_id"),
            renamed={"recalc_id": "external_id"},
        ),
    ),
    (
        "penalties",
        _month_loader(
            "penalties",
            "penalty",
            joins={"account_id": "accounts", "group_id": "service_groups"},
            key=("account_id", "group_id", "period"),
            renamed={},
        ),
    ),
    ("payments", _load_payments),
    ("payment_parts", _load_payment_parts),
    ("meters", _load_meters),
    ("readings", _load_readings),
    ("house_volumes", _load_house_volumes),
    ("news", _load_news),
)
