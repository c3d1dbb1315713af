"""Consumption: the volume of every line in a month, and the method that gave it.

A dial shows its first value, plus the mean use of all months since, plus a bounded
random part of the month itself. So any month's use is the difference of two dials.
"""

from functools import cache

import polars as pl

from lib.demo import chance, months
from lib.demo.amounts import UNIT
from lib.demo.reference import catalogue
from lib.demo.reference.catalogue import METERED, Basis
from lib.demo.residents.subscriptions import draw_lapse

METHODS = ("meter", "average", "norm", "area", "other")
METER, AVERAGE, NORM, AREA, OTHER = range(len(METHODS))
_JITTER = 350  # thousandths of the mean
_LAZY, _LAZY_MONTHS = 5, 6  # percent who give no readings for half a year
_FORGETFUL = 7  # percent of the others who forget a month
_BROKEN, _BROKEN_MONTHS = 10, 3  # in thousandths
_AVERAGE_MONTHS = 3  # then the norm
# percent of the mean from January on
_SEASONS = {
    "cold": (100, 100, 100, 100, 100, 100, 95, 100, 100, 100, 100, 100),
    "hot": (110, 110, 110, 100, 95, 95, 60, 95, 95, 100, 110, 110),
    "power_day": (115, 108, 103, 98, 94, 90, 85, 88, 95, 102, 108, 114),
}
_SEASONS["power_night"] = _SEASONS["power_day"]
_YEAR_ZERO = 2000
# percent of the norm of heating, from January on (DOMAIN §8.2)
HEATING = (135, 120, 100, 60, 10, 0, 0, 0, 0, 55, 90, 120)
_HEATING_NORM = 36  # thousandths of a Gcal for a square metre
_KEY = pl.col("account_key")
_EXPIRED_MONTHS = 3  # charged by the average; later by the raised norm


def add_consumption(lines: pl.DataFrame, month: int) -> pl.DataFrame:
    """Add ``dial``, ``dial_before``, ``is_given``, ``method`` and ``volume`` (null if by area)."""
    lines = lines.with_columns(
        is_expired=is_expired(month),
        is_broken=is_broken(month),
        dial=compute_dial(_moment(month)),
        dial_before=compute_dial(_moment(month - 1)),
    )
    works = pl.col("gives") & ~pl.col("is_expired") & ~pl.col("is_broken")
    lines = lines.with_columns(is_given=pl.col("is_metered") & (works | _is_excused()))
    lines = lines.with_columns(method=_method(month))
    return lines.with_columns(volume=_volume(month)).with_columns(_sewage())


def find_habits(month: int) -> dict[str, pl.Expr]:
    """Return whether an account gave a reading this month, and whether none for long."""
    given = [_gives(month - ago) for ago in range(_AVERAGE_MONTHS + 1)]
    return {"gives": given[0], "is_silent": ~pl.any_horizontal(given)}


def is_expired(month: int) -> pl.Expr:
    """Tell whether the verification of the meter has run out."""
    return pl.col("is_metered") & (_overdue(month) >= 0) & ~_is_excused()


