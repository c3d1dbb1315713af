"""Registers of each format, read from valid and damaged files."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.exchange.registers import reading
from lib.exchange.registers.formats import FormatBroken, Place, RegisterFormat
from lib.exchange.registers.reading import RegisterRefused
from lib.exchange.registers.statement import Statement
from tests.exchange.registers.kit import FILES, FORMATS, form

DAY = dt.date(2014, 11, 12)


def read(data: bytes, code: str | None = None, *more: RegisterFormat) -> Statement:
    return reading.read_register(data, file="register.txt", formats=(*FORMATS, *more), code=code)


def rows(found: Statement) -> list[dict[str, Any]]:
    assert not list(found.findings)
    return found.rows.to_dicts()


def codes(found: Statement) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.line) for finding in found.findings]


def spoiled(code: str, old: str, new: str) -> Statement:
    encoding = form(code).encoding
    data = FILES[code].read_bytes()
    assert old.encode(encoding) in data
    return read(data.replace(old.encode(encoding), new.encode(encoding)), code)


@pytest.mark.parametrize("code", sorted(FILES))
def test_every_shipped_format_is_known_by_its_file(code: str) -> None:
    found = read(FILES[code].read_bytes())

    assert found.format.code == code
    assert not list(found.findings)


def test_reads_sberbank_with_a_trailer() -> None:
    found = read(FILES["sber"].read_bytes())

    assert (found.registry_no, found.registry_on) == ("4512", dt.date(2014, 11, 13))
    assert rows(found) == [
        {
            "_row": 1,
            "doc_key": None,
            "account": "0000012345",
            "reference": "10071234567PXYZ",
            "document": None,
            "payee_account": None,
            "payer": "ИВАНОВ ИВАН ИВАНОВИЧ, МАГНИТОГОРСК, ГРАЖДАНСКАЯ 1, 15",
            "paid_on": DAY,
            "amount": Decimal("126.93"),
            "fee": Decimal("1.27"),
        }
    ]


def test_reads_sberbank_with_keys_and_values() -> None:
    first, second = rows(read(FILES["sber-keys"].read_bytes()))

    assert (first["account"], first["document"]) == ("0000012345", "2014-10-0000012345/water")
    assert (first["reference"], first["amount"], first["paid_on"]) == (
        "998877665544",
        Decimal("126.93"),
        DAY,
    )
    assert (second["account"], second["document"]) == ("0000099999", None)


def test_reads_a_municipal_bank_in_cp866() -> None:
    found = read(FILES["municipal"].read_bytes())

    assert (found.registry_no, found.registry_on) == ("77", dt.date(2014, 11, 13))
    assert [(row["_row"], row["amount"], row["payer"]) for row in rows(found)] == [
        (2, Decimal("88.53"), "ИВАНОВ И.И."),
        (3, Decimal("1.00"), "ИВАНОВ И.И."),
    ]
    assert {row["payee_account"] for row in rows(found)} == {"40702810600000000043"}


def test_reads_the_acquirer_with_quotes_in_utf8() -> None:
    (row,) = rows(read(FILES["yookassa"].read_bytes()))

    assert row["reference"] == "2d9f0a7b-000f-5000-9000-1b68e7b15f3f"
    assert (row["account"], row["amount"], row["fee"]) == (
        "0000012345",
        Decimal("126.93"),
        Decimal("3.55"),
    )


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
def test_reads_a_statement_of_1c_in_each_encoding(encoding: str) -> None:
    names = {"cp1251": "Windows", "cp866": "DOS", "utf-8": "UTF-8"}
    text = FILES["1c"].read_bytes().decode("cp1251").replace("Windows", names[encoding])

    found = read(text.encode(encoding))

    first, second = rows(found)
    assert (first["account"], first["amount"], first["paid_on"]) == (
        "0000012345",
        Decimal("88.53"),
        DAY,
    )
    assert first["payee_account"] == "40702810600000000043"
    assert first["payer"] == "Иванов Иван Иванович; Водоснабжение за 10.2014, ЛС 0000012345"
    assert second["account"] == ""
    assert first["doc_key"] != second["doc_key"]


@pytest.mark.parametrize(
    ("purpose", "account"),
    [
        ("по лицевому счету 0000012345", "0000012345"),
        ("с лицевого счёта № 0000012345 за 10.2014", "0000012345"),
        ("ЛИЦ.СЧЕТУ 0000012345", "0000012345"),
        ("Лиц. сч. 0000012345", "0000012345"),
        ("лиц.счет N 0000012345", "0000012345"),
        ("лицевой счет номер: 0000012345", "0000012345"),
        ("л/сч 0000012345", "0000012345"),
        ("лиц/сч:0000012345", "0000012345"),
        ("л/с№0000012345", "0000012345"),
        ("ЛС0000012345", "0000012345"),
        ("ЛСИ 12;ЛС:0000012345", "0000012345"),
        ("ЛС А-12/3", "А-12"),
        ("за воду по лицевому счету за октябрь", ""),
        ("ЛСИ 12", ""),
        ("лицевой счёт Иванова", ""),
    ],
)
def test_an_account_is_found_in_the_purpose_however_it_is_named(purpose: str, account: str) -> None:
    first = rows(spoiled("1c", "Водоснабжение за 10.2014, ЛС 0000012345", purpose))[0]

    assert first["account"] == account


def test_transfers_between_the_centres_own_accounts_are_skipped() -> None:
    other = "40702810900000000044"
    section = f"СекцияРасчСчет\nРасчСчет={other}\nВсегоПоступило={{}}\nКонецРасчСчет\n"
    last = "КонечныйОстаток=1076.93\r\nКонецРасчСчет\r\n"

    found = spoiled("1c", last, last + section.format("50.00"))

    assert [row["amount"] for row in rows(found)] == [Decimal("88.53"), Decimal("38.40")]
    assert ("trailer-sum", None) in codes(spoiled("1c", last, last + section.format("51.00")))


@pytest.mark.parametrize(
    ("code", "old", "new", "found"),
    [
        ("sber", "=1;126,93", "=2;126,93", ("trailer-count", 2)),
        ("sber", "=1;126,93", "=1;126,94", ("trailer-sum", 2)),
        ("sber", "125,66;1,27;4512", "125,66;1,28;4512", ("trailer-sum", 2)),
        ("sber", "125,66;1,27;4512", "125,67;1,27;4512", ("trailer-sum", 2)),
        ("sber", "=1;126,93;125,66;1,27;4512;13-11-2014", "", ("no-trailer", None)),
        ("sber", "12-11-2014", "31-02-2014", ("bad-paid_on", 1)),
        ("sber", "1014;126,93", "1014;126.93", ("bad-amount", 1)),
        ("sber", "1014;126,93", "1014;", ("bad-amount", 1)),
        ("sber", "0000012345", "00000\x0012345", ("bad-account", 1)),
        ("sber", "10071234567PXYZ", "X" * 200, ("bad-reference", 1)),
        ("municipal", "999999999=2", "999999999=3", ("trailer-count", 4)),
        ("yookassa", '""0000012345"""', '"0000012345', ("quotes", 2)),
        ("1c", "КонецФайла", "", ("truncated", None)),
        ("1c", "ВсегоПоступило=126.93", "ВсегоПоступило=126.94", ("trailer-sum", None)),
        ("1c", "Сумма=88.53", "Сумма=88,53", ("bad-сумма", 20)),
        ("1c", "ВерсияФормата=1.03", "ВерсияФормата=2.00", ("version", None)),
        ("1c", "1CClientBankExchange", "2CClientBankExchange", ("header", 1)),
    ],
)
def test_a_damaged_file_is_refused(
    code: str, old: str, new: str, found: tuple[str, int | None]
) -> None:
    read_file = spoiled(code, old, new)

    assert found in codes(read_file)
    assert read_file.findings.has_errors


