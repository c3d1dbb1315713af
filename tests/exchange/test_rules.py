"""Checks of frames: sums, references, periods, payments, requisites."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from lib.exchange import rules
from lib.exchange.checking import Known, check_package
from lib.exchange.findings import Finding, Findings
from lib.exchange.package_format import FILES
from lib.exchange.references import IDS, REFERENCES
from tests.kit.packages import read_package

Write = Callable[..., Path]
Golden = dict[str, bytes]


def check_rules(path: Path, known: Known | None = None) -> list[Finding]:
    package = read_package(path)
    assert not package.findings.has_errors
    check_package(package, known or Known())
    return [found for found in package.findings if found.severity != "info"]


def place(found: Finding) -> tuple[str, str, int | None, str | None, str]:
    return (found.severity, found.file, found.line, found.column, found.code)


def swap(golden: Golden, name: str, old: str, new: str) -> None:
    assert old.encode() in golden[name]
    golden[name] = golden[name].replace(old.encode(), new.encode(), 1)


def append(golden: Golden, name: str, row: str) -> None:
    golden[name] += f"{row}\n".encode()


def test_references_point_at_columns_that_exist() -> None:
    assert len(REFERENCES) == 27
    for reference in REFERENCES:
        assert IDS[reference.target] in {column.name for column in FILES[reference.target]}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("accruals.csv", "41.90", "41.91", ("accruals.csv", 2, "closing", "closing-mismatch")),
        (
            "accruals.csv",
            "8.25;38.38",
            "8.25;38.39",
            ("accruals.csv", 3, "total", "total-mismatch"),
        ),
        (
            "accruals.csv",
            "A1;lift",
            "A9;lift",
            ("accruals.csv", 5, "account_id", "unknown-reference"),
        ),
        (
            "accruals.csv",
            "A1;lift",
            "A1;loft",
            ("accruals.csv", 5, "service_id", "unknown-reference"),
        ),
        ("premises.csv", "h1", "h2", ("premises.csv", 2, "house_id", "unknown-reference")),
        (
            "services.csv",
            "sewer;water",
            "sewer;x",
            ("services.csv", 2, "group_id", "unknown-reference"),
        ),
        ("documents.csv", "2014-10;", "2014-11;", ("documents.csv", 2, "period", "other-period")),
        ("payments.csv", ";0\n", ";1\n", ("payments.csv", 2, "reversed_payment_id", "reversal")),
        (
            "payment_parts.csv",
            "123.45",
            "123.46",
            ("payment_parts.csv", 2, "amount", "parts-mismatch"),
        ),
        ("payment_parts.csv", ";housing", ";", ("payment_parts.csv", 2, "group_id", "part-target")),
        ("meters.csv", "m1;A1", "m1;", ("meters.csv", 2, "account_id", "meter-owner")),
    ],
)
def test_broken_rules_are_errors_at_their_place(
    *,
    golden: Golden,
    write_package: Write,
    file: str,
    old: str,
    new: str,
    expected: tuple[str, int, str, str],
) -> None:
    swap(golden, file, old, new)
    assert [place(found) for found in check_rules(write_package(golden))] == [("error", *expected)]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("7400000008", "7400000009", "inn"),
        ("7400000008", "", "inn"),
        ("047599999;4070", "947599999;4070", "bic"),
        ("40702810300000000042", "40702810300000000043", "account"),
        ("30101810300000000999", "30101810300000000998", "corr_account"),
    ],
)
def test_failed_requisites_are_warnings(
    golden: Golden, write_package: Write, old: str, new: str, column: str
) -> None:
    swap(golden, "organizations.csv", old, new)
    (found,) = check_rules(write_package(golden))
    assert place(found)[:4] == ("warning", "organizations.csv", 2, column)
    assert ("QR-код" in found.reason) == (column != "inn")


def test_references_resolve_in_the_portal_too(golden: Golden, write_package: Write) -> None:
    files = {name: golden[name] for name in ("accruals.csv", "documents.csv")}
    path = write_package(files)
    assert {found.code for found in check_rules(path)} == {"unknown-reference"}
    services = read_package(write_package(golden)).frames["services"]["service_id"]
    ids = {"accounts": pl.Series(["A1"]), "services": services}
    path = write_package(files)
    assert check_rules(path, Known(ids=ids)) == []


def test_wrong_sums_are_reported_with_a_decimal_comma(golden: Golden, write_package: Write) -> None:
    swap(golden, "accruals.csv", "41.90", "41.91")
    (found,) = check_rules(write_package(golden))
    assert found.reason == "closing = opening + total + penalty − paid: выходит 41,90, дано 41,91"


def test_balances_are_compared_only_with_existing_lines(golden_path: Path) -> None:
    accruals = read_package(golden_path).frames["accruals"]
    previous = pl.DataFrame(
        {
            "account_id": ["A1", "A1", "A2"],
            "service_id": ["sewer", "cold", "cold"],
            "line": pl.Series([1, 1, 1], dtype=pl.Int32),
            "closing": [Decimal("20.95"), Decimal("8.26"), Decimal("1.00")],
        },
        schema_overrides={"closing": pl.Decimal(14, 2)},
    )
    findings = Findings()
    rules.check_continuity(accruals, previous, findings)
    (found,) = findings
    assert place(found) == ("warning", "accruals.csv", 3, "opening", "continuity")
    assert "8,25" in found.reason
    assert "8,26" in found.reason


def test_paid_is_compared_with_payments_of_the_period(golden: Golden, write_package: Write) -> None:
    swap(golden, "payments.csv", "2014-09;bank", "2014-10;bank")
    (found,) = check_rules(write_package(golden))
    assert place(found) == ("warning", "accruals.csv", 2, "paid", "paid-mismatch")
    assert "123,45" in found.reason
    swap(golden, "accruals.csv", ";;;38.19;38.19", ";;;38.19;38.19")
    swap(golden, "accruals.csv", "20.95;;;20.95;41.90", "20.95;;123.45;20.95;-81.55")
    assert check_rules(write_package(golden)) == []


def test_recalculations_are_compared_with_the_line(golden: Golden, write_package: Write) -> None:
    golden["recalculations.csv"] = (
        "recalc_id;account_id;service_id;period;reason;amount\n"
        "r1;A1;sewer;2014-10;ошибка;-5.00\n"
        "r2;A1;sewer;2014-10;ошибка;2.00\n"
    ).encode()
    (found,) = check_rules(write_package(golden))
    assert place(found) == (
        "warning",
        "accruals.csv",
        2,
        "recalculation",
        "recalculation-mismatch",
    )
    swap(golden, "accruals.csv", "20.95;;;20.95;41.90", "20.95;-3.00;;17.95;38.90")
    assert check_rules(write_package(golden)) == []


def test_penalties_add_up_and_come_once(golden: Golden, write_package: Write) -> None:
    header = "account_id;group_id;period;opening;accrued;paid;closing\n"
    golden["penalties.csv"] = f"{header}A1;water;2014-10;1.00;2.00;0.50;2.51\n".encode()
    (found,) = check_rules(write_package(golden))
    assert place(found)[1:] == ("penalties.csv", 2, "closing", "closing-mismatch")
    golden["penalties.csv"] = f"{header}A1;water;2014-10;1.00;2.00;0.50;2.50\n".encode()
    assert check_rules(write_package(golden)) == []
    text = golden["accruals.csv"].decode().splitlines()
    rows = [f"{text[0]};penalty", *(f"{row};" for row in text[1:])]
    rows[1] = "A1;sewer;2014-10;20.95;meter;1.0000;20.95;20.95;;;20.95;42.90;1.00"
    golden["accruals.csv"] = "\n".join(rows).encode()
    (found,) = check_rules(write_package(golden))
    assert place(found)[1:] == ("penalties.csv", 2, None, "penalty-twice")


def test_reversals_and_equal_numbers_are_checked(golden: Golden, write_package: Write) -> None:
    golden["payments.csv"] = (
        b"payment_id;account_id;paid_on;amount;period;channel;is_reversal;reversed_payment_id\n"
        b"pay-1;A1;2014-09-18;123.45;2014-09;bank;0;\n"
        b"pay-2;A1;2014-09-19;-123.45;2014-09;bank;1;pay-1\n"
        b"pay-3;A1;2014-09-19;-1.00;2014-09;bank;1;pay-3\n"
    )
    append(golden, "accounts.csv", "A2;0000012345;p154;kamal;;;;other;;;;2014-01-01")
    found = [place(found) for found in check_rules(write_package(golden))]
    assert found == [
        ("warning", "accounts.csv", 3, "number", "number-twice"),
        ("error", "payments.csv", 4, "reversed_payment_id", "reversal-of-itself"),
    ]


@pytest.mark.parametrize(
    ("tariff", "volume", "accrued", "differs"),
    [
        ("0.5", "0.01", "0.01", False),
        ("0", "1", "0.00", False),
        ("0", "1", "0.01", True),
        ("-0.5", "0.01", "0.00", True),
        ("-0.499999", "0.01", "0.00", False),
        ("0.499999", "0.01", "0.00", False),
        ("-0.5", "0.01", "-0.01", False),
        ("99999999.999999", "1", "100000000.00", False),
        ("99999999.999999", "1", "99999999.99", True),
    ],
)
def test_tariff_times_volume_is_rounded_half_up(
    *,
    golden: Golden,
    write_package: Write,
    tariff: str,
    volume: str,
    accrued: str,
    differs: bool,
) -> None:
    text = golden["accruals.csv"].decode().splitlines()
    row = f"A1;sewer;2014-10;{tariff};meter;{volume};0.00;{accrued};;;{accrued};{accrued}"
    golden["accruals.csv"] = f"{text[0]}\n{row}\n".encode()
    package = read_package(write_package(golden))
    check_package(package, Known())
    assert [found.code for found in package.findings] == ["tariff-difference"] * differs
