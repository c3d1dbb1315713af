"""Personal data is masked before it leaves the server."""

from collections.abc import Callable

import pytest

from lib.domain import address, masking


@pytest.mark.parametrize(
    ("names", "masked"),
    [
        (("Муравьев", "Сергей", "Иванович"), "Муравьев Сергей **** вич"),
        (("Муравьев", "Сергей", "Ильич"), "Муравьев Сергей ****"),
        (("Муравьев", "Сергей", None), "Муравьев Сергей"),
        ((None, None, None), None),
    ],
)
def test_a_payers_patronymic_keeps_only_its_ending(
    names: tuple[str | None, str | None, str | None], masked: str | None
) -> None:
    assert masking.mask_payer(*names) == masked


def test_address_is_one_line() -> None:
    written = address.format_address(
        city="Магнитогорск",
        street="ул. Гражданская",
        house="12/1",
        building="2А",
        premise="154",
        kind="flat",
    )

    assert written == "Магнитогорск, ул. Гражданская, д. 12/1, корп. 2А, кв. 154"


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (masking.mask_surname, "Муравьев", "Му***"),
        (masking.mask_surname, None, ""),
        (masking.mask_email, "ivan@domain.ru", "i***@d***.ru"),
        (masking.mask_email, "a@b.c.example.org", "a***@b***.org"),
        (masking.mask_email, "ivan@localhost", "***"),
        (masking.mask_email, "@domain.ru", "***"),
        (masking.mask_emails, "a = b@c.ru, @ d", "a = b***@c***.ru, @ d"),
        (masking.mask_phone, "+7 351 900-12-34", "+7 *** ***-12-34"),
        (masking.mask_phone, "83519001234", "+7 *** ***-12-34"),
        (masking.mask_phone, "900-12-34", "*** ***-12-34"),
        (masking.mask_phone, "112", "***"),
        (masking.mask_login, "Муравьев", "Му***"),
        (masking.mask_login, " ivan@domain.ru ", "i***@d***.ru"),
        (masking.mask_login, "+7 351 900-12-34", "+7 *** ***-12-34"),
        (masking.mask_login, "кот", "***"),
        (masking.mask_login, "", "***"),
        (masking.mask_patronymic, "Иванович", "**** вич"),
        (masking.mask_patronymic, "Ильич", "****"),
    ],
)
def test_what_others_see_is_masked(
    mask: Callable[[str | None], str], value: str | None, masked: str
) -> None:
    assert mask(value) == masked


def test_an_unknown_name_is_two_letters_and_an_initial() -> None:
    assert masking.mask_name("Муравьев", "Сергей") == "Му*** С."
    assert masking.mask_name(None, None) == ""
