"""What a payment closes: every kopeck, the oldest debt first."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.payments.closing import Closing, Tranche, close_debt, split_debt

OCTOBER, SEPTEMBER = dt.date(2014, 10, 1), dt.date(2014, 9, 1)
D = Decimal
kopecks = st.integers(min_value=0, max_value=10**7).map(lambda n: Decimal(n) / 100)
signed = st.integers(min_value=-(10**7), max_value=10**7).map(lambda n: Decimal(n) / 100)
months = st.dictionaries(st.integers(1, 12).map(lambda m: dt.date(2014, m, 1)), signed)


def test_the_debt_is_what_was_charged_last() -> None:
    charged = [(SEPTEMBER, D(100)), (OCTOBER, D(70))]

    assert split_debt(D(120), charged=charged) == (
        Tranche(SEPTEMBER, D(50)),
        Tranche(OCTOBER, D(70)),
    )
    assert split_debt(D(60), charged=charged) == (Tranche(OCTOBER, D(60)),)
    assert split_debt(D(200), charged=charged)[0] == Tranche(None, D(30))
    assert split_debt(D(-5), charged=charged) == ()


def test_a_penalty_is_closed_last_and_the_rest_is_an_advance() -> None:
    owed = split_debt(D(75), charged=[(OCTOBER, D(70))], penalty=D(5))

    assert close_debt(D(72), owed=owed).tranches[-1] == Tranche(None, D(2), is_penalty=True)
    assert close_debt(D(80), owed=owed).advance == D(5)
    assert close_debt(D(0), owed=owed) == Closing((), D(0))


@given(signed, months, kopecks, kopecks)
def test_every_kopeck_is_assigned(
    owed: Decimal, charged: dict[dt.date, Decimal], penalty: Decimal, paid: Decimal
) -> None:
    split = split_debt(owed, charged=charged.items(), penalty=penalty)
    assert sum((tranche.amount for tranche in split), D(0)) == max(owed, D(0))
    assert all(tranche.amount > 0 for tranche in split)

    closed = close_debt(paid, owed=split)

    assert closed.amount == paid
    assert closed.advance == max(D(0), paid - max(owed, D(0)))
    # oldest first: every closed month but the last is closed completely
    assert all(a == b for a, b in zip(closed.tranches[:-1], split, strict=False))
    known = [tranche.period for tranche in closed.tranches if tranche.period]
    assert known == sorted(known)
