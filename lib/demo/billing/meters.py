"""Meters: one for each resource, two where a flat has two risers; their state and readings."""

import polars as pl

from lib.demo import chance, months
from lib.demo.amounts import UNIT, to_volumes
from lib.demo.billing import consumption
from lib.demo.billing.tenancy import make_first_day
from lib.demo.reference import catalogue

_DIGITS = 5
_DIAL = 10**_DIGITS * UNIT
_FIRST_RISER = 6  # tenths of the use of both risers
_SWAP_DAY = 12
_SET_BEFORE = 2012 * 12
_LATE, _LAST_DAYS = 9, 30  # percent of readings after the 25th; on the 24th and 25th
_RESOURCES = {
    catalogue.place(code): "power_day" if code == "power_night" else code
    for code in catalogue.METERED
}
_MODELS = {"cold": "СВК-15", "hot": "СВК-15Г", "power_day": "СЕ-102"}
_LETTERS = {"cold": "ХВ", "hot": "ГВ", "power_day": "ЭЛ"}
_PLACES = {"cold": "санузел", "hot": "санузел", "power_day": "площадка"}
_SOURCES = ("resident", "resident", "resident", "phone", "inspector")


def list_meters(lines: pl.DataFrame, people: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return a row for each meter and zone, with the meters removed this month.

    Args:
        lines: subscriptions or lines, with ``account_id``; their columns are kept.
        people: the accounts.
        month: number of the month.
    """
    flats = people.select("row", "two_risers", "two_zones")
    metered = lines.filter("is_metered").join(flats, on="row", how="left", maintain_order="left")
    is_night = pl.col("service") == catalogue.place("power_night")
    metered = metered.with_columns(
        zone=pl.when(is_night).then(2).otherwise(1),
        resource=pl.col("service").replace_strict(_RESOURCES, return_dtype=pl.String),
        swapped=_swapped(month),
    )
    metered = metered.with_columns(
        two_risers=pl.col("two_risers") & (pl.col("resource") != "power_day")
    )
    second = metered.filter("two_risers").with_columns(riser=2)
    meters = pl.concat([metered.with_columns(riser=1), second], how="vertical_relaxed")
    return _with_removed(meters, month).sort("row", "service", "riser", "is_old")


def make_rows(meters: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the rows of meters.csv as the meters are at the month's end."""
    meters = meters.filter(pl.col("zone") == 1)
    since = consumption.find_verification_month(month)
    swapped_on = make_first_day(pl.col("set_month"), _SWAP_DAY)
    until = pl.coalesce("set_month", since) + pl.col("interval") * 12
    status = (
        pl.when("is_old").then(pl.lit("removed"))
        .when(consumption.is_expired(month)).then(pl.lit("expired"))
        .when(consumption.is_broken(month)).then(pl.lit("broken"))
        .otherwise(pl.lit("active"))
    )  # fmt: skip
    is_power = pl.col("resource") == "power_day"
    return meters.select(
        "sender",
        "meter_id",
        "account_id",
        service_id="resource",
        serial=_serial(),
        model=_word(_MODELS),
        capacity=_DIGITS,
        decimals=pl.when(is_power).then(1).otherwise(3),
        zones=pl.when(is_power & pl.col("two_zones")).then(2).otherwise(1),
        installed_on=pl.coalesce(
            swapped_on, make_first_day(consumption.find_verification_month(_SET_BEFORE))
        ),
        verified_on=pl.coalesce(swapped_on, make_first_day(since)),
        next_verification_on=make_first_day(until),
        interval_years="interval",
        place=_word(_PLACES),
        status=status,
        removed_on=pl.when("is_old").then(pl.lit(months.get_day(month, _SWAP_DAY))),
    )


def make_reading_rows(meters: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the rows of readings.csv, with the last of an old meter and the first of a new."""
    given = meters.filter("is_given")
    dial_at_start = consumption.compute_dial(pl.col("set_month") - 1).fill_null(0)
    dial = _of_riser(pl.col("dial"))
    given = given.with_columns(
        read=dial - dial_at_start, use=dial - _of_riser(pl.col("dial_before"))
    )
    half = pl.col("use") // 2 // pl.col("grain") * pl.col("grain")
    end = pl.col("read") - pl.col("use") + half
    regular = given.filter(~pl.col("is_old")).with_columns(day=_day(month))
    last = given.filter("is_old").with_columns(day=_SWAP_DAY, read=end, use=half)
    swapped = given.filter((pl.col("set_month") == month) & ~pl.col("is_old"))
    first = swapped.with_columns(day=_SWAP_DAY, read=half, use=None)
    readings = pl.concat([regular, last, first], how="vertical_relaxed")
    year, place = divmod(month, 12)
    return readings.sort("row", "service", "riser", "is_old", "day").select(
        "sender",
        "meter_id",
        taken_on=pl.date(year, place + 1, pl.col("day")),
        zone="zone",
        value=to_volumes(pl.col("read") % _DIAL),
        period=pl.lit(months.format_label(month)),
        source=_source(month),
        status=pl.lit("accepted"),
        consumption=to_volumes(pl.col("use")),
    )


def _swapped(month: int) -> pl.Expr:
    """Return the number of the latest month in which the meter was replaced, else null."""
    is_cold = pl.col("service") == catalogue.place("cold")
    return pl.when(is_cold).then(month - (month - pl.col("swap_month")) % 12)


def _of_riser(dial: pl.Expr) -> pl.Expr:
    """Return the part of an account's dial that one riser shows."""
    first = dial * _FIRST_RISER // 10 // pl.col("grain") * pl.col("grain")
    return (
        pl.when(~pl.col("two_risers")).then(dial)
        .when(pl.col("riser") == 1).then(first)
        .otherwise(dial - first)
    )  # fmt: skip


def _with_removed(meters: pl.DataFrame, month: int) -> pl.DataFrame:
    """Add the meters that were removed this month; the old and the new have two ids."""
    meters = meters.with_columns(is_old=pl.lit(value=False), set_month="swapped")
    removed = meters.filter(pl.col("swapped") == month).with_columns(
        is_old=pl.lit(value=True), set_month=pl.col("swapped") - 12
    )
    rows = pl.concat([meters, removed], how="vertical_relaxed")
    base_id = pl.format("{}-{}-{}", "account_id", "resource", "riser")
    return rows.with_columns(
        meter_id=pl.when(pl.col("set_month").is_null())
        .then(base_id)
        .otherwise(pl.format("{}-{}", base_id, pl.col("set_month") // 12))
    )


def _serial() -> pl.Expr:
    drawn = chance.draw(pl.col("meter_key"), "serial", below=900_000, month=pl.col("riser"))
    year = pl.col("set_month").fill_null(0) // 12 % 100
    return pl.format("{}-{}{}", _word(_LETTERS), 100_000 + drawn, year.cast(pl.String))


def _word(words: dict[str, str]) -> pl.Expr:
    return pl.col("resource").replace_strict(words, return_dtype=pl.String)


def _day(month: int) -> pl.Expr:
    """Return the day of the reading: most come by the 25th, many on the last two days."""
    key = pl.col("account_key")
    drawn = chance.draw(key, "reading", below=100, month=month)
    spread = chance.draw(key, "reading day", below=9, month=month)
    return (
        pl.when(pl.col("set_month") == month).then(24)
        .when(drawn < _LATE).then(26 + spread % 3)
        .when(drawn < _LATE + _LAST_DAYS).then(24 + spread % 2)
        .otherwise(15 + spread)
    )  # fmt: skip


def _source(month: int) -> pl.Expr:
    drawn = chance.draw(pl.col("account_key"), "source", below=len(_SOURCES), month=month)
    return drawn.replace_strict(range(len(_SOURCES)), _SOURCES, return_dtype=pl.String)
