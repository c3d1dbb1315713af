"""Common use: what a house used beyond its flats, shared out by area (DOMAIN §3.3)."""

import polars as pl

from lib.demo import amounts, chance, months
from lib.demo.amounts import UNIT
from lib.demo.reference import catalogue

_FROM, _SPAN = 30, 31  # thousandths of what the flats used
# kWh that the odd house's meter shows beyond its flats, in a cycle of four months
_ODD_RESTS = (-1234, 480, 480, 480)
_ODD_CHANCE = 1_000  # thousandths of a kWh
_GROUP = ("house", "service")


def add_shares(lines: pl.DataFrame, month: int) -> pl.DataFrame:
    """Add ``common``, each account's share in ten-thousandths; null where there is none."""
    houses = measure_houses(lines, month)
    active = lines.filter(pl.col("has_common") & (pl.col("days") > 0))
    active = active.select("row", *_GROUP, "area").join(houses, on=_GROUP, how="left")
    whole = pl.col("common").clip(0)
    active = active.with_columns(part=whole * pl.col("area") // pl.col("area").sum().over(_GROUP))
    weight = pl.col("area") * (1 << 24) - pl.col("row")
    is_largest = weight == weight.max().over(_GROUP)
    rest = whole - pl.col("part").sum().over(_GROUP)
    share = pl.col("part") + pl.when(is_largest).then(rest).otherwise(0)
    shares = active.select("row", "service", common=share)
    return lines.join(shares, on=("row", "service"), how="left", maintain_order="left")


def measure_houses(lines: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return, by house and service, what the flats and the house used, and what is shared.

    All in ten-thousandths. ``common`` below zero is charged to nobody and carried over.
    """
    active = lines.filter(pl.col("has_common") & (pl.col("days") > 0))
    houses = active.group_by(_GROUP, maintain_order=True).agg(
        pl.col("sender", "is_odd").first(), flats=pl.col("volume").sum()
    )
    key = chance.make_key(pl.col("house") * 100 + pl.col("service"), "common")
    share = _FROM + chance.draw(key, "common", below=_SPAN, month=month)
    usual = pl.col("flats") * share // 1000
    odd_rest, odd_common = _odd(month)
    is_odd = pl.col("is_odd") & (pl.col("service") == catalogue.place("power_day"))
    return houses.with_columns(
        rest=pl.when(is_odd).then(odd_rest).otherwise(usual),
        common=pl.when(is_odd).then(odd_common).otherwise(usual),
    )


def make_rows(lines: pl.DataFrame, houses: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the rows of house_volumes.csv: water, electricity and heat."""
    heat = lines.filter(pl.col("service") == catalogue.place("heat"), pl.col("days") > 0)
    heat = heat.group_by(_GROUP, maintain_order=True).agg(
        pl.col("sender", "is_odd").first(), flats=pl.col("volume").sum()
    )
    heat = heat.filter(pl.col("flats") > 0).with_columns(rest=pl.lit(0), common=pl.lit(None))
    volumes = pl.concat([measure_houses(lines, month), heat], how="vertical_relaxed")
    codes = [service.code for service in catalogue.SERVICES]
    named = volumes.sort(*_GROUP).join(
        houses.select("house", "house_id"), on="house", how="left", maintain_order="left"
    )
    return named.select(
        "sender",
        "house_id",
        service_id=pl.col("service").replace_strict(range(len(codes)), codes),
        period=pl.lit(months.format_label(month)),
        odpu_volume=amounts.to_volumes(pl.col("flats") + pl.col("rest")),
        premises_volume=amounts.to_volumes(pl.col("flats")),
        common_volume=amounts.to_volumes(pl.col("common").cast(pl.Int64)),
    )


def _odd(month: int) -> tuple[int, int]:
    """Return the odd house's rest of the month, and the same plus what was carried over."""
    turn = month % len(_ODD_RESTS)
    rests = [
        rest * UNIT + chance.pick("odd", month - turn + at, below=_ODD_CHANCE) * UNIT // 1000
        for at, rest in enumerate(_ODD_RESTS[: turn + 1])
    ]
    return rests[-1], sum(rests)
