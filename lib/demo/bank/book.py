"""What the demonstration bank remembers: a file of its own, nothing of the portal's."""

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
    """The bank does not do that."""


def make(*, key: str, asked: Mapping[str, str]) -> Payment:
    """Make a payment, or return the one made with the same key."""
    amount = Decimal(asked["amount"])
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
                asked["currency"],
                asked["order"],
                asked["description"],
                asked["return_url"],
                asked["notice_url"],
                clock.now().isoformat(),
            ),
        )
        row: Payment = book.execute("SELECT * FROM payment WHERE key = ?", (key,)).fetchone()
    return row


def find(name: str) -> Payment | None:
    """Return a payment; one that nobody has paid in an hour is cancelled by now."""
    with _book() as book:
        too_old = (clock.now() - _OPEN_FOR).isoformat()
        book.execute(
            "UPDATE payment SET status = ? WHERE id = ? AND status = ? AND made_at < ?",
            (CANCELLED, name, PENDING, too_old),
        )
        row: Payment | None = book.execute("SELECT * FROM payment WHERE id = ?", (name,)).fetchone()
    return row


def decide(name: str, status: str) -> None:
    """Pay or refuse a payment that waits; another one stays as it is."""
    with _book() as book:
        book.execute(
            "UPDATE payment SET status = ? WHERE id = ? AND status = ?", (status, name, PENDING)
        )


def give_back(name: str, *, key: str, amount: Decimal) -> None:
    """Give a part of a payment back, once for each key."""
    with _book() as book:
        if book.execute("SELECT 1 FROM refund WHERE key = ?", (key,)).fetchone():
            return
        row = book.execute("SELECT * FROM payment WHERE id = ?", (name,)).fetchone()
        left = Decimal(row["amount"]) - Decimal(row["refunded"])
        if row["status"] != PAID or not 0 < amount <= left:
            raise Refused
        book.execute("INSERT INTO refund VALUES (?, ?, ?)", (key, name, str(amount)))
        book.execute(
            "UPDATE payment SET refunded = ? WHERE id = ?",
            (f"{Decimal(row['refunded']) + amount:.2f}", name),
        )


@contextmanager
def _book() -> Iterator[sqlite3.Connection]:
    """Open the book for one entry, alone."""
    folder = config.settings().kabinet_state
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
        book.close()  # what was not committed is as if it had never been
