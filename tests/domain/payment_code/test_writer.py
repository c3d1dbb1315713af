from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.payment_code.reader import parse
from lib.domain.payment_code.writer import (
    MANDATORY_KEYS,
    MAX_MANDATORY_BYTES,
    MAX_PAYLOAD_BYTES,
    OPTIONAL_KEYS,
    SEPARATORS,
    Encoding,
    Payee,
    PaymentCodeRefused,
    PaymentOrder,
    encode,
    find_key,
    write_payload,
)

GOLDEN = (
    'ST00012|Name=ООО "Пример ЖКХ"|PersonalAcc=40702810300000000042'
    '|BankName=АО "БАНК ДЛЯ ПРИМЕРОВ"|BIC=047599999|CorrespAcc=30101810300000000999'
    "|PayeeINN=7400000008|KPP=740001001|PersAcc=0000012345|Sum=12693|PaymPeriod=102014"
    "|Purpose=ЖКУ за 10.2014, ЛС 0000012345|TechCode=02"
)
PAYEE = Payee(
    name='ООО "Пример ЖКХ"',
    personal_acc="40702810300000000042",
    bank_name='АО "БАНК ДЛЯ ПРИМЕРОВ"',
    bic="047599999",
    corr_acc="30101810300000000999",
    inn="7400000008",
    kpp="740001001",
)
ORDER = PaymentOrder(
    payee=PAYEE,
    pers_acc="0000012345",
    amount=Decimal("126.93"),
    period=date(2014, 10, 1),
    purpose="ЖКУ за 10.2014, ЛС 0000012345",
)
MANDATORY = {
    "Name": PAYEE.name,
    "PersonalAcc": PAYEE.personal_acc,
    "BankName": PAYEE.bank_name,
    "BIC": PAYEE.bic,
    "CorrespAcc": PAYEE.corr_acc,
}


def test_the_recommended_payload_is_written_byte_for_byte() -> None:
    assert write_payload(ORDER) == GOLDEN.encode()
    assert len(GOLDEN) == 271
    assert len(write_payload(ORDER)) == 307


def test_the_recommended_payload_in_cp1251_takes_a_byte_per_letter() -> None:
    raw = write_payload(ORDER, encoding=Encoding.CP1251)
    assert raw == GOLDEN.replace("ST00012", "ST00011", 1).encode("cp1251")
    assert len(raw) == 271


def test_koi8_r_has_the_digit_three() -> None:
    raw = write_payload(ORDER, encoding=Encoding.KOI8R)
    assert raw == GOLDEN.replace("ST00012", "ST00013", 1).encode("koi8-r")


def test_the_number_of_the_document_is_before_the_tech_code() -> None:
    raw = write_payload(replace(ORDER, quitt_id="75ДА533315-01-4101"))
    assert raw.decode().endswith("|QuittId=75ДА533315-01-4101|TechCode=02")


def test_empty_fields_of_the_payee_are_left_out() -> None:
    raw = write_payload(replace(ORDER, payee=replace(PAYEE, inn=None, kpp=None)))
    assert b"INN" not in raw
    assert b"KPP" not in raw


def test_a_wrong_inn_does_not_prevent_the_code() -> None:
    assert b"PayeeINN=6200098765" in write_payload(
        replace(ORDER, payee=replace(PAYEE, inn="6200098765"))
    )


@pytest.mark.parametrize("empty", ["", "0", "  ", "null"])
def test_a_bank_without_a_correspondent_account_gets_a_zero(empty: str) -> None:
    assert b"|CorrespAcc=0|" in write_payload(replace(ORDER, payee=replace(PAYEE, corr_acc=empty)))


def test_text_outside_the_encoding_is_written_in_utf8() -> None:
    raw = write_payload(replace(ORDER, purpose="ЖКУ за 10.2014 ≈ 10 м³"), encoding=Encoding.CP1251)
    assert raw.startswith(b"ST00012|")
    assert "м³" in raw.decode("utf-8")


