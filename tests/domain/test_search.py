"""Normalising words for the search."""

import pytest

from lib.domain.search import cut_ending, fold_letters


def test_letters_are_folded() -> None:
    assert fold_letters("Ёлка И ЕЛЬ") == "елка и ель"


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("квитанцию", "квитанц"),
        ("вода", "вода"),
        ("водой", "водо"),
        ("2014", "2014"),
        ("кв12а", "кв12а"),
        ("", ""),
    ],
)
def test_an_ending_is_cut_but_a_stem_stays(word: str, stem: str) -> None:
    assert cut_ending(word, letters=2, shortest=4) == stem
