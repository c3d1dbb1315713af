import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import requisites

VALID_ACCOUNTS = [
    ("044525225", "40702810138250123017"),
    ("044030653", "40702810455000024248"),
    ("044030790", "40703810990200000032"),
    ("044525201", "40802810700020000317"),
    ("043807330", "40703810416020000062"),
    ("041708602", "40702810710020102692"),
    ("040033685", "40647859100000003330"),
    ("044712578", "50300807000000002104"),
    ("044525593", "40817810009980084396"),
    ("044525974", "40817810400030269771"),
    ("047599999", "40702810300000000042"),
]
INVALID_ACCOUNTS = [
    ("044712576", "50300807000003002104"),
    ("048073601", "40902830202010056769"),
    ("044525225", "12345678901234567890"),
]
VALID_CORR_ACCOUNTS = [
    ("044525974", "30101810145250000974"),
    ("044525225", "30101810400000000225"),
    ("044030790", "30101810900000000790"),
    ("041708602", "30101810000000000602"),
    ("044525201", "30101810000000000201"),
    ("047599999", "30101810300000000999"),
]
INVALID_CORR_ACCOUNTS = [
    ("044525225", "30101810965770000413"),
    ("048073601", "30102110300320000206"),
    ("044525225", "30101810400000000601"),
]
MALFORMED_ACCOUNTS = [
    "",
    "0",
    "4070281030000000004",
    "407028103000000000420",
    "4070281030000000004x",
]
VALID_INNS = [
    "1654019570",
    "6311095616",
    "7802895380",
    "7802532605",
    "3328415442",
    "7445020452",
    "7707083893",
    "500110474504",
    "667220109459",
    "662707160737",
    "7400000008",
]
INVALID_INNS = [
    "1234567810",
    "6200098765",
    "0524967340",
    "7701234567",
    "7791815382",
    "500110474556",
    "397144170672",
    "0000000000",
    "000000000000",
    "770708389",
    "77070838933",
    "770708389a",
]


@pytest.mark.parametrize(("bic", "account"), VALID_ACCOUNTS)
def test_a_valid_account_matches_its_bank(bic: str, account: str) -> None:
    assert requisites.is_account_key_valid(bic, account)


@pytest.mark.parametrize(("bic", "account"), INVALID_ACCOUNTS)
def test_an_account_with_a_wrong_key_does_not_match(bic: str, account: str) -> None:
    assert requisites.is_account_well_formed(bic, account)
    assert not requisites.is_account_key_valid(bic, account)


@pytest.mark.parametrize(("bic", "account"), VALID_CORR_ACCOUNTS)
def test_a_valid_correspondent_account_matches_its_bank(bic: str, account: str) -> None:
    assert requisites.is_corr_account_key_valid(bic, account)


@pytest.mark.parametrize(("bic", "account"), INVALID_CORR_ACCOUNTS)
def test_a_correspondent_account_with_a_wrong_key_does_not_match(bic: str, account: str) -> None:
    assert not requisites.is_corr_account_key_valid(bic, account)


@pytest.mark.parametrize(("bic", "account"), VALID_ACCOUNTS)
@pytest.mark.parametrize("place", [0, 7, 10, 19])
def test_one_mistyped_digit_is_noticed(bic: str, account: str, place: int) -> None:
    other = str(int(account[place]) % 9 + 1)
    mistyped = account[:place] + other + account[place + 1 :]
    assert mistyped != account
    assert not requisites.is_account_key_valid(bic, mistyped)


def test_a_clearing_letter_counts_as_its_place_in_the_list() -> None:
    for index, letter in enumerate("ABCEHKMPTX"):
        for key in "0123456789":
            with_digit = f"40702{index}10{key}00000000042"
            with_letter = f"40702{letter}10{key}00000000042"
            assert requisites.is_account_key_valid(
                "047599999", with_letter
            ) == requisites.is_account_key_valid("047599999", with_digit)
    assert requisites.is_account_key_valid("047599999", "40702P10000000000042") == (
        requisites.is_account_key_valid("047599999", "40702710000000000042")
    )