def test_the_separator_is_the_first_one_absent_from_all_values() -> None:
    assert write_payload(replace(ORDER, purpose="A|B"))[7:8] == b"#"
    assert write_payload(replace(ORDER, purpose="A|B#C;D"))[7:8] == b":"
    assert write_payload(replace(ORDER, purpose=SEPARATORS[:-1]))[7:8] == b"@"


def test_values_are_one_line_without_invisible_characters() -> None:
    raw = write_payload(replace(ORDER, purpose="  ЖКУ\r\nза\u2028октябрь\u200b \t"))
    assert "|Purpose=ЖКУ за октябрь|" in raw.decode()


def test_keys_are_written_as_the_standard_spells_them() -> None:
    shouted = {key.upper(): value for key, value in MANDATORY.items()} | {"persacc": "1"}
    assert encode(shouted, encoding=Encoding.UTF8).decode().startswith("ST00012|Name=")
    assert encode(shouted, encoding=Encoding.UTF8).endswith(b"|PersAcc=1")


def test_mandatory_pairs_come_first_in_their_order() -> None:
    turned = dict(reversed((MANDATORY | {"Sum": "1"}).items()))
    pairs = encode(turned, encoding=Encoding.UTF8).decode().split("|")[1:]
    assert [pair.partition("=")[0] for pair in pairs] == [*MANDATORY_KEYS, "Sum"]


def test_every_key_is_latin() -> None:
    assert all(key.isascii() for key in OPTIONAL_KEYS)
    assert find_key("cbc") == "CBC"
    assert find_key("СВС") is None  # the Cyrillic look-alike


BAD_PAYEES = [
    ({"name": ""}, "наименование получателя"),
    ({"name": "null"}, "наименование получателя"),
    ({"name": "X" * 161}, "наименование получателя» длиннее 160"),
    ({"personal_acc": ""}, "расчётный счёт"),
    ({"personal_acc": "4070281030000000004"}, "расчётном счёте"),
    ({"personal_acc": "407028103 00000000042"}, "расчётном счёте"),
    ({"personal_acc": "40702810400000000042"}, "ключ расчётного счёта"),
    ({"bank_name": " "}, "наименование банка"),
    ({"bank_name": "Б" * 46}, "наименование банка получателя» длиннее 45"),
    ({"bic": "04759999"}, "БИК"),
    ({"bic": "147599999"}, "БИК"),
    ({"corr_acc": "30101810400000000999"}, "ключ корреспондентского счёта"),
    ({"corr_acc": "301018103000000009990"}, "корреспондентский счёт"),
    ({"corr_acc": "1"}, "ключ корреспондентского счёта"),
    ({"inn": "7400000008123"}, "ИНН получателя"),
    ({"kpp": "7400010011"}, "КПП получателя"),
    ({"name": "Ж" * 150}, "слишком длинные"),
]


@pytest.mark.parametrize(("change", "words"), BAD_PAYEES)
def test_a_wrong_requisite_is_named(change: dict[str, str], words: str) -> None:
    with pytest.raises(PaymentCodeRefused, match=words):
        write_payload(replace(ORDER, payee=replace(PAYEE, **change)))


@pytest.mark.parametrize(
    "amount",
    ["0", "-1", "0.001", "10.005", "NaN", "Infinity", "1E16", "1.0000000000000000000000000000001"],
)
def test_an_amount_is_positive_and_exact_to_the_kopeck(amount: str) -> None:
    with pytest.raises(PaymentCodeRefused, match="сумм"):
        write_payload(replace(ORDER, amount=Decimal(amount)))


@pytest.mark.parametrize(
    ("amount", "kopecks"),
    [
        ("0.01", "1"),
        ("1", "100"),
        ("126.930", "12693"),
        ("1E+3", "100000"),
        ("9999999999999999.99", "9" * 18),
    ],
)
def test_the_sum_is_in_kopecks(amount: str, kopecks: str) -> None:
    assert f"|Sum={kopecks}|".encode() in write_payload(replace(ORDER, amount=Decimal(amount)))


