"""How figures of analysts are written."""

from decimal import Decimal

from lib.domain.insight import figures

GAP = "\N{NO-BREAK SPACE}"


def test_sums_that_would_look_the_same_are_written_in_roubles() -> None:
    near = [Decimal("2196314.40"), Decimal("2214005.90")]

    assert figures.format_apart([near[0], near[0] * 2]) == (
        f"2,2{GAP}млн{GAP}₽",
        f"4,4{GAP}млн{GAP}₽",
    )
    assert figures.format_apart(near) == (f"2{GAP}196{GAP}314{GAP}₽", f"2{GAP}214{GAP}006{GAP}₽")
    assert figures.format_apart([near[0]] * 2) == (f"2,2{GAP}млн{GAP}₽",) * 2
