"""A judged package into the tables: one step a file, references before what refers to them."""

from collections.abc import Callable, Mapping

import polars as pl
from sqlalchemy import Table

from db import loading, partitions
from db.base import Base
from db.loading import Change
from lib.services.packages import _bill_loading, _news_loading
from lib.services.packages._incoming import IDS, REFERENCE_TABLES, Incoming

_TABLES = Base.metadata.tables


def load(incoming: Incoming, *, advance: Callable[[str], None]) -> None:
    """Write every carried file, references before what refers to them."""
    for stem, step in _STEPS:
        if stem in incoming.frames:
            advance(f"Загружаю {stem}.csv")
            step(incoming, incoming.frames[stem].drop("_row"))
    if "accruals" in incoming.frames or "documents" in incoming.frames:
        advance("Собираю счета")
        _bill_loading.load(incoming)


def _reference(
    stem: str, own_id: str, joins: Mapping[str, str]
) -> Callable[[Incoming, pl.DataFrame], None]:
    """Return the step of a file whose rows have ids of their own."""

    def step(incoming: Incoming, frame: pl.DataFrame) -> None:
        table = _table(REFERENCE_TABLES.get(stem, "news_item"))
        rows = frame.rename({own_id: "external_id"})
        for column, target in joins.items():
            rows = incoming.keyed(rows, column, target)
        rows = rows.with_columns(sender_id=pl.lit(incoming.sender_id))
        key = ("sender_id", "external_id")
        incoming.changes[stem] = _upsert(incoming, table, rows, key=key)
        incoming.keys.pop(stem, None)

    return step


def _accounts(incoming: Incoming, frame: pl.DataFrame) -> None:
    names = ["last_name", "first_name", "middle_name"]
    joins = {"premise_id": "premises", "organization_id": "organizations"}
    _reference("accounts", "account_id", joins)(incoming, frame.drop(names))
    payers = incoming.keyed(frame.select("account_id", *names), "account_id", "accounts")
    # names live in a table of their own; their change is a change of the account
    incoming.changes["accounts"] += _upsert(incoming, _table("payer"), payers, key=("account_id",))


