"""Facts of a large centre, made as files: no ledger could be filled with them in a bench's time.

    python -m tests.bench.insight_facts FOLDER ACCOUNTS

They are made month by month with the portal's own summaries and kept until the code that makes them
changes. Three years: most accounts pay each month, some late, a few never; winters are dearer.
"""

import datetime as dt
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from lib import config
from lib.domain import periods
from lib.facts import balances, store, summaries, tables
from lib.facts.manifest import File, Manifest
from lib.services.insight.facts import _month_files
from lib.services.insight.facts._month_files import Unit

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "bench"
SERVICES, MONTHS, ORGANIZATIONS = 15, 36, 40
SMALL, LARGE = 19_000, 170_000  # 10 and 92 million lines
UNTIL = dt.date(2026, 10, 1)
_A_HOUSE = 63
_SENDER, _DUE_DAY = 1, 10
# what decides what is in the files; not what only reads them
_SOURCES = (
    "lib/facts/balances.py",
    "lib/facts/store.py",
    "lib/facts/summaries.py",
    "tests/bench/insight_facts.py",
)
_GROUPS = ("Жилищные услуги", "Коммунальные услуги", "Отопление", "Капитальный ремонт")
_CHANNELS = ("online", "bank", "post", "cash")
_BANKS = ("Портал", "Сбербанк", "Почта", "Касса")
_Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def keep_facts(accounts: int) -> Path:
    """Return the state folder of facts of that many accounts; they are made if missing."""
    folder = KEPT / f"insight-{accounts}-{_fingerprint()}"
    if not folder.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        for old in KEPT.glob(f"insight-{accounts}-*"):
            shutil.rmtree(old)
        half = folder.with_suffix(".half")
        # a process of its own: the memory of making them is not that of reading
        subprocess.run(
            [sys.executable, "-m", "tests.bench.insight_facts", str(half), str(accounts)],
            cwd=ROOT,
            env={**os.environ, "KABINET_DEMO": "1", "KABINET_STATE": str(half)},
            check=True,
        )
        half.rename(folder)
    return folder


def _fingerprint() -> str:
    schemas = {name: str(kind.schema) for name, kind in tables.KINDS.items()}
    digest = hashlib.sha256(str(schemas).encode())
    for name in _SOURCES:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:12]


