"""Charges: what every line costs in a month, before anybody pays."""

import polars as pl

from lib.demo import chance, months
from lib.demo.amounts import ROUBLE, UNIT, charge
from lib.demo.billing import common_use, consumption
from lib.demo.billing.consumption import NORM
from lib.demo.reference import catalogue, tariffs
from lib.demo.reference.organizations import SENDERS

# percent of the norm charged where a meter is missing; cold water since ПП № 1871
_RAISED, _RAISED_COLD, _COLD_SINCE = 150, 300, 2025 * 12 + 11
_PRIVILEGED = ("upkeep", "capital")
_RECALCULATED = 30  # thousandths of accounts a month
REASONS = (
    ("tko", "Временное отсутствие жильцов"),
    ("hot", "Перерыв в подаче горячей воды"),
    ("cold", "Уточнение показаний прибора учёта"),
    ("hot", "Замена прибора учёта"),
    ("upkeep", "Снижение платы по акту о качестве содержания"),
)
_BY_ACT = 4  # place in REASONS


def charge_month(lines: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the lines with all amounts charged in the month, in kopecks.

    Args:
        lines: subscriptions with ``days``.
        month: number of the month.
    """
    used = consumption.add_consumption(lines, month)
    used = common_use.add_shares(used, month).with_columns(price=_price(month))
    quantity = pl.when(pl.col("method") == consumption.AREA).then(pl.col("area") * (UNIT // 10))
    used_or_area = pl.coalesce("volume", quantity)
    charged = used.with_columns(
        accrued=charge(pl.col("price"), used_or_area + pl.col("common").fill_null(0)),
        own=charge(pl.col("price"), used_or_area),
        coefficient=_coefficient(month),
        turn=_turn(month),
    )
    # a closed account keeps its lines until it is paid, but is charged nothing
    charged = charged.with_columns(pl.col("accrued", "own").fill_null(0) * (pl.col("days") > 0))
    charged = charged.with_columns(
        raise_=_raise(), privilege=_privilege(), recalculation=_recalculation(month)
    )
    total = pl.col("accrued") - pl.col("privilege").fill_null(0)
    total = total + pl.col("raise_").fill_null(0) + pl.col("recalculation").fill_null(0)
    return charged.with_columns(total=total)


def _price(month: int) -> pl.Expr:
    usual = pl.lit(None, pl.Int64)
    for sender in SENDERS:
        prices = [
            tariffs.get_price(service, month, sender=sender.code) for service in catalogue.SERVICES
        ]
        price = pl.col("service").replace_strict(range(len(prices)), prices, return_dtype=pl.Int64)
        usual = pl.when(pl.col("sender") == sender.code).then(price).otherwise(usual)
    kopeck = ROUBLE // 100
    house_price = (usual // kopeck * pl.col("percent") * 2 + 100) // 200 * kopeck
    return pl.when(pl.col("percent") == 100).then(usual).otherwise(house_price)  # noqa: PLR2004 - the usual price


def _coefficient(month: int) -> pl.Expr:
    """Return the raising coefficient in percent where no valid meter is, else null."""
    codes = [catalogue.place(code) for code in catalogue.METERED]
    missing = ~pl.col("is_metered") | (pl.col("is_expired") & ~pl.col("is_silent"))
    cold = _RAISED_COLD if month >= _COLD_SINCE else _RAISED
    is_cold = pl.col("service") == catalogue.place("cold")
    raised = pl.col("service").is_in(codes) & (pl.col("method") == NORM) & missing
    raised = raised & (pl.col("days") > 0)
    return pl.when(raised).then(pl.when(is_cold).then(cold).otherwise(_RAISED))


def _raise() -> pl.Expr:
    return (pl.col("own") * (pl.col("coefficient") - 100) * 2 + 100) // 200


def _privilege() -> pl.Expr:
    codes = [catalogue.place(code) for code in _PRIVILEGED]
    due = pl.col("is_privileged") & pl.col("service").is_in(codes) & (pl.col("days") > 0)
    return pl.when(due).then(pl.col("accrued") // 2)


def _turn(month: int) -> pl.Expr:
    """Return the place in REASONS of the account's recalculation this month, else null."""
    key = pl.col("account_key")
    chosen = chance.draw(key, "recalculated", below=1000, month=month) < _RECALCULATED
    turn = chance.draw(key, "reason", below=_BY_ACT, month=month)
    refund = (pl.col("refund_month") == month % 12).fill_null(value=False)
    return (
        pl.when(refund).then(_BY_ACT)
        .when(pl.col("is_shown")).then(month % _BY_ACT)
        .when(chosen).then(turn)
    )  # fmt: skip


def _recalculation(month: int) -> pl.Expr:
    """Return the recalculation: minus a part of the charge, or minus 150 % of it by an act."""
    places = [catalogue.place(code) for code, _ in REASONS]
    concerned = pl.col("turn").replace_strict(range(len(places)), places, return_dtype=pl.Int64)
    part = 10 + chance.draw(pl.col("account_key"), "part", below=51, month=month)
    percent = pl.when(pl.col("turn") == _BY_ACT).then(150).otherwise(part)
    given = pl.col("accrued") * percent // 100
    due = (pl.col("service") == concerned) & (given > 0) & (pl.col("days") > 0)
    return pl.when(due).then(-given)


def make_recalculation_rows(lines: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the rows of recalculations.csv; an absence has two months."""
    given = lines.filter(pl.col("recalculation").is_not_null())
    is_absence = pl.col("turn") == 0
    last = pl.when(is_absence).then(pl.col("recalculation") // 2).otherwise("recalculation")
    earlier = given.filter(is_absence).with_columns(
        amount=pl.col("recalculation") - pl.col("recalculation") // 2, ago=2
    )
    rows = pl.concat([given.with_columns(amount=last, ago=1), earlier], how="vertical_relaxed")
    rows = rows.filter(pl.col("amount") != 0).sort("row", "service", "ago")
    ago = {1: months.format_label(month - 1), 2: months.format_label(month - 2)}
    reasons = [reason for _, reason in REASONS]
    return rows.select(
        "sender",
        recalc_id=pl.format(
            "{}-{}-{}-{}", "account_id", "service_id", pl.lit(months.format_label(month)), "ago"
        ),
        account_id="account_id",
        service_id="service_id",
        period=pl.lit(months.format_label(month)),
        for_period_from=pl.col("ago").replace_strict(ago, return_dtype=pl.String),
        for_period_to=pl.col("ago").replace_strict(ago, return_dtype=pl.String),
        reason=pl.col("turn").replace_strict(range(len(reasons)), reasons, return_dtype=pl.String),
        amount=pl.col("amount"),
    )
