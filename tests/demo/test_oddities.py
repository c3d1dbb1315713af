"""Every odd case of DOMAIN §8.4 occurs in any four months, even of a small city."""

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest

from lib.demo.package import Package
from lib.demo.reference.catalogue import SERVICES
from lib.demo.reference.oddities import PLACES, Case

Delivered = dict[str, pl.DataFrame]
ACCOUNT = ["of_sender", "account_id", "of_period"]


def split_balance(files: Delivered) -> pl.DataFrame:
    group = pl.col("service_id").replace_strict(
        {service.code: service.group for service in SERVICES}
    )
    balances = files["accruals"].group_by(*ACCOUNT, group=group).agg(pl.col("closing").sum())
    return (
        balances.group_by(ACCOUNT)
        .agg(least=pl.col("closing").min(), most=pl.col("closing").max())
        .filter(pl.col("least") < -1000, pl.col("most") > 1000)
    )


def closed_mid_period(files: Delivered) -> pl.DataFrame:
    ended = files["accounts"].filter(
        pl.col("closed_on").dt.truncate("1mo") == pl.col("of_period"),
        pl.col("closed_on").dt.day() < 28,
    )
    charged = files["accruals"].filter(pl.col("accrued") > 0)
    after = charged.join(ended, on=["of_sender", "account_id"]).filter(
        pl.col("of_period") > pl.col("closed_on")
    )
    assert after.is_empty()
    return ended.join(charged, on=ACCOUNT, how="semi")


def replaced_meter(files: Delivered) -> pl.DataFrame:
    removed = files["meters"].filter(pl.col("removed_on").dt.truncate("1mo") == pl.col("of_period"))
    new = files["meters"].filter(
        pl.col("installed_on").dt.truncate("1mo") == pl.col("of_period"), status="active"
    )
    pairs = removed.join(new, on=[*ACCOUNT, "service_id"], suffix="_new")
    return pairs.join(files["readings"], on=["of_sender", "of_period", "meter_id"], how="semi")


def negative_recalculation(files: Delivered) -> pl.DataFrame:
    return files["accruals"].filter(
        pl.col("accrued") > 0, pl.col("recalculation") < -pl.col("accrued")
    )


def zero_month(files: Delivered) -> pl.DataFrame:
    metered = files["accruals"].filter(pl.col("service_id").is_in(["cold", "power_day"]))
    used = metered.group_by(ACCOUNT).agg(pl.col("volume_ind").max())
    return used.filter(volume_ind=0)


def tariff_step(files: Delivered) -> pl.DataFrame:
    return files["tariffs"].filter(
        pl.col("valid_from").dt.day() > 1,
        pl.col("valid_from").dt.truncate("1mo") == pl.col("of_period"),
    )


def shared_flat(files: Delivered) -> pl.DataFrame:
    open_ = files["accounts"].filter(pl.col("closed_on").is_null())
    return open_.group_by("of_sender", "of_period", "premise_id").len().filter(len=2)


def communal_flat(files: Delivered) -> pl.DataFrame:
    rooms = files["premises"].filter(kind="room")
    assert (rooms["share"] < 1).all()
    return rooms


def debtor(files: Delivered) -> pl.DataFrame:
    costs = files["accruals"].filter(pl.col("penalty") > 0)
    return pl.concat([costs.select(ACCOUNT), files["penalties"].select(ACCOUNT)])


def negative_common(files: Delivered) -> pl.DataFrame:
    volumes = files["house_volumes"]
    carried = volumes.filter(
        pl.col("common_volume") < 0, pl.col("odpu_volume") > pl.col("premises_volume")
    )
    assert carried.height
    return volumes.filter(pl.col("common_volume") <= -1000)


FOUND: dict[Case, Callable[[Delivered], pl.DataFrame]] = {
    Case.SPLIT_BALANCE: split_balance,
    Case.CLOSED_MID_PERIOD: closed_mid_period,
    Case.REPLACED_METER: replaced_meter,
    Case.NEGATIVE_RECALCULATION: negative_recalculation,
    Case.ZERO_MONTH: zero_month,
    Case.TARIFF_STEP: tariff_step,
    Case.SHARED_FLAT: shared_flat,
    Case.COMMUNAL_FLAT: communal_flat,
    Case.AREA_38_1: lambda files: files["accounts"].filter(
        pl.col("area").cast(pl.String) == "38.1"
    ),
    Case.NAME_MISSING: lambda files: files["accounts"].filter(pl.col("last_name").is_null()),
    Case.DEBTOR: debtor,
    Case.NEGATIVE_COMMON: negative_common,
    Case.LONG_NAME: lambda files: files["services"].filter(pl.col("name").str.len_chars() > 80),
    Case.LEADING_ZEROS: lambda files: files["accounts"].filter(
        pl.col("number").str.starts_with("00")
    ),
    Case.ODD_HOUSE: lambda files: files["houses"].filter(house="12/1", building="2А"),
}


@pytest.mark.parametrize("case", FOUND)
def test_is_delivered(case: Case, delivered: Delivered) -> None:
    assert FOUND[case](delivered).height > 0


def test_the_latest_month_of_one_sender_is_open(packages: list[Package]) -> None:
    still_open = {(package.sender, package.period) for package in packages if not package.is_closed}

    assert still_open == {("zarya", dt.date(2026, 10, 1))}


def test_every_odd_case_is_listed_and_tested() -> None:
    assert {place.case for place in PLACES} == set(Case)
    assert set(FOUND) | {Case.OPEN_PERIOD} == set(Case)