def test_a_letter_is_allowed_only_in_the_sixth_place() -> None:
    assert not requisites.is_account_well_formed("047599999", "4070A810300000000042")
    assert not requisites.is_account_well_formed("047599999", "40702D10300000000042")


def test_the_treasury_has_no_keys() -> None:
    assert requisites.is_account_key_valid("017599999", "03224643750000000042")
    assert requisites.is_corr_account_key_valid("017599999", "40102810000000000042")
    assert not requisites.is_account_key_valid("017599999", "0322464375000000004")


def test_only_a_treasury_account_begins_with_zero() -> None:
    assert not requisites.is_account_well_formed("047599999", "03224643750000000042")


@pytest.mark.parametrize("account", MALFORMED_ACCOUNTS)
def test_a_malformed_account_is_not_valid(account: str) -> None:
    assert not requisites.is_account_key_valid("047599999", account)
    assert not requisites.is_corr_account_key_valid("047599999", account)


@pytest.mark.parametrize("bic", ["047599999", "017599999", "004525225"])
def test_a_bic_begins_with_04_01_or_00(bic: str) -> None:
    assert requisites.is_bic_valid(bic)


@pytest.mark.parametrize(
    "bic",
    [
        "",
        "04759999",
        "0475999990",
        "024525225",
        "144525225",
        "04759999x",
        "٠٤٧٥٩٩٩٩٩",
        "047599999\n",
    ],
)
def test_another_bic_is_not_valid(bic: str) -> None:
    assert not requisites.is_bic_valid(bic)
    assert not requisites.is_account_key_valid(bic, "40702810300000000042")


@pytest.mark.parametrize("inn", VALID_INNS)
def test_a_real_inn_is_valid(inn: str) -> None:
    assert requisites.is_inn_valid(inn)


@pytest.mark.parametrize("inn", INVALID_INNS)
def test_a_wrong_inn_is_not_valid(inn: str) -> None:
    assert not requisites.is_inn_valid(inn)


def test_a_kpp_has_nine_places_of_which_two_may_be_letters() -> None:
    assert requisites.is_kpp_valid("740001001")
    assert requisites.is_kpp_valid("7400AB001")
    assert not requisites.is_kpp_valid("74000100")
    assert not requisites.is_kpp_valid("7400ab001")
    assert not requisites.is_kpp_valid("A40001001")


def test_an_ogrn_ends_with_its_control_digit() -> None:
    assert requisites.is_ogrn_valid("1027700132195")  # a well-known bank
    assert requisites.is_ogrn_valid("315740000000003")
    assert not requisites.is_ogrn_valid("1027700132196")
    assert not requisites.is_ogrn_valid("315740000000004")
    assert not requisites.is_ogrn_valid("10277001321950")
    assert not requisites.is_ogrn_valid("0000000000000")


@given(st.text(max_size=24), st.text(max_size=24))
def test_no_text_breaks_a_check(bic: str, text: str) -> None:
    answers = (
        requisites.is_bic_valid(bic),
        requisites.is_account_key_valid(bic, text),
        requisites.is_corr_account_key_valid(bic, text),
        requisites.is_inn_valid(text),
        requisites.is_kpp_valid(text),
        requisites.is_ogrn_valid(text),
    )
    assert all(isinstance(answer, bool) for answer in answers)


@given(st.from_regex(r"\A04[0-9]{7}\Z"), st.from_regex(r"\A[1-9][0-9]{19}\Z"))
def test_exactly_one_key_digit_fits_an_account(bic: str, account: str) -> None:
    keyed = [f"{account[:8]}{key}{account[9:]}" for key in "0123456789"]
    assert sum(requisites.is_account_key_valid(bic, each) for each in keyed) == 1