class Centre:
    """The accounts of a centre and what each line owes, in kopecks."""

    def __init__(self, accounts: int) -> None:
        self.accounts = accounts
        self._at = np.arange(self.accounts, dtype=np.int64)
        self._house = self._at // _A_HOUSE
        # keys look as random as an HMAC's: they compress as badly
        self._key = _mix(self._at + 7)
        self._closing = np.zeros((self.accounts, SERVICES), dtype=np.int64)

    @property
    def houses(self) -> int:
        """Return how many houses there are."""
        return int(self._house[-1]) + 1

    def list_accounts(self) -> pl.DataFrame:
        """Return what the ledger knows of accounts."""
        return pl.DataFrame({"account": self._key}).with_columns(
            residents=pl.int_range(self.accounts, dtype=pl.Int32) % 4 + 1,
            area=pl.lit("48.5").cast(tables.VOLUME),
        )

    def charge(self, period: dt.date) -> pl.DataFrame:
        """Return «charges» of a month, after the payments of the month."""
        month = periods.count_months(dt.date(2020, 1, 1), period)
        service = np.arange(SERVICES, dtype=np.int64)
        noise = _mix(self._at[:, None] * 1009 + service * 31 + month) % 1000
        heated = np.where((service >= 9) & (service <= 11), 4 if _is_cold(period) else 0, 1)
        accrued = (8_000 + service * 700 + noise * 12) * heated * (100 + month // 6) // 100
        part = self._choose_part(month)
        paid = self._closing * part[:, None] // 4
        opening = self._closing
        penalty = np.where((part == 0)[:, None], opening // 500, 0)
        self._closing = opening + accrued + penalty - paid
        lines = pl.DataFrame(
            {
                "house": np.repeat(self._house, SERVICES),
                "account": np.repeat(self._key, SERVICES),
                "service": np.tile(service + 1, self.accounts),
                "noise": noise.ravel(),
                "opening": opening.ravel(),
                "accrued": accrued.ravel(),
                "penalty": penalty.ravel(),
                "paid": paid.ravel(),
                "closing": self._closing.ravel(),
            }
        )
        return _finish_lines(lines, period)

    def pay(self, charges: pl.DataFrame, period: dt.date) -> pl.DataFrame:
        """Return «payments» of a month: what its lines count as paid, one payment an account."""
        day = pl.col("account") // 64 % 10
        channel = pl.col("account") // 8192 % 10
        late = pl.col("account") // 1_048_576 % 18
        choice = pl.when(channel < 5).then(0).when(channel < 8).then(1).when(channel < 9).then(2)
        return (
            charges.group_by("organization", "house", "account", "service_group")
            .agg(amount=pl.col("paid").sum())
            .filter(pl.col("amount") > 0)
            .sort("account", "service_group")
            .with_columns(
                period=pl.lit(period),
                payment=pl.col("account") // 3 + period.toordinal(),
                paid_on=pl.lit(period) + pl.duration(days=day + late),
                counted_in=pl.lit(period),
                _choice=choice.otherwise(3),
                origin=pl.lit("billing"),
                is_reversal=pl.lit(value=False),
                is_first=pl.col("account").is_first_distinct(),
            )
            .with_columns(
                known_on=pl.col("paid_on").dt.offset_by("1d"),
                channel=_name("_choice", _CHANNELS),
                source=_name("_choice", _BANKS),
            )
        )

    def read_meters(self, period: dt.date) -> dict[str, pl.DataFrame]:
        """Return «readings», «submissions» and «house_volumes» of a month."""
        half = pl.DataFrame({"house": self._house[::2], "account": self._key[::2]})
        meters = pl.concat(
            half.with_columns(
                meter=pl.col("account") // 5 + kind,
                service=pl.lit(kind + 5, dtype=pl.Int32),
                consumption=(pl.col("account") // 97 % 900).cast(tables.VOLUME),
            )
            for kind in (0, 1)
        ).with_columns(_organize(), period=pl.lit(period), zone=pl.lit(1))
        day = pl.lit(period.replace(day=20)) + pl.duration(days=pl.col("account") // 11 % 6)
        readings = meters.with_columns(
            taken_on=day, source=pl.lit("resident"), status=pl.lit("accepted")
        )
        sent = meters.filter(pl.col("account") % 3 == 0).with_columns(
            submitted_on=day, status=pl.lit("accepted"), used=pl.col("consumption")
        )
        volumes = (
            meters.group_by("period", "organization", "house", "service")
            .agg(premises=pl.col("consumption").sum())
            .with_columns(metered=pl.col("premises") * 2, common=pl.col("premises"))
        )
        return {"readings": readings, "submissions": sent, "house_volumes": volumes}

    def list_appeals(self, period: dt.date) -> pl.DataFrame:
        """Return «appeals» of a month, one for two hundred accounts."""
        every = slice(period.month, None, 200)
        sent = pl.lit(dt.datetime.combine(period, dt.time(9))) + pl.duration(
            hours=pl.col("account") // 13 % 600
        )
        return pl.DataFrame({"house": self._house[every], "account": self._key[every]}).select(
            _organize(),
            "house",
            "account",
            period=pl.lit(period),
            appeal=pl.col("account") // 7,
            kind=pl.lit("appeal"),
            topic=pl.format("topic {}", pl.col("account") // 17 % 12),
            status=pl.lit("closed"),
            sent_at=sent,
            due_on=(sent + pl.duration(days=30)).cast(pl.Date),
            answered_at=sent + pl.duration(hours=pl.col("account") // 19 % 900),
            ended_at=sent + pl.duration(hours=pl.col("account") // 19 % 900 + 24),
            reopened=pl.lit(0),
            rating=(pl.col("account") // 23 % 5 + 1).cast(pl.Int32),
        )

    def list_names(self) -> dict[str, pl.DataFrame]:
        """Return the small tables."""
        houses = pl.select(house=pl.int_range(self.houses, dtype=pl.Int32)).select(
            _organize(),
            "house",
            city=pl.lit("Город"),
            street=pl.format("ул. Примерная {}", pl.col("house") // ORGANIZATIONS // 6),
            name=pl.format("д. {}", "house"),
            flats=pl.lit(_A_HOUSE),
            floors=pl.lit(9),
            year_built=pl.lit(1980),
            total_area=pl.lit("3055.5"),
        )
        names = pl.DataFrame({"service": range(1, SERVICES + 1)}).select(
            "service",
            _group(),
            name=pl.format("Услуга {}", "service"),
            unit=pl.lit("м³"),
            basis=pl.lit("meter"),
            resource=pl.lit("cold_water"),
        )
        numbers = range(1, len(_GROUPS) + 1)
        groups = pl.DataFrame({"service_group": numbers, "name": _GROUPS, "sort": numbers})
        organizations = pl.DataFrame({"organization": range(ORGANIZATIONS)}).select(
            "organization", name=pl.format("УК {}", "organization"), kind=pl.lit("uk")
        )
        days = pl.date_range(dt.date(2023, 1, 1), dt.date(2026, 12, 31), "1d", eager=True)
        calendar = pl.DataFrame({"day": days}).with_columns(
            is_working=pl.col("day").dt.weekday() < 6
        )
        return {
            "houses": houses,
            "services": names,
            "groups": _month_files.add_purposes(groups),
            "organizations": organizations,
            "calendar": _month_files.add_seasons(calendar),
        }

    def _choose_part(self, month: int) -> _Numbers:
        """Return how many quarters of their debt accounts pay in a month."""
        habit = _mix(self._at + 99) % 100
        mood = _mix(self._at * 61 + month) % 100
        part = np.where(mood < 88, 4, np.where(mood < 95, 2, 0))
        return np.where(habit < 3, 0, part)


def write_facts(accounts: int) -> Manifest:
    """Write the facts of a centre into the storage; the manifest is the last."""
    centre = Centre(accounts)
    files = [file for kind, frame in centre.list_names().items() for file in _put(kind, frame)]
    known = centre.list_accounts()
    sums: dict[dt.date, pl.DataFrame] = {}
    for period in list_periods():
        charges = centre.charge(period)
        sums[period] = summaries.sum_by_group(charges)
        sums.pop(periods.add_months(period, -balances.MONTHS), None)
        spread = _month_files.spread(sums, period, due_day=_DUE_DAY)
        months = summaries.join_months(sums[period], spread)
        frames = {
            **_month_files.summarize("charges", charges),
            "balances": spread,
            "balances_by_house": summaries.summarize_balances(spread),
            "account_months": months,
            "house_months": summaries.summarize_months(months, known),
        }
        files += _month_files.write_unit(frames, Unit("charges", _SENDER, period))
        payments = _month_files.summarize("payments", centre.pay(charges, period))
        files += _month_files.write_unit(payments, Unit("payments", _SENDER, period))
        others = centre.read_meters(period) | {"appeals": centre.list_appeals(period)}
        files += _month_files.write_unit(others, Unit("others", _SENDER, period))
    moment = dt.datetime.now(dt.UTC)
    manifest = Manifest("bench", moment, 1, 1, "", {}, tuple(files))
    store.put_manifest(manifest)
    return manifest


def list_periods() -> Iterator[dt.date]:
    """Return the months, the oldest first."""
    return (periods.add_months(UNTIL, back) for back in range(1 - MONTHS, 1))


def _put(kind: str, frame: pl.DataFrame) -> Iterator[File]:
    schema = tables.KINDS[kind].schema
    fitting = frame.select(*schema).cast(pl.Schema(schema))
    whole = tables.ALL_MONTHS
    if kind == "calendar":
        yield store.put_file(fitting, kind=kind, organization=None, month=whole, unit="names")
        return
    for organization in range(ORGANIZATIONS):
        own = fitting
        if "organization" in schema:
            own = fitting.filter(pl.col("organization") == organization)
        yield store.put_file(own, kind=kind, organization=organization, month=whole, unit="names")


def _finish_lines(lines: pl.DataFrame, period: dt.date) -> pl.DataFrame:
    nothing = pl.lit(None)
    money = ("opening", "accrued", "penalty", "paid", "closing")
    return (
        lines.with_columns(_money(name) for name in money)
        .with_columns(
            _organize(),
            _group(),
            period=pl.lit(period),
            supplier=pl.col("service") % 5,
            method=pl.when(pl.col("noise") % 7 == 0)
            .then(pl.lit("norm"))
            .otherwise(pl.lit("meter")),
            tariff=(pl.col("service") * 3).cast(tables.PRICE),
            volume_own=pl.col("noise").cast(tables.VOLUME),
            volume_common=nothing.cast(tables.VOLUME),
            recalculation=nothing.cast(tables.MONEY),
            privilege=nothing.cast(tables.MONEY),
            coefficient=nothing.cast(tables.MONEY),
            total="accrued",
        )
        .select(*tables.CHARGES.schema)
        .cast(pl.Schema(tables.CHARGES.schema))
    )


def _money(name: str) -> pl.Expr:
    return (pl.col(name).cast(pl.Decimal(18, 2)) / pl.lit(100).cast(pl.Decimal(18, 2))).cast(
        tables.MONEY
    )


def _organize() -> pl.Expr:
    return (pl.col("house") % ORGANIZATIONS).cast(tables.NUMBER).alias("organization")


def _group() -> pl.Expr:
    """Return the group of a service: four, five, three and three services."""
    service = pl.col("service")
    group = pl.when(service <= 4).then(1).when(service <= 9).then(2).when(service <= 12).then(3)
    return group.otherwise(4).alias("service_group")


def _name(of: str, names: tuple[str, ...]) -> pl.Expr:
    return pl.col(of).replace_strict(list(range(len(names))), list(names))


def _is_cold(period: dt.date) -> bool:
    return period.month in {10, 11, 12, 1, 2, 3, 4}


def _mix(numbers: _Numbers) -> _Numbers:
    """Return numbers of 62 bits that look random and are always the same (splitmix64)."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(2)).astype(np.int64)


if __name__ == "__main__":
    assert str(config.get_settings().kabinet_state) == sys.argv[1]
    write_facts(int(sys.argv[2]))
