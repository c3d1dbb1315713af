"""The city is reproducible, its months are continuous, and its sums agree."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from lib import cli, logs
from lib.demo import chance, city, months, package
from lib.demo.city import City
from lib.demo.package import Package
from lib.demo.reference.organizations import SENDERS
from lib.demo.residents import behaviour

UNTIL = months.number(dt.date(2026, 10, 1))
LINE = ["of_sender", "account_id", "service_id"]


def written(folder: Path, *, until: int, count: int, seed: int = 7) -> dict[str, bytes]:
    paths = city.write_packages(folder, seed=seed, accounts=24, count=count, until=until)
    return {path.name: path.read_bytes() for path in paths}


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path / "a", until=UNTIL, count=1)

    assert written(tmp_path / "b", until=UNTIL, count=1) == first
    assert len(first) == len(SENDERS)
    other = written(tmp_path / "c", until=UNTIL, count=1, seed=8)
    assert all(other[name] != content for name, content in first.items())


def test_a_month_has_the_same_bytes_in_every_span(tmp_path: Path) -> None:
    before = written(tmp_path / "a", until=UNTIL, count=2)
    after = written(tmp_path / "b", until=UNTIL + 1, count=3)

    shared = set(before) & set(after)
    assert len(shared) == 2 * len(SENDERS)
    # the month that was the latest is closed now
    opened = {"zarya-2026-10.zip"}
    assert {name for name in shared if before[name] != after[name]} == opened


def test_an_update_carries_only_new_references() -> None:
    small_city = City(seed=7, accounts=24)
    full, update = (make(SENDERS[0], UNTIL) for make in (small_city.package, small_city.update))

    assert update.files["accruals"].equals(full.files["accruals"])
    assert {stem for stem in full.files if update.files[stem].is_empty()} >= {
        "organizations", "houses", "premises", "services",
    }  # fmt: skip
    assert update.files["meters"].height < full.files["meters"].height


def test_folders_and_archives_hold_the_same(packages: list[Package], tmp_path: Path) -> None:
    folder = package.write_folder(tmp_path, packages[0])

    assert folder.name == "uyut-2026-07"
    assert (folder / "manifest.json").is_file()
    assert not (folder / "penalties.csv").exists()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(city.FolderRefused, match="file"):
        next(city.write_packages(tmp_path / "file", seed=1, accounts=24, count=1, until=UNTIL))


def test_the_command_writes_one_archive_a_sender_and_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "configure", lambda: None)  # keep the logging of the test run
    options = ["--accounts", "24", "--months", "1", "--seed", "7", "--until", "2026-09"]
    result = CliRunner().invoke(cli.app, ["demo", *options, "--out", str(tmp_path)])

    assert result.exit_code == 0
    assert result.stdout.startswith("Пакеты записаны в папку")
    names = {f"{sender.code}-2026-09.zip" for sender in SENDERS}
    assert {path.name for path in tmp_path.iterdir()} == names


def test_opening_balances_equal_last_months_closings(delivered: dict[str, pl.DataFrame]) -> None:
    lines = delivered["accruals"]
    following = lines.select(*LINE, "opening", of_period=pl.col("of_period").dt.offset_by("-1mo"))
    joined = lines.join(following, on=[*LINE, "of_period"], suffix="_next")

    assert joined.height > lines.height / 2
    assert joined.filter(pl.col("closing") != pl.col("opening_next")).is_empty()


def test_every_open_balance_has_a_line_next_month(delivered: dict[str, pl.DataFrame]) -> None:
    lines = delivered["accruals"]
    later = lines.select(*LINE, of_period=pl.col("of_period").dt.offset_by("-1mo"))
    missing = lines.filter(
        pl.col("closing") != 0, pl.col("of_period") < pl.col("of_period").max()
    ).join(later, on=[*LINE, "of_period"], how="anti")

    assert missing.is_empty()


def test_no_paid_amount_is_negative(delivered: dict[str, pl.DataFrame]) -> None:
    assert delivered["accruals"].filter(pl.col("paid") < 0).is_empty()
    assert delivered["payment_parts"].filter(pl.col("amount") <= 0).is_empty()


def test_common_volumes_equal_the_charges_of_the_accounts(
    delivered: dict[str, pl.DataFrame],
) -> None:
    houses = delivered["premises"].select("of_sender", "of_period", "premise_id", "house_id")
    accounts = delivered["accounts"].select("of_sender", "of_period", "account_id", "premise_id")
    homes = accounts.join(houses, on=["of_sender", "of_period", "premise_id"])
    lines = delivered["accruals"].join(homes, on=["of_sender", "of_period", "account_id"])
    by = ["of_sender", "of_period", "house_id", "service_id"]
    charged = lines.group_by(by).agg(
        shared=pl.col("volume_common").sum(), own=pl.col("volume_ind").sum()
    )

    joined = delivered["house_volumes"].join(charged, on=by, how="left")

    assert joined.height == delivered["house_volumes"].height
    assert joined.filter(pl.col("premises_volume") != pl.col("own")).is_empty()
    shared = joined.filter(pl.col("common_volume").is_not_null())
    assert shared.filter(pl.col("common_volume").clip(0) != pl.col("shared")).is_empty()
    assert shared.filter(pl.col("common_volume") > 0).height > shared.height / 2


def test_differences_of_readings_equal_the_volumes(
    delivered: dict[str, pl.DataFrame],
) -> None:
    key = ["of_sender", "meter_id", "zone"]
    readings = (
        delivered["readings"]
        .sort(*key, "taken_on")
        .with_columns(
            before=pl.col("value").shift().over(key),
            month_before=pl.col("of_period").shift().over(key),
        )
    )
    next_to = readings.filter(
        pl.col("month_before") == pl.col("of_period").dt.offset_by("-1mo"),
        pl.col("consumption").is_not_null(),
    )
    turned = next_to.filter(pl.col("value") < pl.col("before"))

    assert next_to.height > 100
    assert turned.height < next_to.height / 100  # a dial that rolled over
    straight = next_to.filter(pl.col("value") >= pl.col("before"))
    assert straight.filter(pl.col("value") - pl.col("before") != pl.col("consumption")).is_empty()


def test_penalties_are_in_lines_or_in_their_own_file_by_sender(
    delivered: dict[str, pl.DataFrame],
) -> None:
    by_lines = delivered["accruals"].filter(pl.col("penalty").fill_null(0) != 0)

    assert set(by_lines["of_sender"]) == {"centr", "uyut"} & set(by_lines["of_sender"])
    assert "centr" in by_lines["of_sender"]
    assert set(delivered["penalties"]["of_sender"]) == {"zarya"}


def test_payments_readings_and_residents_follow_the_distributions() -> None:
    large_city = City(seed=3, accounts=3000)
    files = [large_city.package(sender, UNTIL).files for sender in SENDERS]
    lines = pl.concat([file["accruals"] for file in files])
    accounts = sum(file["documents"].height for file in files)
    meters, readings = (
        pl.concat([file[name] for file in files]) for name in ("meters", "readings")
    )
    channels = pl.concat([file["payments"] for file in files])["channel"].value_counts(
        normalize=True
    )

    assert 8 <= lines.height / accounts <= 14
    assert 2 <= meters.height / accounts <= 4
    assert 0.02 <= (meters["status"] == "expired").mean() <= 0.06  # type: ignore[operator]
    read = sum(file["readings"]["meter_id"].n_unique() for file in files) / meters.height
    assert 0.78 <= read <= 0.9
    late = readings.filter(pl.col("taken_on").dt.day() > 25).height / readings.height
    assert 0.05 <= late <= 0.12
    assert 0.5 <= channels.filter(channel="bank")["proportion"].item() <= 0.6
    assert {"meter", "average", "norm", "area", "other"} == set(lines["method"])
    recalculated = lines.filter(pl.col("recalculation").is_not_null()).height / accounts
    assert 0.01 <= recalculated <= 0.05


class TestDraw:
    def test_depends_only_on_key_word_and_month(self) -> None:
        keys = pl.DataFrame({"n": range(1000)}).select(key=chance.make_key(pl.col("n"), "x"))
        drawn = keys.select(
            a=chance.draw(pl.col("key"), "w", below=10, month=5),
            same=chance.draw(pl.col("key"), "w", below=10, month=pl.lit(5)),
            b=chance.draw(pl.col("key"), "w", below=10, month=6),
            c=chance.draw(pl.col("key"), "v", below=10, month=5),
        )

        assert drawn["a"].equals(drawn["same"], check_names=False)
        assert drawn["a"][:6].to_list() == FIRST_DRAWS
        for other in ("b", "c"):
            assert 50 < (drawn["a"] == drawn[other]).sum() < 150
        assert drawn["a"].value_counts()["count"].min() > 60  # type: ignore[operator]


FIRST_DRAWS = [0, 3, 0, 4, 0, 1]


def test_the_penalty_follows_the_law() -> None:
    """126.93 due four months ago: 14 days at 1/300 and 16 days at 1/130 of 9.5 %."""
    ages = pl.DataFrame(
        {"total": [0], "payer": [behaviour.Payer.DEBTOR.value], "first_age": [6], "rest_age": [6]}
    )
    debts = [ages] * 4 + [ages.with_columns(total=pl.lit(10_000_00))]

    assert behaviour.sum_penalties(debts).to_list() == [
        round(10_000_00 * 0.095 * (14 / 300 + 16 / 130))
    ]


def test_a_house_stops_paying_each_summer_and_terminals_stand_still_in_march() -> None:
    large_city = City(seed=7, accounts=150)
    owed, houses, channels = {}, set(), {}
    for label in ("2026-03", "2026-05", "2026-08", "2026-11", "2026-12"):
        year, month = map(int, label.split("-"))
        files = large_city.package(SENDERS[0], months.number(dt.date(year, month, 1))).files
        homes = files["accounts"].join(files["premises"], on="premise_id")
        lines = files["accruals"].join(homes.select("account_id", "house_id"), on="account_id")
        sums = lines.group_by("house_id").agg(share=pl.col("closing").sum() / pl.col("total").sum())
        owed[label] = dict(sums.iter_rows())
        houses |= set(owed[label])
        channels[label] = set(files["payments"]["channel"])

    striking = [owed[label]["h2"] for label in owed]
    assert striking[1] < 2 < striking[2] < striking[3]
    assert striking[4] < 2
    others = houses - {"h2"}
    assert all(owed["2026-11"][house] < 3 for house in others)
    assert "cash" not in channels["2026-03"]
    assert all("cash" in channels[label] for label in channels if label != "2026-03")
