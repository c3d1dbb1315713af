from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.payment_code.reader import PaymentCodeUnreadable, parse
from lib.domain.payment_code.writer import Encoding, encode, find_key
from lib.errors import PortalError

STANDARD_SAMPLE = (
    "ST00012|Name=ООО «Три кита»|PersonalAcc=40702810138250123017"
    '|BankName=ОАО "БАНК"|BIC=044525225|CorrespAcc=30101810400000000225'
    "|PayeeINN=6200098765|LastName=Иванов|FirstName=Иван|MiddleName=Иванович"
    "|Purpose=Оплата членского взноса|PayerAddress=г.Рязань ул.Ленина д.10 кв.15|Sum=100000"
)
BRIDGES = (
    'ST00012|Name=АНО "Танцующий Петербург"|PersonalAcc=40703810990200000032'
    '|BankName=ПАО "БАНК "САНКТ-ПЕТЕРБУРГ"|BIC=044030790|CorrespAcc=30101810900000000790'
    "|KPP=780201001|PayeeINN=7802532605"
    "|Purpose=Оплата за участие в Swing & Snow 2022 REG 6821320/1106|Sum=225000"
)
MIXED_CASE = (
    "ST00011|Name=ООО «УК ЭкоГрад»|PersonalAcc=40902830202010056769"
    "|BankName=ПАО СБЕРБАНК|BIC=048073601|CorrespAcc=30102110300320000206"
    "|PayeeINN=0524967340|persAcc=5018435412|payerAddress=ул.Ивана Спатара, д.14, кв.32"
    "|lastName=Иванов|firstName=Иван|middleName=Иванович|Sum=12351"
)
GAS_BILL = (
    'ST00011|Name=ООО "Газпром межрегионгаз Владимир"|PersonalAcc=40702810710020102692'
    "|BankName=Владимирское отделение N8611 ПАО Сбербанк|BIC=041708602"
    "|CorrespAcc=30101810000000000602|PayeeINN=3328415442|KPP=775050001"
    "|PersAcc=000000000001|LastName=Примеров|FirstName=Пример|MiddleName=Примерович"
    "|PayerAddress=г. Примерск, ул. Примерная, д. 1, кв. 1|PaymPeriod=0120|Sum=14212"
)
OTHER_SEPARATOR = (
    "ST00012#Name=ООО «Три кита»#PersonalAcc=40702810138250123017"
    '#BankName=ОАО | "БАНК"#BIC=044525225#CorrespAcc=30101810400000000225#'
)
MANDATORY_ONLY = (
    "ST00012|Name=ИП Примеров Пример Примерович|PersonalAcc=40802810700020000317"
    "|BankName=ОАО АКБ «АВАНГАРД»|BIC=044525201|CorrespAcc=30101810000000000201"
)
BAD_KEYS = (
    "ST00012|Name=X|PersonalAcc=12345678901234567890"
    "|BankName=Y|BIC=044525225|CorrespAcc=30101810400000000601|"
)
VECTORS = [
    STANDARD_SAMPLE,
    BRIDGES,
    MIXED_CASE,
    GAS_BILL,
    OTHER_SEPARATOR,
    MANDATORY_ONLY,
    BAD_KEYS,
]


def written(text: str) -> bytes:
    return text.encode(Encoding(int(text[6])).codec)


def split(text: str) -> dict[str, str]:
    """Split a sample in the simplest possible way."""
    pairs = dict(pair.split("=", 1) for pair in text[8:].rstrip(text[7]).split(text[7]))
    return {find_key(key) or key: value for key, value in pairs.items()}


@pytest.mark.parametrize("text", VECTORS)
def test_every_known_sample_is_read(text: str) -> None:
    code = parse(written(text))
    assert code.version == "0001"
    assert code.encoding is Encoding(int(text[6])) or text is BAD_KEYS
    assert dict(code.fields) == split(text)


@pytest.mark.parametrize(
    "text", [STANDARD_SAMPLE, BRIDGES, GAS_BILL, OTHER_SEPARATOR, MANDATORY_ONLY]
)
def test_every_known_sample_is_written_byte_for_byte(text: str) -> None:
    raw = written(text.rstrip(text[7]))
    assert encode(split(text), encoding=Encoding(int(text[6]))) == raw