def _tariffs(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = incoming.keyed(frame, "service_id", "services")
    rows = incoming.keyed(rows, "house_id", "houses")
    key = ("service_id", "house_id", "valid_from", "zone")
    incoming.changes["tariffs"] = _upsert(incoming, _table("tariff"), rows, key=key)


def _accruals(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = incoming.keyed(frame, "account_id", "accounts")
    rows = incoming.keyed(rows, "service_id", "services")
    rows = incoming.keyed(rows, "supplier_organization_id", "organizations")
    table = _table("accrual")
    incoming.changes["accruals"] = partitions.load_month(
        incoming.connection,
        table,
        rows.select([column.name for column in table.columns]),
        period=incoming.manifest.period,
        sender_id=incoming.sender_id,
        is_full=incoming.is_full,
        was=incoming.stored_lines,
    )
    incoming.stored_lines = None


def _of_period(
    stem: str, name: str, joins: Mapping[str, str], key: tuple[str, ...], rename: Mapping[str, str]
) -> Callable[[Incoming, pl.DataFrame], None]:
    """Return the step of a file that a full package replaces for its period."""

    def step(incoming: Incoming, frame: pl.DataFrame) -> None:
        rows = frame.rename(dict(rename))
        for column, target in joins.items():
            rows = incoming.keyed(rows, column, target)
        within = (
            f"t.period = DATE '{incoming.manifest.period}' AND t.account_id IN "  # noqa: S608 - a date and a number
            f"(SELECT id FROM account WHERE sender_id = {incoming.sender_id:d})"
        )
        incoming.changes[stem] = _upsert(
            incoming, _table(name), rows, key=key, within=within if incoming.is_full else None
        )

    return step


def _payments(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = incoming.keyed(frame.rename({"payment_id": "external_id"}), "account_id", "accounts")
    key = ("account_id", "external_id")
    incoming.changes["payments"] = _upsert(incoming, _table("payment"), rows, key=key)


def _payment_parts(incoming: Incoming, frame: pl.DataFrame) -> None:
    owned = incoming.owned("payments", frame["payment_id"]).rename({"external_id": "payment_id"})
    rows = frame.join(owned, on="payment_id", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("id").alias("payment_id")).drop("id")
    rows = incoming.keyed(rows, "group_id", "service_groups")
    rows = incoming.keyed(rows, "service_id", "services")
    # the parts of a payment come together: a carried payment keeps no other ones
    within = (
        "(t.account_id, t.payment_id) IN (SELECT DISTINCT account_id, payment_id FROM incoming)"
    )
    key = ("account_id", "payment_id", "group_id", "service_id")
    incoming.changes["payment_parts"] = _upsert(
        incoming, _table("payment_part"), rows, key=key, within=within
    )


def _meters(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = incoming.keyed(frame.rename({"meter_id": "external_id"}), "service_id", "services")
    own = incoming.keyed(rows.filter(pl.col("account_id").is_not_null()), "account_id", "accounts")
    of_house = incoming.keyed(rows.filter(pl.col("house_id").is_not_null()), "house_id", "houses")
    of_house = of_house.drop("account_id").with_columns(sender_id=pl.lit(incoming.sender_id))
    incoming.changes["meters"] = _upsert(
        incoming, _table("meter"), own.drop("house_id"), key=("account_id", "external_id")
    ) + _upsert(incoming, _table("house_meter"), of_house, key=("sender_id", "external_id"))


def _readings(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = frame.rename({"reading_id": "external_id"})
    owned = incoming.owned("meters", rows["meter_id"]).rename({"external_id": "meter_id"})
    joined = rows.join(owned, on="meter_id", how="left", maintain_order="left")
    own = joined.filter(pl.col("id").is_not_null()).with_columns(meter_id=pl.col("id")).drop("id")
    of_house = joined.filter(pl.col("id").is_null()).drop("id", "account_id")
    house_meters = loading.copy_out(
        incoming.connection,
        "SELECT external_id, id FROM house_meter WHERE sender_id = {sender}",
        schema=IDS,
        parameters={"sender": incoming.sender_id},
    ).rename({"external_id": "meter_id", "id": "house_meter_id"})
    of_house = of_house.join(house_meters, on="meter_id", maintain_order="left").drop("meter_id")
    incoming.changes["readings"] = _upsert(
        incoming, _table("reading"), own, key=("account_id", "meter_id", "taken_on", "zone")
    ) + _upsert(
        incoming, _table("house_reading"), of_house, key=("house_meter_id", "taken_on", "zone")
    )


def _house_volumes(incoming: Incoming, frame: pl.DataFrame) -> None:
    rows = incoming.keyed(frame, "house_id", "houses")
    rows = incoming.keyed(rows, "service_id", "services")
    key = ("house_id", "service_id", "period")
    incoming.changes["house_volumes"] = _upsert(incoming, _table("house_volume"), rows, key=key)


def _news(incoming: Incoming, frame: pl.DataFrame) -> None:
    _reference("news", "news_id", {})(incoming, frame)
    _news_loading.load(incoming)


def _upsert(
    incoming: Incoming,
    table: Table,
    rows: pl.DataFrame,
    *,
    key: tuple[str, ...],
    within: str | None = None,
) -> Change:
    if rows.is_empty() and within is None:
        return Change()
    return loading.upsert(incoming.connection, table, rows, key=key, within=within)


def _table(name: str) -> Table:
    return _TABLES[name]


_STEPS: tuple[tuple[str, Callable[[Incoming, pl.DataFrame], None]], ...] = (
    ("organizations", _reference("organizations", "organization_id", {})),
    ("houses", _reference("houses", "house_id", {"organization_id": "organizations"})),
    ("premises", _reference("premises", "premise_id", {"house_id": "houses"})),
    ("accounts", _accounts),
    (
        "service_groups",
        _reference("service_groups", "group_id", {"recipient_organization_id": "organizations"}),
    ),
    ("services", _reference("services", "service_id", {"group_id": "service_groups"})),
    ("tariffs", _tariffs),
    ("accruals", _accruals),
    (
        "recalculations",
        _of_period(
            "recalculations",
            "recalculation",
            {"account_id": "accounts", "service_id": "services"},
            ("account_id", "external_id"),
            {"recalc_id": "external_id"},
        ),
    ),
    (
        "penalties",
        _of_period(
            "penalties",
            "penalty",
            {"account_id": "accounts", "group_id": "service_groups"},
            ("account_id", "group_id", "period"),
            {},
        ),
    ),
    ("payments", _payments),
    ("payment_parts", _payment_parts),
    ("meters", _meters),
    ("readings", _readings),
    ("house_volumes", _house_volumes),
    ("news", _news),
)
