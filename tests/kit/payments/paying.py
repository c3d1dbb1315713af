"""Shared by tests of paying: the demonstration bank as a separate process."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import text

from db import session as database
from lib.access import Actor
from lib.acquiring.bank import Method
from lib.services.billing import account_cards
from lib.services.billing.account_cards import AccountCard
from lib.services.payments import paying
from lib.services.payments.paying import OnlineTry
from tests.kit.embedded import eventually
from tests.kit.forked import Forked, start_module
from tests.kit.portal import free_port


@dataclass
class BankProcess:
    """`lib.web.demo_bank` in a separate process, on loopback."""

    state: Path
    port: int = field(default_factory=free_port)
    process: Forked | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = ["--port", str(self.port), "--log-level", "error"]
        self.process = start_module(
            "uvicorn",
            [*words, "--factory", "lib.web.demo_bank:create_application"],
            environment={**os.environ, "KABINET_DEMO": "1", "KABINET_STATE": str(self.state)},
        )
        if not eventually(self._answers):
            self.stop()
            raise TimeoutError("the bank does not answer")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "the bank has ended by itself"
        try:
            return (
                httpx2.get(f"{self.url}/demo-bank/payments/none", verify=False).status_code == 404
            )
        except httpx2.TransportError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def press(self, bank_id: str, decision: str = "pay") -> None:
        """Press a button on the payer's page."""
        answer = httpx2.post(
            f"{self.url}/demo-bank/pay/{bank_id}",
            data={"decision": decision},
            headers={"Origin": self.url},
            follow_redirects=False,
            verify=False,
        )
        assert answer.status_code == 303

    def book(self, statement: str, *values: object) -> list[Any]:
        """Run a statement on the bank's own database; return its rows."""
        with sqlite3.connect(self.state / "demo-bank.sqlite3") as book:
            found = book.execute(statement, values).fetchall()
        book.close()
        return found

    def payments(self) -> int:
        """Count the payments that the bank has made."""
        return int(self.book("SELECT count(*) FROM payment")[0][0])


@contextmanager
def bank_process(state: Path) -> Iterator[BankProcess]:
    bank = BankProcess(state)
    bank.start()
    try:
        yield bank
    finally:
        bank.stop()


@dataclass(frozen=True)
class Payer:
    """A resident with the golden account, who owes 88,53 and 38,40."""

    actor: Actor
    account_id: int

    @property
    def card(self) -> AccountCard:
        held = account_cards.list_cards(actor=self.actor)
        return next(card for card in held if card.account_id == self.account_id)

    @property
    def due(self) -> Decimal:
        return sum(self.card.due.values(), Decimal(0))

    @property
    def sums(self) -> dict[int, Decimal]:
        return {group: amount for group, amount in self.card.due.items() if amount}

    def begin(self, *, key: UUID | None = None, **changed: Any) -> OnlineTry:
        values: dict[str, Any] = {
            "actor": self.actor,
            "account_id": self.account_id,
            "sums": changed.pop("sums", None) or self.sums,
            "method": Method.CARD,
            "request_key": key or uuid4(),
        }
        return paying.begin_payment(**(values | changed))

    def refresh(self, payment_id: UUID) -> OnlineTry:
        return paying.refresh_payment(
            actor=self.actor, account_id=self.account_id, payment_id=payment_id
        )

    def cancel(self, payment_id: UUID) -> OnlineTry:
        return paying.cancel_payment(
            actor=self.actor, account_id=self.account_id, payment_id=payment_id, address="::1"
        )


def golden_payer(actor: Actor) -> Payer:
    held = account_cards.list_accounts(actor=actor)
    return Payer(actor, next(c.account_id for c in held if c.number == "0000012345"))


def rows(statement: str, **values: object) -> list[tuple[Any, ...]]:
    with database.transaction(database.OPERATOR) as session:
        return [tuple(row) for row in session.execute(text(statement), values)]


def bank_id(payment_id: UUID) -> str:
    found = rows("SELECT bank_id FROM online_payment WHERE id = :id", id=payment_id)[0][0]
    assert isinstance(found, str)
    return found