@pytest.mark.parametrize("text", [MIXED_CASE, BAD_KEYS])
def test_a_sample_with_oddities_is_written_in_canonical_form(text: str) -> None:
    raw = encode(split(text), encoding=Encoding(int(text[6])))
    assert raw.decode(Encoding(int(text[6])).codec).lower() == text.rstrip(text[7]).lower()


def test_the_sample_of_the_standard_has_the_sizes_known() -> None:
    assert len(STANDARD_SAMPLE) == 283
    assert len(STANDARD_SAMPLE.encode()) == 359
    raw = encode(split(STANDARD_SAMPLE), encoding=Encoding.CP1251)
    assert len(raw) == 283
    assert dict(parse(raw).fields) == split(STANDARD_SAMPLE)


@pytest.mark.parametrize("encoding", Encoding)
def test_the_sample_of_bridges_is_read_in_every_encoding(encoding: Encoding) -> None:
    raw = encode(split(BRIDGES), encoding=encoding)
    assert raw == (BRIDGES[:6] + str(encoding.value) + BRIDGES[7:]).encode(encoding.codec)
    assert parse(raw).encoding is encoding
    assert dict(parse(raw).fields) == split(BRIDGES)


def test_the_sum_is_given_in_roubles() -> None:
    assert parse(written(GAS_BILL)).amount == Decimal("142.12")
    assert parse(written(STANDARD_SAMPLE)).amount == Decimal(1000)
    assert parse(written(MANDATORY_ONLY)).amount is None


@pytest.mark.parametrize("value", ["126.93", "126 руб", "126руб", "-1", "1" * 19, "²"])
def test_a_sum_that_is_not_kopecks_is_no_amount(value: str) -> None:
    code = parse(f"{MANDATORY_ONLY}|Sum={value}".encode())
    assert code.amount is None
    assert code.fields["Sum"] == value


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("10.2014", date(2014, 10, 1)),
        ("2014-10", date(2014, 10, 1)),
        ("201410", date(2014, 10, 1)),
        ("199912", date(1999, 12, 1)),
        ("102014", date(2014, 10, 1)),
        ("122020", date(2020, 12, 1)),
        ("012020", date(2020, 1, 1)),
        ("0120", date(2020, 1, 1)),
        ("1299", date(2099, 12, 1)),
        ("62015", date(2015, 6, 1)),
        ("132014", None),
        ("1320", None),
        ("02015", None),
        ("201400", None),
        ("010020", None),
        ("01.1989", None),
        ("октябрь", None),
        ("10/2014", None),
    ],
)
def test_a_period_is_read_in_every_known_form(text: str, period: date | None) -> None:
    assert parse(f"{MANDATORY_ONLY}|PaymPeriod={text}".encode()).period == period


def test_a_sample_without_a_period_has_none() -> None:
    assert parse(written(MANDATORY_ONLY)).period is None
    assert parse(written(GAS_BILL)).period == date(2020, 1, 1)


def test_unknown_keys_and_empty_values_are_left_out() -> None:
    odd = "|KaznPersonalAcc=1|calc=2|CounterName_1=ХВС|Purpose=|KPP=null|СВС=3|без знака|=4"
    assert dict(parse(f"{MANDATORY_ONLY}{odd}".encode()).fields) == split(MANDATORY_ONLY)


def test_a_value_may_hold_the_equals_sign() -> None:
    assert parse(f"{MANDATORY_ONLY}|Purpose=а=б=в".encode()).fields["Purpose"] == "а=б=в"


def test_of_a_repeated_key_the_first_counts() -> None:
    assert parse(f"{MANDATORY_ONLY}|Sum=100|sum=900".encode()).amount == Decimal(1)


@pytest.mark.parametrize("empty", ["", "0", "null"])
def test_a_bank_may_have_no_correspondent_account(empty: str) -> None:
    text = MANDATORY_ONLY.replace("30101810000000000201", empty)
    assert parse(text.encode()).fields["CorrespAcc"] == "0"


def test_the_fields_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        parse(written(BRIDGES)).fields["Sum"] = "1"  # type: ignore[index]  # that is the point


