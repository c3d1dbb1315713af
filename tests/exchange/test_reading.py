"""Malformed, false or hostile files: one report lists all findings."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from lib.exchange.findings import SHOWN_LIMIT, Finding, Severity
from lib.exchange.reading import ParsedPackage, open_package, parse_package
from tests.kit.packages import read_package

Write = Callable[..., Path]
HEADER = "account_id;service_id;period;tariff;method;volume_ind;opening;accrued;paid;total;closing"
GOOD = "A1;s;2014-10;1.5;meter;1.0;0.00;1.50;;1.50;1.50"
NEWS = "news_id;published_on;title;body\n"


def read(write_package: Write, text: str | bytes, name: str = "accruals.csv") -> ParsedPackage:
    return read_package(write_package({name: text}))


def lines(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


def findings(package: ParsedPackage) -> list[tuple[int | None, str | None, str | None, str]]:
    return [(found.line, found.column, found.value, found.code) for found in package.findings]


def only_finding(package: ParsedPackage) -> Finding:
    (found,) = package.findings
    return found


@pytest.mark.parametrize("data", [lines(GOOD), lines(GOOD).replace("\n", "\r\n")])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n\r\n"])
def test_line_ends_and_bom_are_accepted(
    write_package: Write, data: str, start: bytes, end: bytes
) -> None:
    package = read(write_package, start + data.encode() + end)
    assert not [found for found in package.findings if found.code != "rows-mismatch"]
    assert package.frames["accruals"]["account_id"].to_list() == ["A1"]
    assert package.frames["accruals"]["closing"].to_list() == [Decimal("1.50")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,5", "запятая вместо точки: пишите 1.5"),
        ("1.005", "не больше 2 знаков"),
        ("1e3", "показателем степени"),
        ("NaN", "ожидается число с точкой"),
        ("inf", "ожидается число с точкой"),
        (" 1", "пробелы"),
        ("1 000.00", "пробелы"),
        ("1\u00a0000.00", "пробелы"),
        ("+1", "ожидается число"),
        (".5", "пробелы и лишние знаки"),
        ("5.", "пробелы и лишние знаки"),
        ("--5", "лишние знаки"),
        ("1234567890123456", "слишком большое"),
        ("123456789012.00", "не больше 11 цифр"),
        ("0x10", "ожидается число"),
        ("١٢", "ожидается число"),
        ("-", "лишние знаки"),
    ],
)
def test_wrong_money_is_reported_and_never_changed(
    write_package: Write, text: str, words: str
) -> None:
    package = read(write_package, lines(GOOD, GOOD.replace("0.00", text).replace("A1", "A2")))
    found = only_finding(package)
    assert (found.line, found.column, found.value) == (3, "opening", text)
    assert words in found.reason
    assert package.frames["accruals"]["account_id"].to_list() == ["A1"]


@pytest.mark.parametrize("text", ["-0.01", "99999999999.99", "007", "0", "-0.00", "12.3"])
def test_valid_money_is_read_exactly(write_package: Write, text: str) -> None:
    package = read(write_package, lines(GOOD.replace("0.00", text)))
    assert not package.findings
    assert package.frames["accruals"]["opening"][0] == Decimal(text)


@pytest.mark.parametrize(
    ("column", "row", "words"),
    [
        ("period", GOOD.replace("2014-10", "2014-13"), "ГГГГ-ММ"),
        ("period", GOOD.replace("2014-10", "2014-10-01"), "ГГГГ-ММ"),
        ("method", GOOD.replace("meter", "счётчик"), "meter, average, norm"),
        ("tariff", GOOD.replace("1.5;", "1.1234567;", 1), "не больше 6 знаков"),
        ("volume_ind", GOOD.replace("1.0;", "1234567890.0;"), "не больше 9 цифр"),
        ("account_id", GOOD.replace("A1", "A" * 65), "длиннее 64"),
        ("account_id", GOOD.replace("A1", "A\x001"), "нулевой байт"),
        ("account_id", GOOD.replace("A1", "A\x1b1"), "управляющие"),
        ("account_id", GOOD.replace("A1", ""), "обязательно"),
        ("account_id", GOOD.replace("A1", "  "), "обязательно"),
        ("opening", GOOD.replace("0.00", ""), "обязательно"),
    ],
)
def test_every_kind_of_cell_is_checked(
    write_package: Write, column: str, row: str, words: str
) -> None:
    found = only_finding(read(write_package, lines(row)))
    assert (found.line, found.column) == (2, column)
    assert words in found.reason


@pytest.mark.parametrize("day", ["2014-02-30", "2014-2-3", "01.10.2014", "0000-00-00", "20141001"])
def test_impossible_dates_are_reported(write_package: Write, day: str) -> None:
    found = only_finding(read(write_package, f"{NEWS}n1;{day};Т;Текст\n", "news.csv"))
    assert (found.column, found.value) == ("published_on", day)
    assert "существующая дата" in found.reason


def test_outer_spaces_of_texts_are_trimmed_and_tabs_inside_are_kept(write_package: Write) -> None:
    package = read(write_package, f"{NEWS} n1 ;2014-10-01; а\tб ;Текст\n", "news.csv")
    assert not package.findings
    assert package.frames["news"].row(0) == (2, "n1", date(2014, 10, 1), "а\tб", "Текст")


def test_all_findings_are_in_one_report(write_package: Write) -> None:
    text = lines(
        GOOD,
        "A2;s;2014-10;1,5;metre;1.0;x;1.50;;1.50;1.50",
        "A3;s;2014-10",
        "A4;s;2014-10;1.5;meter;1.0;0.00;1.50;;1.50;1.50;9;9",
        "",
        GOOD,
        "A5;s;2014-10;1.5;meter;1.0;0.00;1.50;;1.50;1.50",
    )
    package = read(write_package, text)
    assert findings(package) == [
        (3, "tariff", "1,5", "bad-tariff"),
        (3, "method", "metre", "bad-text"),
        (3, "opening", "x", "bad-money"),
        (4, None, "A3;s;2014-10", "malformed-row"),
        (5, None, "A4;s;2014-10;1.5;meter;1.0;0.00;1.50;;1.50;1.50;9;9", "malformed-row"),
        (6, None, "", "malformed-row"),
        (7, "account_id", "A1;s;2014-10-01;1", "duplicate-key"),
    ]
    reasons = [found.reason for found in package.findings]
    assert "полей в строке 3, а в заголовке 11" in reasons[3]
    assert "полей в строке 13" in reasons[4]
    assert "пустая строка" in reasons[5]
    assert package.frames["accruals"]["_row"].to_list() == [2, 7, 8]


def test_unknown_columns_are_skipped_with_a_warning(write_package: Write) -> None:
    unknown = read(write_package, lines(GOOD).replace("paid", "оплачено"))
    assert only_finding(unknown).severity == Severity.WARNING
    assert only_finding(unknown).column == "оплачено"


def test_missing_and_doubled_columns_are_errors(write_package: Write) -> None:
    missing = findings(read(write_package, lines(GOOD).replace("closing", "saldo")))
    assert missing == [
        (1, "closing", None, "missing-column"),
        (1, "saldo", None, "unknown-column"),
    ]
    doubled = only_finding(read(write_package, lines(GOOD).replace("closing", "total")))
    assert doubled.code == "duplicate-column"


@pytest.mark.parametrize("name", ["_row", "_extra", "c0", "?opening"])
def test_unknown_columns_may_have_names_that_we_use_internally(
    write_package: Write, name: str
) -> None:
    package = read(write_package, lines(GOOD).replace("paid", name))
    assert only_finding(package).code == "unknown-column"
    assert package.frames["accruals"]["_row"].to_list() == [2]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"\n", "header"),
        (b"\xef\xbb\xbf", "header"),
        (b"x\x01;b\n1;2\n", "header"),
        (HEADER.encode() + b"\n\xef\xbb\xbf" + GOOD.encode(), "header"),
        (b'"account_id;b\n1;2\n', "header"),
        (b"a" * 100_000, "header"),
        ("имя;1\nстрока;2\n".encode("cp1251"), "encoding"),
        ("a;b\n".encode("utf-16"), "encoding"),
        (lines(GOOD).replace("\n", "\r").encode(), "header"),
    ],
)
def test_what_is_not_csv_is_refused_as_a_whole(
    write_package: Write, data: bytes, code: str
) -> None:
    package = read(write_package, data)
    assert code in {found.code for found in package.findings}
    assert package.findings.has_errors
    assert package.frames["accruals"].is_empty()


def test_cp1251_is_refused_with_its_line_and_a_hint(write_package: Write) -> None:
    data = NEWS.encode() + b"n1;2014-10-01;a;b\n" * 70_000 + "n2;2014-10-01;Т;я\n".encode("cp1251")
    found = next(iter(read(write_package, data, "news.csv").findings))
    assert (found.line, found.code) == (70_002, "encoding")
    assert "UTF-8" in found.reason
    assert "Windows-1251" in found.reason


def test_quoted_fields_may_contain_any_character(write_package: Write) -> None:
    text = f'{NEWS}n1;2014-10-01;"a;""b""";"one\ntwo\r\nthree"\n"n2";2014-10-02;c;d\nn3;x;c;d\n'
    package = read(write_package, text, "news.csv")
    news = package.frames["news"]
    assert news["title"].to_list() == ['a;"b"', "c"]
    assert news["body"][0] == "one\ntwo\r\nthree"
    assert news["_row"].to_list() == [2, 5]
    assert (6, "published_on", "x", "bad-date") in findings(package)


