"""Personal data is starred before it leaves the server."""

from collections.abc import Callable

import pytest

from lib.domain import address, masking


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("Муравьев", "Сергей", "Иванович"), "Муравьев Сергей **** вич"),
        (("Муравьев", "Сергей", "Ильич"), "Муравьев Сергей ****"),
        (("Муравьев", "Сергей", None), "Муравьев Сергей"),
        ((None, None, None), None),
    ],
)
def test_payer_keeps_the_end_of_the_patronymic_alone(
    names: tuple[str | None, str | None, str | None], shown: str | None
) -> None:
    assert masking.payer(*names) == shown


def test_address_is_one_line() -> None:
    written = address.line(
        city="Магнитогорск",
        street="ул. Гражданская",
        house="12/1",
        building="2А",
        premise="154",
        kind="flat",
    )

    assert written == "Магнитогорск, ул. Гражданская, д. 12/1, корп. 2А, кв. 154"


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masking.surname, "Муравьев", "Му***"),
        (masking.surname, None, ""),
        (masking.email, "ivan@domain.ru", "i***@d***.ru"),
        (masking.email, "a@b.c.example.org", "a***@b***.org"),
        (masking.email, "ivan@localhost", "***"),
        (masking.email, "@domain.ru", "***"),
        (masking.phone, "+7 351 900-12-34", "+7 *** ***-12-34"),
        (masking.phone, "83519001234", "+7 *** ***-12-34"),
        (masking.phone, "900-12-34", "*** ***-12-34"),
        (masking.phone, "112", "***"),
        (masking.login, "Муравьев", "Му***"),
        (masking.login, " ivan@domain.ru ", "i***@d***.ru"),
        (masking.login, "+7 351 900-12-34", "+7 *** ***-12-34"),
        (masking.login, "кот", "***"),
        (masking.login, "", "***"),
        (masking.patronymic, "Иванович", "**** вич"),
        (masking.patronymic, "Ильич", "****"),
    ],
)
def test_what_others_see_is_starred(
    mask: Callable[[str | None], str], value: str | None, shown: str
) -> None:
    assert mask(value) == shown


def test_a_stranger_is_two_letters_and_an_initial() -> None:
    assert masking.stranger("Муравьев", "Сергей") == "Му*** С."
    assert masking.stranger(None, None) == ""
