"""Few accounts are not shown: the rule itself, on random cities, against subtraction."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.insight import privacy
from lib.domain.insight.answers import Column, Line, Table, Unit
from lib.domain.insight.privacy import FEWEST, HouseCount

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 60))
CITIES = st.lists(
    st.builds(
        HouseCount,
        organization=st.integers(1, 3),
        street=st.sampled_from("xyz"),
        house=st.integers(1, 1),
        accounts=st.integers(0, 40),
    ),
    max_size=12,
)


@given(COUNTS)
def test_what_is_withheld_cannot_be_had_from_the_total(counts: dict[str, int]) -> None:
    withheld = privacy.find_withheld(counts)

    shown = set(counts) - withheld
    assert all(counts[name] >= FEWEST or counts[name] == 0 for name in shown)
    together = sum(counts[name] for name in withheld)
    if withheld and any(counts[name] for name in shown):
        assert together >= FEWEST
        assert len(withheld) >= 2


@given(COUNTS)
def test_the_order_of_the_counts_changes_nothing(counts: dict[str, int]) -> None:
    turned = dict(reversed(counts.items()))

    assert privacy.find_withheld(turned) == privacy.find_withheld(counts)


def test_a_house_is_withheld_in_all_months_or_in_none() -> None:
    # in one month the fourth house hides behind the second, before it was built behind the third
    houses = [HouseCount(1, "x", key, count) for key, count in ((2, 10), (3, 11), (4, 1), (5, 40))]

    assert privacy.find_withheld_houses(houses) == {2, 4}
    assert privacy.find_always_withheld(houses, [[3, 4, 5], [2, 3, 4, 5]]) == {2, 3, 4}


@given(CITIES)
def test_no_house_street_or_organisation_of_few_accounts_is_shown(city: list[HouseCount]) -> None:
    houses = [house._replace(house=number) for number, house in enumerate(city)]
    withheld = privacy.find_withheld_houses(houses)

    for depth in (1, 2, 3):
        shown: defaultdict[object, int] = defaultdict(int)
        hidden: defaultdict[object, int] = defaultdict(int)
        for house in houses:
            parts = (house.organization, house.street, house.house)
            if house.house in withheld:
                hidden[parts[: depth - 1]] += house.accounts
            else:
                shown[parts[:depth]] += house.accounts
        # what is shown is large, and so is what is left of the whole
        assert all(count >= FEWEST for count in shown.values() if count)
        for part, count in hidden.items():
            inside = [
                key
                for key, shown_count in shown.items()
                if shown_count and isinstance(key, tuple) and key[: depth - 1] == part
            ]
            if inside and count and depth > 1:
                assert count >= FEWEST


def test_lines_of_few_accounts_are_added_up_with_the_next_smallest() -> None:
    column = Column("Сумма", Unit.MONEY, lambda values: values[0])
    lines = tuple(
        Line(name, (Decimal(amount),), accounts)
        for name, amount, accounts in (("a", 5, 3), ("b", 70, 12), ("c", 900, 90))
    )

    table = privacy.withhold_lines(Table("Что", (column,), lines))

    assert [line.name for line in table.lines] == ["c"]
    assert table.withheld is not None
    assert table.withheld.values == (Decimal(75),)
    assert table.withheld.accounts == 15


def test_a_table_of_few_accounts_alone_shows_nothing_and_no_total() -> None:
    column = Column("Сумма", Unit.MONEY, lambda values: values[0])
    total = Line("Всего", (Decimal(5),), 3)

    table = privacy.withhold_lines(
        Table("Что", (column,), (Line("a", (Decimal(5),), 3),), total=total)
    )

    assert (table.lines, table.withheld, table.total) == ((), None, None)
