"""Places and parts of few accounts: what is shown leaves ten accounts or none."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.insight.hidden_places import (
    Key,
    PlaceCount,
    find_hidden_parts,
    find_hidden_places,
    is_hidden,
    place_houses,
)
from lib.domain.insight.privacy import FEWEST

HOUSES = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from("xy"), st.integers(1, 4)),
    st.integers(0, 30),
    max_size=10,
)
CELLS = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from("abcd")), st.integers(0, 25), max_size=12
)


def count_places(houses: dict[tuple[int, str, int], int]) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for key, count in houses.items():
        for depth in range(len(key) + 1):
            counts[key[:depth]] += count
    return counts


@given(HOUSES)
def test_what_is_left_of_a_place_without_its_shown_parts_has_ten_accounts_or_none(
    houses: dict[tuple[int, str, int], int],
) -> None:
    counts = count_places(houses)
    hidden = find_hidden_places(PlaceCount(key, count) for key, count in counts.items())

    shown = {key for key, count in counts.items() if count and not is_hidden(key, hidden)}
    for key in shown:
        parts = [part for part in shown if part[:-1] == key and part != key]
        left = counts[key] - sum(counts[part] for part in parts)
        assert counts[key] >= FEWEST
        # a place without parts is left as it is
        assert left == 0 or left >= FEWEST


def test_a_small_house_takes_the_next_smallest_with_it() -> None:
    houses = {(1, "x", 1): 3, (1, "x", 2): 12, (1, "x", 3): 40, (2, "y", 4): 50}
    counts = [PlaceCount(key, count) for key, count in count_places(houses).items()]

    assert find_hidden_places(counts) == {(1, "x", 1), (1, "x", 2)}


def test_all_of_a_hidden_street_is_hidden() -> None:
    houses = {(1, "x", 1): 4, (1, "y", 2): 12, (1, "z", 3): 40}
    counts = [PlaceCount(key, count) for key, count in count_places(houses).items()]

    hidden = find_hidden_places(counts)

    assert {key for key in hidden if len(key) == 2} == {(1, "x"), (1, "y")}
    assert is_hidden((1, "y", 2), hidden)
    assert not is_hidden((1, "z", 3), hidden)


def test_a_place_that_is_missing_in_a_month_hides_nothing_in_it() -> None:
    counts = [
        PlaceCount((), 60, 2),
        PlaceCount((1,), 5, 2),
        PlaceCount((2,), 12, 1),
        PlaceCount((3,), 40, 2),
    ]

    assert find_hidden_places(counts) == {(1,), (2,), (3,)}


@given(CELLS)
def test_a_part_is_not_had_from_the_parts_of_a_place_nor_from_other_places(
    cells: dict[tuple[int, str], int],
) -> None:
    counts: dict[Key, Counter[str]] = {(): Counter()}
    for (place, part), count in cells.items():
        counts.setdefault((place,), Counter())[part] += count
        counts[()][part] += count
    found = find_hidden_parts(counts, ())

    for key, known in counts.items():
        hidden = [count for part, count in known.items() if part in found[key] and count]
        assert all(
            count >= FEWEST for part, count in known.items() if part not in found[key] and count
        )
        if hidden and len(hidden) < len([count for count in known.values() if count]):
            assert len(hidden) > 1
            assert max(hidden) >= FEWEST
    for part, whole in counts[()].items():
        of_part = {key: known[part] for key, known in counts.items() if key and known[part]}
        hidden = [count for key, count in of_part.items() if part in found[key]]
        if whole and part not in found[()] and hidden and len(hidden) < len(of_part):
            assert len(hidden) > 1
            assert sum(hidden) >= FEWEST


def test_withheld_houses_are_one_house_or_one_street_or_one_organisation() -> None:
    houses = {1: (1, "x"), 2: (1, "x"), 3: (1, "y"), 4: (2, "z")}

    assert place_houses(houses, {2, 3, 4}) == {
        1: (1, "x", 1),
        2: (1, "x", 0),
        3: (1, "", 0),
        4: (0, "", 0),
    }
