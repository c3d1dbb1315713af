"""Cleaning typed texts."""

import pytest

from lib.domain.texts import TextRefused, clean_line, clean_text


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  кран \t течёт\r\nвторой день ", "кран течёт второй день"),
        ("5\u00a0000 ₽", "5 000 ₽"),
        ("об\u00adращение", "обращение"),
        ("при\u200bвет", "привет"),
        ("в\u202eтак", "втак"),
        ("звук\u0000\u0007", "звук"),
        ("👩\u200d👧 дома", "👩\u200d👧 дома"),
        (" \u200b\n ", ""),
    ],
)
def test_a_line_has_only_visible_characters(typed: str, line: str) -> None:
    assert clean_line(typed) == line


def test_a_text_keeps_its_lines() -> None:
    assert clean_text("\n  первая\r\nвторая\r\tтретья\u00a0\x00\n") == "первая\nвторая\n\tтретья"


def test_a_text_is_normalized() -> None:
    assert clean_text("и\u0306") == "й"


def test_the_length_limit_applies_to_the_cleaned_text() -> None:
    assert clean_line("  " + "я" * 5 + "  ", longest=5) == "я" * 5

    with pytest.raises(TextRefused, match="до 5 знаков"):
        clean_line("я" * 6, longest=5)
    with pytest.raises(TextRefused, match="до 5 знаков"):
        clean_text("я\nя\nя\nя", longest=5)
