"""Hostile packages in a valid format: findings or rows, never half a package."""

import datetime as dt
import itertools
from decimal import Decimal
from pathlib import Path

import pytest

from lib.exchange.column import Column, Kind
from lib.exchange.package_format import FILES
from lib.exchange.source import PackageRefused
from lib.exchange.verdict import Verdict
from lib.services.packages import importing
from tests.kit.faults import (
    SOAK,
    Package,
    Row,
    accrual_line,
    database_state,
    fetch_tuples,
    import_accepted,
    import_refused,
)

pytestmark = pytest.mark.usefixtures("wiped")

_HOSTILE = (
    '"quoted" ""twice""',
    "semi;colon, comma\tand tab",
    "\\.",
    "\\N",
    "C:\\new\\table\\",
    "=cmd|'/C calc'!A0",
    "🏠👨‍👩‍👧 Ёлка",
    "\u202eмолот\u202c שלום",
    "'; DROP TABLE account; --",
    "{sender} {ids} %s %(name)s",
    "NULL",
    "<script>alert(1)</script>",
)
_TABLES = {
    "organizations": "organization",
    "houses": "house",
    "premises": "premise",
    "accounts": "account",
    "service_groups": "service_group",
    "services": "service",
    "payments": "payment",
    "meters": "meter",
    "readings": "reading",
    "documents": "bill",
    "news": "news_item",
}
_NEWS = {"news_id": "n1", "published_on": "2014-10-01", "title": "Новость", "body": "Текст"}
_RECALC = {
    "recalc_id": "r1",
    "account_id": "A1",
    "service_id": "cold",
    "period": "2014-10",
    "reason": "Недопоставка",
    "amount": "-10.00",
}
_PENALTY = {
    "account_id": "A1",
    "group_id": "housing",
    "period": "2014-10",
    "opening": "1.00",
    "accrued": "2.00",
    "paid": "0.50",
    "closing": "2.50",
}
_VOLUME = {"house_id": "h1", "service_id": "cold", "period": "2014-10", "odpu_volume": "100.5"}
_HOUSE_METER = {
    "meter_id": "hm",
    "account_id": "",
    "house_id": "h1",
    "service_id": "cold",
    "serial": "1",
    "capacity": "6",
    "decimals": "2",
    "zones": "1",
    "status": "active",
}
_HOUSE_READING = {
    "meter_id": "hm",
    "taken_on": "2014-10-25",
    "zone": "1",
    "value": "123.45",
    "period": "2014-10",
    "source": "house",
}


def plain_texts(stem: str) -> list[Column]:
    """List the columns of free text: no ids, no fixed words, no short codes."""
    return [
        column
        for column in FILES[stem]
        if column.kind is Kind.TEXT
        and not column.values
        and column.limit > 64
        and not column.name.endswith("_id")
    ]


@pytest.mark.parametrize("first", range(len(_HOSTILE) if SOAK > 1 else 3))
def test_every_text_survives_byte_for_byte(first: int, tmp_path: Path) -> None:
    package = Package.golden()
    package.rows["news"] = [dict(_NEWS)]
    texts = itertools.cycle([*_HOSTILE[first:], *_HOSTILE[:first]])
    sent: dict[str, Row] = {}
    for stem in _TABLES:
        sent[stem] = {}
        for at, column in enumerate(plain_texts(stem)):
            hostile = next(texts)
            long = f"{hostile}{'я' * (159 - len(hostile))}!"
            sent[stem][column.name] = (hostile, long)[at % 2]
        package.row(stem).update(sent[stem])

    import_accepted(package, tmp_path)

    for stem, values in sent.items():
        if values:
            table = "payer" if stem == "accounts" else _TABLES[stem]
            stored = fetch_tuples(f"SELECT {', '.join(values)} FROM {table}")
            assert tuple(values.values()) in stored


def test_the_longest_texts_fit_and_longer_ones_are_named(tmp_path: Path) -> None:
    package = Package.golden()
    for column in plain_texts("organizations"):
        package.row("organizations")[column.name] = "Щ" * column.limit
    import_accepted(package, tmp_path)

    package.row("organizations")["name"] += "Щ"

    [found] = import_refused(package, tmp_path)
    assert (found.file, found.line, found.column) == ("organizations.csv", 2, "name")