@pytest.mark.parametrize("text", [STANDARD_SAMPLE, BRIDGES, MANDATORY_ONLY, GAS_BILL])
@pytest.mark.parametrize("actual", [Encoding.UTF8, Encoding.CP1251])
def test_stray_bytes_after_the_last_value_are_trimmed(text: str, actual: Encoding) -> None:
    header = text[:6] + str(actual.value)
    raw = (header + text[7:]).encode(actual.codec) + b"\xa7\n"
    assert dict(parse(raw).fields) == split(text)


@pytest.mark.parametrize("declared", Encoding)
def test_utf8_is_recognised_under_any_header(declared: Encoding) -> None:
    raw = (BRIDGES[:6] + str(declared.value) + BRIDGES[7:]).encode()
    assert parse(raw).encoding is Encoding.UTF8
    assert dict(parse(raw).fields) == split(BRIDGES)


def test_cp1251_is_recognised_under_the_header_of_utf8() -> None:
    code = parse(STANDARD_SAMPLE.encode("cp1251"))
    assert code.encoding is Encoding.CP1251
    assert dict(code.fields) == split(STANDARD_SAMPLE)


def test_text_in_no_known_encoding_is_still_read() -> None:
    # 0x98 is no character of cp1251, and nothing else here is Cyrillic in KOI8-R.
    raw = BAD_KEYS.replace("ST00012", "ST00011").encode() + b"Purpose=a\x98b|Sum=5"
    code = parse(raw)
    assert code.encoding is Encoding.CP1251
    assert code.fields["Purpose"] == "a\ufffdb"
    assert code.amount == Decimal("0.05")


NEGATIVE = [
    (MANDATORY_ONLY.replace("ST00012", "SA00012"), "ГОСТ Р 56042-2014"),
    (MANDATORY_ONLY.replace("ST00012", "ST00022"), "версия"),
    (MANDATORY_ONLY.replace("ST00012", "ST00010"), "кодировка"),
    (MANDATORY_ONLY.replace("ST00012", "ST00014"), "кодировка"),
    ("", "ГОСТ"),
    ("ST", "версия"),
    ("ST0001", "кодировка"),
    ("ST00012", "разделителя"),
    (MANDATORY_ONLY.replace("|", "x"), "разделителя"),
    ("ST00012|", "наименование получателя"),
    ("https://qr.nspk.ru/AS1000000000000000000000000000000", "ГОСТ"),
    (
        MANDATORY_ONLY.replace("|Name=ИП Примеров Пример Примерович", ""),
        "наименование получателя",
    ),
    (MANDATORY_ONLY.replace("|PersonalAcc=40802810700020000317", ""), "расчётный счёт"),
    (MANDATORY_ONLY.replace("|BankName=ОАО АКБ «АВАНГАРД»", ""), "наименование банка"),
    (MANDATORY_ONLY.replace("|BIC=044525201", ""), "БИК"),
    (MANDATORY_ONLY.replace("|CorrespAcc=30101810000000000201", ""), "корреспондентский"),
    (MANDATORY_ONLY.replace("ИП Примеров Пример Примерович", "И" * 161), "длиннее 160"),
    (MANDATORY_ONLY.replace("40802810700020000317", "4080281070002000031"), "20 цифр"),
    (MANDATORY_ONLY.replace("ОАО АКБ «АВАНГАРД»", "А" * 46), "длиннее 45"),
    (MANDATORY_ONLY.replace("044525201", "04452520"), "9 цифр"),
    (MANDATORY_ONLY + "0", "корреспондентский"),
]


@pytest.mark.parametrize(("text", "words"), NEGATIVE)
def test_a_broken_code_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(PaymentCodeUnreadable, match=words) as refusal:
        parse(text.encode())
    assert isinstance(refusal.value, PortalError)


@given(
    st.binary(max_size=80),
    st.sampled_from([b"", b"ST00011|", b"ST00012#", MANDATORY_ONLY.encode()]),
)
def test_no_bytes_break_the_reader(tail: bytes, head: bytes) -> None:
    try:
        code = parse(head + tail)
    except PaymentCodeUnreadable:
        return
    assert set(split(MANDATORY_ONLY)) <= set(code.fields)


@given(st.text(max_size=40), st.sampled_from(["Sum", "PaymPeriod", "Purpose", "PersAcc"]))
def test_no_value_breaks_the_reader(value: str, key: str) -> None:
    raw = f"{MANDATORY_ONLY}|{key}={value}".encode("utf-8", "replace")
    assert parse(raw).fields["BIC"] == "044525201"
