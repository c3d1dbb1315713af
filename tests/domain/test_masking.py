"""Personal data is starred before it leaves the server."""

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