def test_a_code_needs_the_account_of_the_resident() -> None:
    with pytest.raises(PaymentCodeRefused, match="лицевой счёт"):
        write_payload(replace(ORDER, pers_acc=" "))


def test_a_purpose_has_at_most_160_characters() -> None:
    assert write_payload(replace(ORDER, purpose="p" * 160))
    with pytest.raises(PaymentCodeRefused, match="назначение платежа» длиннее 160"):
        write_payload(replace(ORDER, purpose="p" * 161))


def test_a_code_too_large_to_scan_is_refused() -> None:
    with pytest.raises(PaymentCodeRefused, match="не помещаются"):
        write_payload(replace(ORDER, purpose="Ж" * 160, quitt_id="Ж" * 60))


def test_values_with_every_separator_are_refused() -> None:
    with pytest.raises(PaymentCodeRefused, match="разделить"):
        write_payload(replace(ORDER, purpose=SEPARATORS))


def test_the_mandatory_block_may_have_300_bytes() -> None:
    fixed = len("|".join(f"{key}={value}" for key, value in MANDATORY.items()).encode())
    longest = PAYEE.name + "x" * (MAX_MANDATORY_BYTES - fixed)
    fullest = encode(MANDATORY | {"Name": longest}, encoding=Encoding.UTF8)
    assert len(fullest) == len("ST00012|") + MAX_MANDATORY_BYTES
    with pytest.raises(PaymentCodeRefused, match="слишком длинные"):
        encode(MANDATORY | {"Name": longest + "x"}, encoding=Encoding.UTF8)


@pytest.mark.parametrize("key", MANDATORY_KEYS[:-1])
def test_a_missing_mandatory_key_is_refused(key: str) -> None:
    with pytest.raises(PaymentCodeRefused, match="не указан"):
        encode({k: v for k, v in MANDATORY.items() if k != key}, encoding=Encoding.UTF8)


@pytest.mark.parametrize(
    "extra",
    [
        {"calc": "1"},
        {"NAME": "X"},
        {"Sum": "1.00"},
        {"Sum": "-1"},
        {"Sum": "1" * 19},
        {"CBC": "1" * 21},
    ],
)
def test_a_field_the_standard_does_not_allow_is_refused(extra: dict[str, str]) -> None:
    with pytest.raises(PaymentCodeRefused):
        encode(MANDATORY | extra, encoding=Encoding.UTF8)


def one_line(longest: int) -> st.SearchStrategy[str]:
    letters = st.sampled_from("АЯабвёяXyz 019«»\"'№=.-" + SEPARATORS)
    return st.text(letters | st.characters(codec="utf-8"), max_size=longest)


@given(
    name=one_line(60),
    purpose=one_line(70),
    quitt_id=one_line(18),
    kopecks=st.integers(1, 10**18 - 1),
    period=st.dates(date(1990, 1, 1), date(2099, 12, 1)),
    encoding=st.sampled_from(Encoding),
)
def test_a_written_code_reads_back_and_keeps_every_limit(
    *, name: str, purpose: str, quitt_id: str, kopecks: int, period: date, encoding: Encoding
) -> None:
    order = replace(
        ORDER,
        payee=replace(PAYEE, name=f"ООО {name}"),
        amount=Decimal(kopecks).scaleb(-2),
        period=period.replace(day=1),
        purpose=purpose,
        quitt_id=quitt_id,
    )
    try:
        raw = write_payload(order, encoding=encoding)
    except PaymentCodeRefused:
        return  # too long, or with every separator: tested above
    code = parse(raw)
    separator = raw[7:8].decode()
    assert len(raw) <= MAX_PAYLOAD_BYTES
    assert not any(separator in value for value in code.fields.values())
    assert raw == encode(code.fields, encoding=code.encoding)
    assert code.encoding.value == int(raw[6:7])
    assert (code.amount, code.period) == (order.amount, order.period)
