"""Payments and refunds of the demonstration bank, in an SQLite file of its own."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

from lib import clock, config

PENDING, PAID, CANCELLED = "pending", "paid", "cancelled"
_OPEN_FOR = dt.timedelta(hours=1)
_BUSY_SECONDS = 10
_TABLES = """
CREATE TABLE IF NOT EXISTS payment (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, status TEXT NOT NULL, amount TEXT NOT NULL,
    currency TEXT NOT NULL, refunded TEXT NOT NULL, wished TEXT NOT NULL, description TEXT NOT NULL,
    return_url TEXT NOT NULL, notice_url TEXT NOT NULL, made_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refund (
    key TEXT PRIMARY KEY, payment_id TEXT NOT NULL, amount TEXT NOT NULL);
"""
Payment = Mapping[str, Any]


class Refused(ValueError):
    """The bank refuses this order or refund."""


def create_payment(*, key: str, order: Mapping[str, str]) -> Payment:
    """Create a payment, or return the one created with the same key.

    Raises:
        Refused: the amount is not above zero.
        KeyError, InvalidOperation: the order is not complete, or its amount is not a number.
    """
    amount = Decimal(order["amount"])
    if not amount.is_finite() or amount <= 0:
        raise Refused
    with _book() as book:
        book.execute(
            "INSERT INTO payment VALUES (?, ?, ?, ?, ?, '0.00', ?, ?, ?, ?, ?) "
            "ON CONFLICT (key) DO NOTHING",
            (
                f"demo-{uuid4().hex}",
                key,
                PENDING,
                f"{amount:.2f}",
                order["currency"],
                order["order"],
                order["description"],
                order["return_url"],
                order["notice_url"],
                clock.now().isoformat(),
            ),
        )
        row: Payment = book.execute("SELECT * FROM payment WHERE key = ?", (key,)).fetchone()
    return row


def find_payment(payment_id: str) -> Payment | None:
    """Return a payment; cancel it first if it was not paid within an hour."""
    with _book() as book:
        too_old = (clock.now() - _OPEN_FOR).isoformat()
        book.execute(
            "UPDATE payment SET status = ? WHERE id = ? AND status = ? AND made_at < ?",
            (CANCELLED, payment_id, PENDING, too_old),
        )
        row: Payment | None = book.execute(
            "SELECT * FROM payment WHERE id = ?", (payment_id,)
        ).fetchone()
    return row


def decide_payment(payment_id: str, status: str) -> None:
    """Set the status of a pending payment; any other payment stays as it is."""
    with _book() as book:
        book.execute(
            "UPDATE payment SET status = ? WHERE id = ? AND status = ?",
            (status, payment_id, PENDING),
        )


def refund_payment(payment_id: str, *, key: str, amount: Decimal) -> None:
    """Refund a part of a payment, once for each key.

    Raises:
        Refused: the payment is not paid, or less than ``amount`` of it is left to refund.
    """
    with _book() as book:
        if book.execute("SELECT 1 FROM refund WHERE key = ?", (key,)).fetchone():
            return
        row = book.execute("SELECT * FROM payment WHERE id = ?", (payment_id,)).fetchone()
        left = Decimal(row["amount"]) - Decimal(row["refunded"])
        if row["status"] != PAID or not 0 < amount <= left:
            raise Refused
        book.execute("INSERT INTO refund VALUES (?, ?, ?)", (key, payment_id, str(amount)))
        book.execute(
            "UPDATE payment SET refunded = ? WHERE id = ?",
            (f"{Decimal(row['refunded']) + amount:.2f}", payment_id),
        )


@contextmanager
def _book() -> Iterator[sqlite3.Connection]:
    """Open the file for one transaction that excludes all others."""
    folder = config.get_settings().kabinet_state
    folder.mkdir(parents=True, exist_ok=True)
    book = sqlite3.connect(
        folder / "demo-bank.sqlite3", timeout=_BUSY_SECONDS, isolation_level=None
    )
    try:
        book.row_factory = sqlite3.Row
        book.executescript(_TABLES)
        book.execute("BEGIN IMMEDIATE")
        yield book
        book.execute("COMMIT")
    finally:
        book.close()  # rolls back what was not committed