def is_broken(month: int) -> pl.Expr:
    """Tell whether the meter is out of order."""
    drawn = chance.draw(_KEY, "broken", below=1000, month=month // _BROKEN_MONTHS)
    return pl.col("is_metered") & (drawn < _BROKEN) & ~_is_excused()


def is_zero(month: int) -> pl.Expr:
    """Tell whether nothing at all was used in the month."""
    return (pl.col("zero_month") == month % 12).fill_null(value=False)


def find_verification_month(month: int) -> pl.Expr:
    """Return the number of the month in which the meter was last verified."""
    return month - (month + pl.col("phase")) % _cycle()


def compute_dial(moment: pl.Expr) -> pl.Expr:
    """Return the dial at the end of the months, in ten-thousandths; it never wraps."""
    drawn = chance.draw(pl.col("meter_key"), "dial", below=_JITTER, month=moment)
    used = pl.col("mean") * _seasons_until(moment) // 100
    jitter = pl.col("mean") * drawn // 1000
    return (pl.col("start") + used + jitter) // pl.col("grain") * pl.col("grain")


def _moment(month: int) -> pl.Expr:
    """Return the month whose dial is read: the month before where nothing was used."""
    return pl.when(is_zero(month)).then(month - 1).otherwise(month)


def _is_excused() -> pl.Expr:
    """Tell whether the meter must always work, since the account shows a special case."""
    return pl.col("zero_month").is_not_null() | pl.col("swap_month").is_not_null()


def _gives(month: int) -> pl.Expr:
    key = pl.col("key")
    lazy = chance.draw(key, "lazy", below=100, month=month // _LAZY_MONTHS) < _LAZY
    return ~lazy & (chance.draw(key, "forgot", below=100, month=month) >= _FORGETFUL)


def _overdue(month: int) -> pl.Expr:
    return (month + pl.col("phase")) % _cycle() - pl.col("interval") * 12


def _cycle() -> pl.Expr:
    years = pl.col("interval")
    return pl.when(years > 0).then(years * 12 + draw_lapse(years)).otherwise(1)


def _seasons_until(moment: pl.Expr) -> pl.Expr:
    """Add up the seasons' percents of all months from 2000 to the given ones."""
    sums = _season_sums()
    year = pl.col("service").replace_strict(
        {place: values[-1] for place, values in sums.items()}, default=0, return_dtype=pl.Int64
    )
    table = {
        place * 12 + at: value for place, values in sums.items() for at, value in enumerate(values)
    }
    within = (pl.col("service") * 12 + moment % 12).replace_strict(
        table, default=0, return_dtype=pl.Int64
    )
    return (moment // 12 - _YEAR_ZERO) * year + within


@cache
def _season_sums() -> dict[int, list[int]]:
    return {
        catalogue.place(code): [sum(shares[: at + 1]) for at in range(12)]
        for code, shares in _SEASONS.items()
    }


def _method(month: int) -> pl.Expr:
    by_basis = {
        Basis.METER: NORM, Basis.AREA: AREA, Basis.PERSON: NORM,
        Basis.FIXED: OTHER, Basis.HOUSE: OTHER,
    }  # fmt: skip
    usual = pl.col("service").replace_strict(
        {catalogue.place(s.code): by_basis[s.basis] for s in catalogue.SERVICES},
        return_dtype=pl.Int64,
    )
    too_long = pl.col("is_silent") | (pl.col("is_expired") & (_overdue(month) >= _EXPIRED_MONTHS))
    return (
        pl.when(pl.col("is_given")).then(METER)
        .when(pl.col("is_metered") & ~too_long).then(AVERAGE)
        .otherwise(usual)
    )  # fmt: skip


def _volume(month: int) -> pl.Expr:
    heat = pl.col("area") * _HEATING_NORM * HEATING[month % 12] * _warmth(month) // UNIT
    person = pl.max_horizontal(pl.col("persons"), 1) * UNIT
    measured = pl.col("dial") - pl.col("dial_before")
    bases = {
        basis: [catalogue.place(s.code) for s in catalogue.SERVICES if s.basis is basis]
        for basis in Basis
    }
    volume = (
        pl.when(pl.col("method") <= AVERAGE).then(measured)
        .when(pl.col("service").is_in(bases[Basis.HOUSE])).then(heat)
        .when(pl.col("service").is_in(bases[Basis.FIXED])).then(UNIT)
        .when(pl.col("service").is_in(bases[Basis.PERSON])).then(person)
        .when(pl.col("service").is_in([catalogue.place(code) for code in METERED]))
        .then(pl.col("norm"))
    )  # fmt: skip
    partly = pl.col("days") < months.count_days(month)
    area = pl.when(partly).then(pl.col("area") * (UNIT // 10))
    return pl.coalesce(volume, area) * pl.col("days") // months.count_days(month)


def _warmth(month: int) -> pl.Expr:
    """Return how much the house takes of the usual heat, in percent."""
    house = chance.make_key(pl.col("house"), "house")
    return 90 + chance.draw(house, "warmth", below=21, month=month)


def _sewage() -> list[pl.Expr]:
    """Take the volume of sewerage from all water, and its method from cold water."""
    cold, hot, sewer = (catalogue.place(code) for code in ("cold", "hot", "sewer"))
    is_sewer = pl.col("service") == sewer
    water = pl.when(pl.col("service").is_in([cold, hot])).then("volume")
    known = pl.when(pl.col("service") == cold).then("method")
    return [
        pl.when(is_sewer).then(water.sum().over("row")).otherwise("volume").alias("volume"),
        pl.when(is_sewer).then(known.max().over("row")).otherwise("method").alias("method"),
    ]