def test_news_texts_keep_their_line_breaks(tmp_path: Path) -> None:
    body = 'Первая\n\n\\.\n"вторая";\n\tтретья\r\nчетвёртая\rпятая\n\\.\nконец'
    import_accepted(Package.of({"news": [_NEWS | {"body": body}]}), tmp_path)

    assert fetch_tuples("SELECT body FROM news_item") == [(body,)]


def test_hostile_ids_still_identify_their_rows(tmp_path: Path) -> None:
    ids = ['a"b', "a,b;c", "\\.", "\\N", "NULL", "00012", "-5", "1e3", "ё🏠", "{sender}", "%s", "'"]
    package = Package.golden()
    account = package.row("accounts")
    package.rows["accounts"] += [account | {"account_id": i, "number": f"№{i}"} for i in ids]
    package.rows["accruals"] += [accrual_line(account_id=i, accrued="1.10") for i in ids]
    import_accepted(package, tmp_path)
    for row in package.rows["accruals"][-len(ids) :]:
        row.update(accrual_line(account_id=row["account_id"], accrued="2.20"))

    change = import_accepted(package, tmp_path).changes["accruals"]

    assert (change.added, change.changed, change.removed) == (0, len(ids), 0)
    found = fetch_tuples(
        "SELECT external_id FROM account a JOIN accrual l ON l.account_id = a.id "
        "WHERE accrued = 2.20"
    )
    assert {row[0] for row in found} == set(ids)


def largest(column: Column, row: Row) -> str:
    """Return the largest value that the format allows."""
    if column.kind is Kind.INT:
        return row[column.name] if column.values else "999999999"
    return {
        Kind.MONEY: "99999999999.99",
        Kind.TARIFF: "99999999.999999",
        Kind.VOLUME: "999999999.999999",
    }[column.kind]


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("without", ["payments", "payment_parts"])
def test_the_largest_numbers_of_the_format_fit_their_columns(
    without: str, sign: str, tmp_path: Path
) -> None:
    package = Package.golden()
    package.rows |= {
        "recalculations": [dict(_RECALC)],
        "penalties": [dict(_PENALTY)],
        "house_volumes": [dict(_VOLUME)],
    }
    for stem in FILES:
        if stem not in {"news", without}:
            put_largest(package, stem, sign)

    import_accepted(package, tmp_path)


def put_largest(package: Package, stem: str, sign: str) -> None:
    """Put the largest numbers that the format allows into the first row of a file."""
    row = package.row(stem)
    numbers = [c for c in FILES[stem] if c.kind in (Kind.INT, Kind.MONEY, Kind.TARIFF, Kind.VOLUME)]
    if stem == "accruals":
        # these columns must add up; the others get the largest value
        row |= accrual_line(
            **{k: row[k] for k in ("account_id", "service_id")}, opening="-99999999999.99"
        )
        numbers = [c for c in numbers if c.name not in ("opening", "accrued", "total", "closing")]
        numbers = [c for c in numbers if c.kind is not Kind.MONEY or c.name.startswith("amount_")]
    if stem == "penalties":
        numbers = [c for c in numbers if c.name == "none"]
        row |= {
            "opening": "99999999999.99",
            "accrued": "0",
            "paid": "0",
            "closing": "99999999999.99",
        }
    if stem == "payments":
        package.rows.pop("payment_parts")
    if stem == "payment_parts":
        package.row("payments")["amount"] = f"{sign}99999999999.99"
    row.update({c.name: f"{sign}{largest(c, row)}" for c in numbers if not c.values})


def test_sums_too_large_for_a_column_are_complete_on_the_bill(tmp_path: Path) -> None:
    most = Decimal("99999999999.99")
    package = Package.golden()
    package.rows["accruals"] = [
        accrual_line(service_id=row["service_id"], opening=str(most))
        for row in package.rows["services"]
    ]
    import_accepted(package, tmp_path)

    [(total,)] = fetch_tuples("SELECT sum(closing) FROM accrual")
    assert total == most * len(package.rows["services"])