def test_empty_quotes_are_an_empty_cell(write_package: Write) -> None:
    row = ";".join(f'"{cell}"' for cell in GOOD.split(";"))
    package = read(write_package, lines(row))
    assert not package.findings
    assert package.frames["accruals"]["paid"].to_list() == [None]
    assert package.frames["accruals"]["closing"].to_list() == [Decimal("1.50")]


def test_line_breaks_are_allowed_only_in_multiline_columns(write_package: Write) -> None:
    package = read(write_package, f'{NEWS}n1;2014-10-01;"a\nb";c\n', "news.csv")
    assert (2, "title", "a␊b", "bad-text") in findings(package)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('n1;2014-10-01;"a;b', "открыта и не закрыта"),
        ('n1;2014-10-01;a"b;c"', "кавычка внутри поля"),
        ('n1;2014-10-01;"a"b;c', "лишний текст рядом"),
        ('n1;2014-10-01;"a;b"', "полей в строке 3"),
    ],
)
def test_wrong_quotes_are_reported_with_their_line(
    write_package: Write, row: str, words: str
) -> None:
    package = read(write_package, f"{NEWS}n0;2014-10-01;a;b\n{row}\n", "news.csv")
    found = next(iter(package.findings))
    assert (found.line, found.code) == (3, "malformed-row")
    assert words in found.reason
    assert package.frames["news"]["news_id"].to_list() == ["n0"]


