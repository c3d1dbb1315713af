"""Words: how amounts are written in the reasons."""

from decimal import Decimal


def money(amount: Decimal | None) -> str:
    """Write roubles with a decimal comma and two places: «-1234,50»."""
    return "–" if amount is None else f"{amount:.2f}".replace(".", ",")