@pytest.mark.parametrize(
    ("period", "refused"), [("1900-01", False), ("2099-12", False), ("2100-01", True)]
)
def test_the_first_and_last_possible_months_are_imported(
    period: str, refused: bool, tmp_path: Path
) -> None:
    package = Package.golden(period=period)
    package.rows.pop("documents")
    for row in package.rows["accruals"]:
        row["period"] = period
    if refused:
        with pytest.raises(PackageRefused):
            importing.import_package(package.write(tmp_path))
        return
    import_accepted(package, tmp_path)
    assert fetch_tuples("SELECT DISTINCT period FROM accrual") == [
        (dt.date.fromisoformat(f"{period}-01"),)
    ]


@pytest.mark.parametrize("day", ["1800-01-01", "9999-12-31", "2016-02-29"])
def test_the_first_and_last_possible_days_are_imported(day: str, tmp_path: Path) -> None:
    package = Package.golden()
    package.row("accounts").update(opened_on=day, closed_on=day)
    package.row("payments").update(paid_on=day, posted_on=day)
    package.row("documents").update(due_on=day)
    package.row("readings").update(taken_on=day)
    import_accepted(package, tmp_path)

    assert fetch_tuples("SELECT opened_on FROM account") == [(dt.date.fromisoformat(day),)]


def test_an_empty_cell_is_null(tmp_path: Path) -> None:
    package = Package.golden()
    package.row("organizations").update(short_name="", address="", kpp="")
    import_accepted(package, tmp_path)

    stored = fetch_tuples(
        "SELECT short_name, address, kpp FROM organization WHERE external_id = 'kamal'"
    )
    assert stored == [(None, None, None)]


class TestClosedMonths:
    def test_a_closed_month_cannot_be_changed(self, tmp_path: Path) -> None:
        import_accepted(Package.golden(period_status="closed"), tmp_path)
        for changed in ({"mode": "delta"}, {"period_status": "open"}, {"mode": "full"}):
            package = Package.golden(period_status="closed")
            package.row("houses")["floors"] = "99"
            package.manifest |= changed

            assert [found.code for found in import_refused(package, tmp_path)] == ["period_closed"]

    def test_a_package_does_not_change_the_previous_month(self, tmp_path: Path) -> None:
        october = Package.golden(period_status="closed")
        october.rows["recalculations"] = [dict(_RECALC)]
        import_accepted(october, tmp_path)
        november = Package.of(
            {"recalculations": [_RECALC | {"period": "2014-11"}]}, period="2014-11"
        )

        [found] = import_refused(november, tmp_path)

        assert (found.code, found.file, found.column) == (
            "other-owner",
            "recalculations.csv",
            "period",
        )

    def test_rows_of_another_month_are_refused(self, tmp_path: Path) -> None:
        november = Package.golden(period="2014-11")

        found = import_refused(november, tmp_path)

        assert {f.code for f in found} == {"other-period"}
        assert {f.file for f in found} == {"accruals.csv", "documents.csv"}


class TestOwners:
    @pytest.fixture
    def two_accounts(self, tmp_path: Path) -> Package:
        package = Package.golden()
        package.rows["accounts"].append(
            package.row("accounts") | {"account_id": "A2", "number": "2"}
        )
        package.rows["recalculations"] = [dict(_RECALC)]
        import_accepted(package, tmp_path)
        return package

    @pytest.mark.parametrize("stem", ["payments", "meters", "recalculations"])
    def test_no_row_moves_to_another_account(
        self, stem: str, two_accounts: Package, tmp_path: Path
    ) -> None:
        two_accounts.row(stem)["account_id"] = "A2"

        found = import_refused(two_accounts, tmp_path)

        assert [(f.file, f.line, f.column, f.code) for f in found] == [
            (f"{stem}.csv", 2, "account_id", "other-owner")
        ]
        assert "A1" in found[0].reason

    def test_a_flats_meter_does_not_become_a_house_meter(
        self, two_accounts: Package, tmp_path: Path
    ) -> None:
        two_accounts.row("meters").update(account_id="", house_id="h1")

        found = import_refused(two_accounts, tmp_path)

        assert {f.column for f in found} == {"account_id", "house_id"}

    def test_another_senders_ids_are_unknown(self, two_accounts: Package, tmp_path: Path) -> None:
        strange = Package.of(
            {
                "accruals": [accrual_line()],
                "payments": two_accounts.rows["payments"],
                "readings": two_accounts.rows["readings"],
                "payment_parts": two_accounts.rows["payment_parts"],
            },
            organization="stranger",
        )

        found = import_refused(strange, tmp_path)

        assert {f.code for f in found} == {"unknown-reference"}
        assert {f.column for f in found} == {"account_id", "service_id", "group_id", "meter_id"}

    def test_a_payment_of_an_earlier_package_can_be_reversed(
        self, two_accounts: Package, tmp_path: Path
    ) -> None:
        back = two_accounts.row("payments") | {
            "payment_id": "pay-1-back",
            "amount": "-123.45",
            "is_reversal": "1",
            "reversed_payment_id": "pay-1",
        }

        import_accepted(Package.of({"payments": [back]}, mode="delta"), tmp_path)

        assert fetch_tuples("SELECT sum(amount) FROM payment") == [(Decimal("0.00"),)]


