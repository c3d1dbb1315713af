"""Changes in tables of analysts: their colour says whether they are good."""

from decimal import Decimal

import pytest

from lib.domain.insight.answers import Unit
from lib.ui.insight import cells


@pytest.mark.parametrize(
    ("value", "is_good", "mark"),
    [
        ("0.013", True, "kb-better"),
        ("-0.013", True, "kb-worse"),
        ("0.013", False, "kb-worse"),
        ("0.0004", True, ""),  # written as «0 п. п.»
        ("-0.0004", True, ""),
        ("0.013", None, ""),
    ],
)
def test_a_change_that_is_written_as_nothing_has_no_colour(
    value: str, is_good: bool | None, mark: str
) -> None:
    cell = cells.build_cell(Decimal(value), Unit.POINTS, is_good=is_good)

    assert (f'class="{mark}"' in cell) == bool(mark)
    assert ("<span" in cell) == bool(mark)
