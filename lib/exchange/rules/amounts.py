"""Amounts: how they are written in findings."""

from decimal import Decimal


def format_money(amount: Decimal | None) -> str:
    """Format roubles with a decimal comma and two places: «-1234,50»."""
    return "–" if amount is None else f"{amount:.2f}".replace(".", ",")
