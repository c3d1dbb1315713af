"""Days in runs: at least ten accounts behind each, inside of ten days or whole ten days."""

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.insight import runs
from lib.domain.insight.privacy import FEWEST
from lib.domain.insight.runs import Payers, Run

PAYERS = st.builds(Payers, st.integers(0, 30), st.sampled_from([0, 0, 0, 4, 12]))
DAYS = st.dictionaries(st.integers(1, 31), PAYERS)


def divide(days: dict[int, Payers], *, last: int = 31) -> tuple[Run, ...]:
    thirds = [
        Payers(
            sum(paid.accounts for day, paid in days.items() if first <= day <= end),
            sum(paid.others for day, paid in days.items() if first <= day <= end),
        )
        for first, end in runs.THIRDS
    ]
    return runs.divide_month(days, thirds, last=last)


@given(DAYS)
def test_enough_accounts_stand_behind_every_run(days: dict[int, Payers]) -> None:
    found = divide(days)

    for run in found:
        inside = [days.get(day, Payers(0, 0)) for day in range(run.first, run.last + 1)]
        assert all(
            count == 0 or count >= FEWEST
            for count in (sum(paid.accounts for paid in inside), sum(p.others for p in inside))
        )


@given(DAYS, st.integers(1, 31))
def test_runs_cover_the_days_that_have_come_and_cut_no_ten_days(
    days: dict[int, Payers], last: int
) -> None:
    found = divide({day: paid for day, paid in days.items() if day <= last}, last=last)

    if found:
        covered = [day for run in found for day in range(run.first, run.last + 1)]
        assert covered == list(range(1, last + 1))
        begins = {first for first, _ in runs.THIRDS}
        ends = {min(end, last) for _, end in runs.THIRDS}
        for run in found:
            is_inside = any(first <= run.first <= run.last <= end for first, end in runs.THIRDS)
            assert is_inside or (run.first in begins and run.last in ends)


def test_few_on_a_day_join_the_next_or_the_last_days() -> None:
    days = {day: Payers(20, 0) for day in range(1, 32)} | {3: Payers(4, 0), 31: Payers(1, 0)}

    found = divide(days)

    assert Run(3, 4, 20) in found
    assert found[-1] == Run(30, 31, 20)
    assert found[-1].name == "30–31-е"


def test_few_around_the_place_join_days_too() -> None:
    days = {day: Payers(20, 15) for day in range(1, 32)} | {5: Payers(20, 2)}

    assert Run(5, 6, 20) in divide(days)


def test_few_in_ten_days_join_the_ten_days_before() -> None:
    days = {day: Payers(20, 0) for day in range(1, 16)} | {25: Payers(4, 0)}

    found = divide(days)

    assert found[-1] == Run(11, 31, 100)
    assert found[9] == Run(10, 10, 20)


def test_few_in_the_month_show_nothing() -> None:
    assert divide({15: Payers(4, 0)}) == ()