@pytest.mark.parametrize(
    ("stem", "column"),
    [
        ("houses", "organization_id"),
        ("premises", "house_id"),
        ("accounts", "premise_id"),
        ("service_groups", "recipient_organization_id"),
        ("services", "group_id"),
        ("tariffs", "house_id"),
        ("accruals", "account_id"),
        ("accruals", "service_id"),
        ("accruals", "supplier_organization_id"),
        ("payments", "account_id"),
        ("payment_parts", "payment_id"),
        ("payment_parts", "group_id"),
        ("meters", "account_id"),
        ("meters", "service_id"),
        ("readings", "meter_id"),
        ("documents", "account_id"),
    ],
)
def test_an_unknown_key_is_reported(stem: str, column: str, tmp_path: Path) -> None:
    package = Package.golden()
    package.row(stem)[column] = "nowhere"

    found = import_refused(package, tmp_path)

    assert (f"{stem}.csv", 2, column, "nowhere") in {
        (f.file, f.line, f.column, f.value) for f in found
    }


class TestHouseMeters:
    def test_readings_come_with_the_meter_or_later(self, tmp_path: Path) -> None:
        package = Package.golden()
        package.rows["meters"].append(dict(_HOUSE_METER))
        package.rows["readings"].append(dict(_HOUSE_READING))
        import_accepted(package, tmp_path)
        later = _HOUSE_READING | {"taken_on": "2014-11-25", "period": "2014-11", "value": "130"}

        import_accepted(Package.of({"readings": [later]}, period="2014-11", mode="delta"), tmp_path)

        assert fetch_tuples("SELECT value FROM house_reading ORDER BY taken_on") == [
            (Decimal("123.45"),),
            (Decimal(130),),
        ]
        assert fetch_tuples("SELECT count(*) FROM reading") == [
            (len(package.rows["readings"]) - 1,)
        ]

    def test_a_reading_is_corrected_in_place(self, tmp_path: Path) -> None:
        package = Package.golden()
        package.rows["meters"].append(dict(_HOUSE_METER))
        package.rows["readings"].append(dict(_HOUSE_READING))
        import_accepted(package, tmp_path)
        package.rows["readings"][-1]["value"] = "124"

        change = import_accepted(package, tmp_path).changes["readings"]

        assert (change.added, change.changed, change.removed) == (0, 1, 0)


@pytest.mark.parametrize(("mode", "left"), [("full", 1), ("delta", 2)])
@pytest.mark.parametrize("stem", ["recalculations", "penalties"])
def test_a_full_package_replaces_the_month(stem: str, mode: str, left: int, tmp_path: Path) -> None:
    first = Package.golden()
    rows: dict[str, list[Row]] = {
        "recalculations": [_RECALC, _RECALC | {"recalc_id": "r2"}],
        "penalties": [_PENALTY, _PENALTY | {"group_id": "water"}],
    }
    first.rows[stem] = rows[stem]
    import_accepted(first, tmp_path)
    table = stem.removesuffix("s") if stem == "recalculations" else "penalty"

    outcome = import_accepted(Package.of({stem: rows[stem][1:]}, mode=mode), tmp_path)

    assert fetch_tuples(f"SELECT count(*) FROM {table}") == [(left,)]
    assert outcome.changes[stem].removed == 2 - left