def test_an_unclosed_quote_is_reported_with_its_first_line(write_package: Write) -> None:
    rows = [f"n{number};2014-10-01;a;b" for number in range(1_000)]
    rows[500] = 'n500;2014-10-01;"a;b'
    package = read(write_package, NEWS + "\n".join(rows) + "\n", "news.csv")
    found = next(found for found in package.findings if found.code == "malformed-row")
    assert found.line == 502
    assert "не закрыта" in found.reason
    assert package.frames["news"].height == 500


def test_a_row_of_ten_megabytes_is_one_short_finding(write_package: Write) -> None:
    package = read(write_package, f"{NEWS}n1;2014-10-01;{'a' * 10_000_000};b\n", "news.csv")
    found = only_finding(package)
    assert "длиннее 300" in found.reason
    assert found.value is not None
    assert len(found.value) == 60


def test_a_million_errors_are_counted_and_a_thousand_kept(write_package: Write) -> None:
    rows = "A1;s;2014-10;1,5;meter;1.0;x;1.50;;1.50;1.50\n" * 50_000
    package = read(write_package, f"{HEADER}\n{rows}")
    assert package.findings.count(Severity.ERROR) == 100_000
    assert len(list(package.findings)) == SHOWN_LIMIT


def test_wrong_manifests_are_reported(write_package: Write) -> None:
    entry = {
        "name": "accruals.csv",
        "rows": 7,
        "sha256": "0" * 64,
        "sums": {"accrued": "1.51", "total": "1.5", "method": "1", "нет": "2"},
    }
    path = write_package({"accruals.csv": lines(GOOD)}, files=[entry])
    codes = [(found.code, found.column) for found in read_package(path).findings]
    assert codes == [
        ("sha256-mismatch", None),
        ("rows-mismatch", None),
        ("sum-mismatch", "accrued"),
        ("sum-mismatch", "method"),
        ("sum-mismatch", "нет"),
    ]


def test_files_and_manifest_must_agree(golden: dict[str, bytes], write_package: Write) -> None:
    files = [{"name": name, "rows": 1, "sha256": "0" * 64} for name in ("news.csv", "../x.csv")]
    found = {(f.file, f.code) for f in read_package(write_package(golden, files=files)).findings}
    assert {
        ("news.csv", "missing-file"),
        ("../x.csv", "unknown-file"),
        ("accruals.csv", "undescribed-file"),
    } <= found


def test_a_file_of_bad_rows_only_keeps_its_types(write_package: Write) -> None:
    package = read(write_package, lines(GOOD.replace("2014-10", "x")))
    accruals = package.frames["accruals"]
    assert accruals.is_empty()
    assert accruals.schema["period"] == pl.Date
    assert accruals.schema["closing"] == pl.Decimal(15, 2)


def test_a_column_of_empty_cells_is_null(write_package: Write) -> None:
    text = "payment_id;account_id;paid_on;amount;period;channel;is_reversal\n"
    package = read(write_package, f"{text}p;a;2014-10-01;1.00;;bank;0\n", "payments.csv")
    assert not package.findings
    assert package.frames["payments"]["period"].to_list() == [None]
    assert package.frames["payments"].schema["period"] == pl.Date


def test_a_file_without_rows_is_read(write_package: Write) -> None:
    package = read(write_package, HEADER)
    assert not package.findings
    assert package.frames["accruals"].height == 0


def test_duplicates_with_empty_parts_of_the_key_are_found(write_package: Write) -> None:
    text = "service_id;house_id;valid_from;price\ns;;2014-01-01;1.0\ns;;2014-01-01;2.0\n"
    found = only_finding(read(write_package, text, "tariffs.csv"))
    assert (found.line, found.code, found.value) == (3, "duplicate-key", "s;;2014-01-01")


def test_the_digest_is_computed_before_parsing(write_package: Write) -> None:
    steps: list[str] = []
    path = write_package({"accruals.csv": lines(GOOD)})
    raw = open_package(path, advance=steps.append)
    package = parse_package(raw, advance=steps.append)
    assert raw.digest == package.digest
    assert steps == ["accruals.csv: чтение", "accruals.csv: проверка"]


def test_reading_can_be_stopped(write_package: Write) -> None:
    def stop(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_package(write_package({"accruals.csv": lines(GOOD)}), advance=stop)
