"""The texts of a payment."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lib.domain.payments import payment
from lib.domain.payments.payment import Payment, Share

D = Decimal
PAID = Payment(
    paid_on=dt.date(2014, 9, 18),
    month=dt.date(2014, 9, 1),
    amount=D("123.45"),
    channel="bank",
    source=None,
    is_reversal=False,
    reverses=None,
    returned=None,
    shares=(Share("Жилищные", D("123.45")),),
)


@pytest.mark.parametrize(
    ("changed", "mark"),
    [
        ({}, ""),
        ({"returned": D("123.45")}, "отменён"),
        ({"returned": D("23.45")}, "отменён частично: 23,45"),
        (
            {"is_reversal": True, "reverses": dt.date(2014, 9, 18), "amount": D("-5.00")},
            "отмена платежа от 18.09.2014",
        ),
        ({"is_reversal": True, "amount": D("-5.00")}, "отмена"),
    ],
)
def test_a_reversal_is_marked_on_both_sides(changed: dict[str, object], mark: str) -> None:
    assert replace(PAID, **changed).mark == mark  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ((), "ещё не распределён"),
        ((Share("Жилищные", D("123.45")),), "Жилищные 123,45"),
        (
            (Share("Вода", D("100.00")), Share("Жилищные", D("20.00"))),
            "Вода 100,00; Жилищные 20,00; не распределено 3,45",
        ),
    ],
)
def test_shares_are_listed_to_the_kopeck(shares: tuple[Share, ...], sentence: str) -> None:
    assert replace(PAID, shares=shares).spreading.replace("\N{NO-BREAK SPACE}", " ") == sentence


def test_parts_of_one_group_are_one_share() -> None:
    parts = [("Вода", D(1)), ("Тепло", D(2)), ("Вода", D("0.50")), (None, D(7)), ("Лифт", None)]

    assert payment.sum_shares(parts) == (Share("Вода", D("1.50")), Share("Тепло", D(2)))


@pytest.mark.parametrize(
    ("channel", "source", "way"),
    [
        ("cash", None, "наличные"),
        ("online", "Портал", "онлайн · Портал"),
        ("teleport", None, "teleport"),
    ],
)
def test_the_channel_is_named_in_russian(channel: str, source: str | None, way: str) -> None:
    assert replace(PAID, channel=channel, source=source).way == way


def test_a_reversal_takes_its_sum_from_the_total() -> None:
    assert payment.sum_payments([PAID, replace(PAID, amount=D("-23.45"))]) == D("100.00")
    assert payment.sum_payments([]) == 0