def test_house_volumes_are_corrected_and_never_removed(tmp_path: Path) -> None:
    package = Package.golden()
    package.rows["house_volumes"] = [_VOLUME, _VOLUME | {"service_id": "hot"}]
    import_accepted(package, tmp_path)

    outcome = import_accepted(
        Package.of({"house_volumes": [_VOLUME | {"odpu_volume": "7"}]}), tmp_path
    )

    change = outcome.changes["house_volumes"]
    assert (change.added, change.changed, change.removed) == (0, 1, 0)
    assert fetch_tuples("SELECT count(*) FROM house_volume") == [(2,)]


def test_the_parts_of_a_payment_are_replaced_together(tmp_path: Path) -> None:
    package = Package.golden()
    other = package.row("payments") | {"payment_id": "pay-2", "amount": "5.00"}
    package.rows["payments"].append(other)
    package.rows["payment_parts"].append(
        {"payment_id": "pay-2", "group_id": "water", "amount": "5.00"}
    )
    import_accepted(package, tmp_path)
    parts = [
        {"payment_id": "pay-1", "group_id": "water", "service_id": "", "amount": "100.00"},
        {"payment_id": "pay-1", "group_id": "", "service_id": "heat", "amount": "23.45"},
    ]

    import_accepted(Package.of({"payment_parts": parts}, mode="delta"), tmp_path)

    amounts = fetch_tuples(
        "SELECT p.external_id, t.amount FROM payment_part t JOIN payment p ON p.id = t.payment_id "
        "ORDER BY 1, 2"
    )
    assert amounts == [
        ("pay-1", Decimal("23.45")),
        ("pay-1", Decimal("100.00")),
        ("pay-2", Decimal("5.00")),
    ]


def test_a_full_month_of_one_sender_leaves_the_others_alone(tmp_path: Path) -> None:
    import_accepted(Package.golden(), tmp_path)
    import_accepted(Package.golden(organization="other"), tmp_path)
    own_rows = (
        "FROM accrual l JOIN account a ON a.id = l.account_id JOIN sender s ON s.id = a.sender_id"
    )
    query = f"SELECT l.* {own_rows} WHERE s.code = 'other' ORDER BY service_id"
    before = fetch_tuples(query)
    bills = fetch_tuples("SELECT count(*) FROM bill")

    shorter = Package.golden()
    shorter.rows["accruals"] = shorter.rows["accruals"][:1]
    shorter.rows["documents"] = []
    change = import_accepted(shorter, tmp_path).changes["accruals"]

    assert change.removed == len(before) - 1
    assert fetch_tuples(query) == before
    assert fetch_tuples("SELECT count(*) FROM bill") == bills
    assert fetch_tuples(f"SELECT count(*) {own_rows} WHERE s.code = 'kamal'") == [(1,)]


def test_an_empty_full_package_removes_the_senders_lines(tmp_path: Path) -> None:
    import_accepted(Package.golden(), tmp_path)
    empty = Package.golden()
    empty.rows["accruals"], empty.rows["documents"] = [], []

    import_accepted(empty, tmp_path)

    assert fetch_tuples("SELECT count(*) FROM accrual") == [(0,)]
    assert fetch_tuples("SELECT count(*) FROM bill") == [(0,)]


def test_the_same_rows_in_another_file_change_nothing(tmp_path: Path) -> None:
    package = Package.golden()
    package.row("documents").update(number='№ "1", \\.', pdf_name="a, b.pdf")
    import_accepted(package, tmp_path)
    before = database_state()
    package.rows["accruals"].reverse()
    package.rows["houses"][0]["floors"] = "09"

    outcome = importing.import_package(package.write(tmp_path))

    assert outcome.verdict is Verdict.IMPORTED
    assert not any(outcome.changes.values())
    changed = {name for name, found in database_state().items() if found != before[name]}
    assert changed == {"package"}
