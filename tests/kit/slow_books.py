"""Balances recomputed from the files of packages in plain Python, without code of the portal.

Billing's own sums of payments and balances are not used: receipts are added up from payment
parts, corrections from recalculations, and balances are carried from month to month.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Key = tuple[str, str, str]  # account, group, month


@dataclass
class Row:
    """One month of one group, in kopecks."""

    opening: int = 0
    charged: int = 0
    coefficient: int = 0
    recalculated: int = 0
    privilege: int = 0
    penalty: int = 0
    received: int = 0
    closing: int = 0


@dataclass
class Paid:
    """A payment and its reversed part, in kopecks."""

    account: str
    paid_on: str
    month: str
    amount: int
    reverses: str
    parts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    returned: int = 0


class Books:
    """One sender's months, read one after another."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.rows: dict[Key, Row] = {}
        self.payments: dict[str, Paid] = {}
        self.groups: dict[str, str] = {}
        self.closed: set[str] = set()
        self.months: dict[str, list[str]] = defaultdict(
            list
        )  # months in which an account has lines
        self._of: dict[str, list[Paid]] = defaultdict(list)
        self._services: dict[str, str] = {}
        self._seen: set[tuple[str, str]] = set()
        self._balance: dict[tuple[str, str], int] = defaultdict(int)
        for folder in folders:
            self._read(folder)

    def later(self, account: str, month: str) -> dict[str, int]:
        """Return the payments after a month, by group."""
        sums: dict[str, int] = defaultdict(int)
        for paid in self._of[account]:
            if paid.month > month:
                for group, amount in paid.parts.items():
                    sums[group] += amount
        return sums

    def _read(self, folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        month = manifest["period"]
        if manifest["period_status"] == "closed":
            self.closed.add(month)
        self.groups |= {row["group_id"]: row["name"] for row in _rows(folder, "service_groups")}
        self._services |= {row["service_id"]: row["group_id"] for row in _rows(folder, "services")}
        touched: dict[tuple[str, str], Row] = defaultdict(Row)
        self._charge(folder, touched, month)
        self._penalize(folder, touched)
        for row in _rows(folder, "recalculations"):
            where = (row["account_id"], self._services[row["service_id"]])
            touched[where].recalculated += _kopecks(row["amount"])
        self._receive(folder, touched)
        for (account, group), moved in touched.items():
            self._close(account, group, month, moved)

    def _charge(self, folder: Path, touched: dict[tuple[str, str], Row], month: str) -> None:
        for line in _rows(folder, "accruals"):
            account, service = line["account_id"], line["service_id"]
            where = (account, self._services[service])
            self._bring(where, service, line["opening"])
            row = touched[where]
            row.charged += _kopecks(line["accrued"])
            row.coefficient += _kopecks(line["coefficient_amount"])
            row.privilege += _kopecks(line["privilege"])
            row.penalty += _kopecks(line["penalty"])
            if self.months[account][-1:] != [month]:
                self.months[account].append(month)

    def _penalize(self, folder: Path, touched: dict[tuple[str, str], Row]) -> None:
        for penalty in _rows(folder, "penalties"):
            where = (penalty["account_id"], penalty["group_id"])
            self._bring(where, f"penalty of {penalty['group_id']}", penalty["opening"])
            touched[where].penalty += _kopecks(penalty["accrued"])
            touched[where].received += _kopecks(penalty["paid"])

    def _bring(self, where: tuple[str, str], line: str, opening: str) -> None:
        """Add the opening balance of a line that appears for the first time."""
        if (where[0], line) not in self._seen:
            self._seen.add((where[0], line))
            self._balance[where] += _kopecks(opening)

    def _receive(self, folder: Path, touched: dict[tuple[str, str], Row]) -> None:
        for row in _rows(folder, "payments"):
            self.payments[row["payment_id"]] = paid = Paid(
                account=row["account_id"],
                paid_on=row["paid_on"],
                month=row["period"],
                amount=_kopecks(row["amount"]),
                reverses=row.get("reversed_payment_id", ""),
            )
            self._of[paid.account].append(paid)
            if paid.reverses:
                self.payments[paid.reverses].returned -= paid.amount
        for part in _rows(folder, "payment_parts"):
            paid, amount = self.payments[part["payment_id"]], _kopecks(part["amount"])
            paid.parts[part["group_id"]] += amount
            touched[paid.account, part["group_id"]].received += amount

    def _close(self, account: str, group: str, month: str, row: Row) -> None:
        row.opening = self._balance[account, group]
        row.closing = row.opening + row.charged + row.coefficient + row.recalculated
        row.closing += row.penalty - row.privilege - row.received
        self._balance[account, group] = row.closing
        self.rows[account, group, month] = row


def _rows(folder: Path, stem: str) -> Iterator[dict[str, str]]:
    path = folder / f"{stem}.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as opened:
            yield from csv.DictReader(opened, delimiter=";")


def _kopecks(amount: str) -> int:
    """Read «-12.30» as −1230 and an empty text as zero."""
    if not amount:
        return 0
    whole, _, part = amount.partition(".")
    value = int(whole.lstrip("-") or 0) * 100 + int(part.ljust(2, "0"))
    return -value if amount.startswith("-") else value