def test_a_wrong_encoding_is_reported_with_its_line() -> None:
    data = FILES["municipal"].read_bytes().decode("cp866").encode("cp866")

    assert codes(read(data, "yookassa"))[0] == ("encoding", 2)


def test_negative_sums_and_unknown_accounts_are_not_file_errors() -> None:
    data = FILES["municipal"].read_bytes().replace(b"=88.53=", b"=-88.53=")

    first, _ = rows(read(data))

    assert first["amount"] == Decimal("-88.53")


def test_an_empty_register_with_a_trailer_is_valid() -> None:
    assert rows(read(b"=0;0,00;0,00;0,00;4513;14-11-2014\r\n")) == []


@pytest.mark.parametrize("data", [b"", b"\n\n", b"hello", b"\x00\xff" * 50, b"1CClientBank"])
def test_what_is_not_a_register_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(RegisterRefused, match="--format"):
        read(data)


def test_two_matching_formats_are_both_named() -> None:
    twin = form("sber", code="twin")

    with pytest.raises(RegisterRefused, match=r"sber .*twin"):
        read(FILES["sber"].read_bytes(), None, twin)
    assert read(FILES["sber"].read_bytes(), "twin", twin).rows.height == 1


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RegisterRefused, match="municipal"):
        read(b"", "nobank")


def test_a_new_bank_needs_only_a_description() -> None:
    """An invented bank: KOI8-R, tabs, decimal point, comments, two-digit years."""
    bank = form(
        "sber",
        code="new",
        encoding="koi8-r",
        separator="\t",
        decimal_sign=".",
        date_format="%d.%m.%y",
        comment_mark="#",
        trailer_mark=None,
        trailer={},
        row={"account": Place(2), "paid_on": Place(1), "amount": Place(label="СУММА:")},
    )
    data = "# реестр\n12.11.14\t0000012345\tСУММА:126.93\n".encode("koi8-r")

    (row,) = rows(read(data, "new", bank))

    assert (row["_row"], row["account"], row["amount"], row["paid_on"]) == (
        2,
        "0000012345",
        Decimal("126.93"),
        DAY,
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"date_format": "%d %B"},
        {"account_pattern": "("},
        {"document_pattern": "no group"},
        {"row": {"account": Place(1)}},
        {"row": {"acount": Place(1), "paid_on": Place(2), "amount": Place(3), "account": Place(4)}},
        {"trailer_mark": None},
    ],
)
def test_an_unusable_description_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(FormatBroken, match="sber"):
        form("sber", **changed)


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.txt"):
        with pytest.raises(RegisterRefused, match="не прочитан"):
            reading.load_file(path)
