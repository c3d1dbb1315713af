"""The golden package is the first acceptance test of the exchange."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from lib.exchange.checking import Known, check_package
from lib.exchange.findings import Severity
from lib.exchange.manifest import Mode, PeriodStatus
from lib.exchange.package_format import FILES
from tests.kit.packages import read_package


def test_golden_has_no_errors_no_warnings_and_three_infos(golden_path: Path) -> None:
    package = read_package(golden_path)
    check_package(package, Known())
    counts = [package.findings.count(severity) for severity in Severity]
    assert counts == [0, 0, 3]
    reasons = [found.reason for found in package.findings]
    assert [reason.split(":")[0] for reason in reasons] == [
        "ХВС",
        "Содержание и ремонт",
        "Отопление",
    ]
    assert "выходит 24,52, дано 38,38" in reasons[0]
    assert "выходит 1088,55, дано 1088,53" in reasons[2]


def test_the_golden_manifest_is_read(golden_path: Path) -> None:
    manifest = read_package(golden_path).manifest
    assert manifest.organization == "kamal"
    assert manifest.created_at == datetime(2014, 11, 1, 4, tzinfo=UTC)
    assert (manifest.mode, manifest.period_status) == (Mode.DELTA, PeriodStatus.CLOSED)
    assert manifest.period == date(2014, 10, 1)
    sums = {file.name: file.sums for file in manifest.files}["accruals.csv"]
    assert sums == {"accrued": Decimal("1921.39"), "paid": Decimal("0.00")}


def test_frames_have_all_columns_of_the_format_and_keep_null_apart_from_zero(
    golden_path: Path,
) -> None:
    frames = read_package(golden_path).frames
    accruals = frames["accruals"]
    assert accruals.columns == ["_row", *(column.name for column in FILES["accruals"])]
    assert accruals["_row"].to_list() == list(range(2, 12))
    assert accruals.schema["closing"] == pl.Decimal(15, 2)
    assert accruals.schema["tariff"] == pl.Decimal(20, 6)
    assert accruals["line"].to_list() == [1] * 10
    assert accruals["paid"].null_count() == 10
    assert accruals["opening"][7] == Decimal("0.00")
    assert accruals["period"].unique().to_list() == [date(2014, 10, 1)]
    assert frames["organizations"]["name"][0] == 'ОАО "Камал"'
    assert frames["payments"]["is_reversal"].to_list() == [False]


def test_zip_and_folder_are_the_same_package(
    golden_path: Path, golden: dict[str, bytes], write_package: Callable[..., Path]
) -> None:
    packed = read_package(write_package(golden, zipped=True))
    assert not packed.findings
    assert packed.digest == read_package(golden_path).digest


def test_the_digest_depends_on_content_and_not_on_time(
    golden: dict[str, bytes], write_package: Callable[..., Path]
) -> None:
    first = read_package(write_package(golden)).digest
    later = read_package(write_package(golden, created_at="2020-01-01T00:00:00+00:00")).digest
    closed = read_package(write_package(golden, period_status="open")).digest
    golden["news.csv"] = "news_id;published_on;title;body\nn1;2014-10-01;Т;Текст\n".encode()
    more = read_package(write_package(golden)).digest
    assert first == later
    assert len({first, closed, more}) == 3
