"""Subscriptions: which account is charged for which service, and constant facts of it."""

import polars as pl

from lib.demo import chance
from lib.demo.amounts import UNIT
from lib.demo.reference import catalogue
from lib.demo.reference.catalogue import HOUSE_SERVICES, METERED, SERVICES
from lib.demo.residents.behaviour import WINDOW, Payer

# units a month for a person and for the flat, in tenths, in houses with gas
_PER_PERSON = {"cold": 27, "hot": 18, "power_day": 700, "power_night": 250}
_PER_FLAT = {"power_day": 400, "power_night": 100}
_ELECTRIC_STOVE = 160  # percent of the use with gas
# log-normal with σ 0.45, by twentieths, in thousandths of the median
_SPREAD = (414, 523, 595, 657, 712, 764, 815, 866, 918, 972,
           1029, 1089, 1154, 1227, 1309, 1405, 1523, 1678, 1911, 2416)  # fmt: skip
NORMS = {"cold": 44_100, "hot": 31_900, "power_day": 900_000, "power_night": 350_000}
_OF_ACCOUNT = (
    "sender", "row", "house", "is_odd", "apart", "area", "persons", "payer", "is_privileged",
    "is_shown", "zero_month", "swap_month", "refund_month",
)  # fmt: skip
_QUARTER, _LONG = 3, 10
_DIAL = 100_000  # a dial of five digits wraps here


def build(people: pl.DataFrame, houses: pl.DataFrame) -> pl.DataFrame:
    """Return one row per account and service, in the order of bills."""
    offered = pl.DataFrame(
        [
            {"kind": kind, "service": catalogue.place(code)}
            for kind, codes in HOUSE_SERVICES.items()
            for code in codes
        ]
    )
    night = catalogue.place("power_night")
    joined = people.join(offered, on="kind", how="left").filter(
        (pl.col("service") != night) | pl.col("two_zones")
    )
    joined = joined.sort("row", "service").join(
        houses.select("house", "percent", "stove", "is_odd"),
        on="house",
        how="left",
        maintain_order="left",
    )
    return joined.select(
        *_OF_ACCOUNT,
        service=pl.col("service").cast(pl.Int64),
        account_key="key",
        payer_phase=chance.draw(pl.col("key"), "payer phase", below=WINDOW),
        percent=pl.when(_is("upkeep")).then("percent").otherwise(100),
        has_common=_is("cold", "power_day") & (pl.col("kind") != "private"),
        is_metered=pl.col("is_metered") & _is(*METERED),
        advance=_advance(),
        **_use(),
        **_verification(),
    )


def _is(*codes: str) -> pl.Expr:
    return pl.col("service").is_in([catalogue.place(code) for code in codes])


def _by_service(values: dict[str, int]) -> pl.Expr:
    named = {catalogue.place(code): value for code, value in values.items()}
    return pl.col("service").replace_strict(named, default=0, return_dtype=pl.Int64)


def _advance() -> pl.Expr:
    """Return the kopecks that are always paid ahead."""
    ahead = 50_000 + chance.draw(pl.col("key"), "advance", below=300_000)
    return (
        pl.when((pl.col("payer") == Payer.SPLIT) & _is("heat")).then(3_000_000)
        .when((pl.col("payer") == Payer.AHEAD) & _is("upkeep")).then(ahead)
        .otherwise(0)
    )  # fmt: skip


def _use() -> dict[str, pl.Expr]:
    """Return mean use a month, norm, first dial and the dial's step, in ten-thousandths."""
    key = chance.make_key(pl.col("service"), "meter") ^ pl.col("key")
    spread = chance.draw(key, "use", below=len(_SPREAD)).replace_strict(
        range(len(_SPREAD)), _SPREAD, return_dtype=pl.Int64
    )
    stove = pl.when(_is("power_day", "power_night") & (pl.col("stove") == "electric"))
    tenths = pl.col("persons") * _by_service(_PER_PERSON) + _by_service(_PER_FLAT)
    tenths = tenths * stove.then(_ELECTRIC_STOVE).otherwise(100) // 100
    grain = _by_service({s.code: UNIT // 10**s.decimals for s in SERVICES if s.interval})
    return {
        "mean": tenths * (UNIT // 10) * spread // 1000,
        "norm": pl.col("persons") * _by_service(NORMS),
        "start": chance.draw(key, "start", below=_DIAL * UNIT),
        "grain": pl.when(grain > 0).then(grain).otherwise(1),
        "meter_key": key,
    }


def _verification() -> dict[str, pl.Expr]:
    """Return the years between verifications and each meter's month in that cycle.

    Both zones of a meter have the same month, so the draw is by account.
    """
    years = _by_service({s.code: s.interval for s in SERVICES})
    word = pl.when(_is("cold")).then(1).when(_is("hot")).then(2).otherwise(3)
    cycle = years * 12 + draw_lapse(years)
    # by quarters: meters do not change in the months between
    drawn = chance.draw(pl.col("key"), "verified", below=1 << 20, month=word)
    phase = drawn % (cycle // _QUARTER) * _QUARTER
    return {"interval": years, "phase": pl.when(years > 0).then(phase).otherwise(0)}


def draw_lapse(years: pl.Expr) -> pl.Expr:
    """Return how many months pass before an expired meter is verified: 4–6 % are expired."""
    return pl.when(years > _LONG).then(3 * _QUARTER).otherwise(_QUARTER)
