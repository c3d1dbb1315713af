"""A small ledger that grows by random packages, corrections, reversals, registers, reopenings."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from lib.domain import periods
from lib.exchange.verdict import Verdict
from lib.services.packages import importing
from tests.kit.faults import Package, Row, errors
from tests.kit.identity import execute
from tests.kit.payments.registers import import_file, sber

FIRST = dt.date(2025, 11, 1)
_GROUPS = {"water": "Водоснабжение", "housing": "Жилищные", "repair": "Капитальный ремонт"}
_SERVICES = {"cold": "water", "sewer": "water", "upkeep": "housing", "repair": "repair"}
_HOUSES = {"h1": "uk1", "h2": "uk1", "h3": "uk2"}
_CHANNELS = ("cash", "bank", "online", "post", "subsidy", "other")
_METHODS = ("meter", "average", "norm", "area", "other")


@dataclass
class Sender:
    """What one sender has sent: closings of lines, payments and the state of months."""

    code: str
    accounts: list[str]
    homes: dict[str, str] = field(default_factory=dict)
    closings: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    lines: dict[dt.date, list[Row]] = field(default_factory=dict)
    payments: dict[str, tuple[str, Decimal, list[tuple[str, Decimal]]]] = field(
        default_factory=dict
    )
    sent: int = 0

    @property
    def next_period(self) -> dt.date:
        return periods.add_months(FIRST, len(self.lines))


class RandomLedger:
    """Two senders of a few accounts; each step changes the ledger in one way."""

    def __init__(self, seed: int, folder: Path) -> None:
        self._random = random.Random(seed)  # noqa: S311 - an example, not a secret
        self._folder = folder
        self.senders = [Sender(code, [f"{code}{n}" for n in range(7)]) for code in ("east", "west")]
        self._registers = 0

    def step(self) -> str:
        """Change the ledger and return what was done."""
        sender = self._random.choice(self.senders)
        if len(sender.lines) < 2:
            return self.send_month(sender)
        steps: list[Callable[[Sender], str]] = [
            self.send_month,
            self.send_month,
            self.correct_month,
            self.reopen_month,
            self.send_register,
            self.move_account,
        ]
        return self._random.choice(steps)(sender)

    def send_month(self, sender: Sender) -> str:
        """Send the next month with payments and reversals of earlier ones."""
        period = sender.next_period
        lines, penalties = [], []
        for account in sender.accounts:
            if self._random.random() < 0.9:
                lines += self._charge(sender, account, period)
                penalties += self._penalize(sender, account, period)
        sender.lines[period] = lines
        payments, parts = self._pay(sender, period)
        rows = {
            "accruals": lines,
            "penalties": penalties,
            "payments": payments,
            "payment_parts": parts,
        }
        status = "closed" if self._random.random() < 0.8 else "open"
        return self._send(sender, period, rows, status=status)

    def correct_month(self, sender: Sender) -> str:
        """Reopen a month and send some of its lines again, dearer."""
        period = self._random.choice(list(sender.lines))
        self._open(sender, period)
        lines = sender.lines[period]
        changed = self._random.sample(lines, k=min(3, len(lines)))
        if not changed:
            return "nothing to correct"
        for line in changed:
            for name in ("accrued", "total", "closing"):
                line[name] = str(Decimal(line[name]) + Decimal("1.07"))
        status = self._random.choice(["open", "closed", "closed"])
        return self._send(sender, period, {"accruals": changed}, status=status, mode="delta")

    def reopen_month(self, sender: Sender) -> str:
        """Reopen a month, as an operator does, or close it again."""
        period = self._random.choice(list(sender.lines))
        execute(
            "UPDATE billing_period SET status = CASE status WHEN 'open' THEN 'closed' ELSE 'open' "
            "END, closed_at = CASE status WHEN 'open' THEN now() END "
            "WHERE period = :period AND sender_id = (SELECT id FROM sender WHERE code = :code)",
            period=period,
            code=sender.code,
        )
        return f"reopened or closed {sender.code} {period:%Y-%m}"

    def send_register(self, sender: Sender) -> str:
        """Import a bank's register of payments."""
        self._registers += 1
        latest = periods.add_months(sender.next_period, -1)
        lines = [
            f"{latest.replace(day=self._random.randint(1, 28)):%d-%m-%Y};"
            f"{self._registers:06}{number:04};{account}0;{self._amount(50_000)}".replace(".", ",")
            for number, account in enumerate(self._random.sample(sender.accounts, k=3))
        ]
        name = f"register-{self._registers}.txt"
        outcome = import_file(sber(self._folder, *lines, name=name, number=self._registers), "sber")
        assert outcome.verdict is Verdict.IMPORTED, list(outcome.findings)
        return f"register of {sender.code}"

    def move_account(self, sender: Sender) -> str:
        """Send an account that moved to another house, and maybe to the other organisation."""
        account = self._random.choice(sender.accounts)
        sender.homes[account] = self._random.choice(list(_HOUSES))
        last = periods.add_months(sender.next_period, -1)
        self._open(sender, last)
        rows = {"accounts": [self._describe(sender, account)]}
        return self._send(sender, last, rows, status="closed", mode="delta")

    def _open(self, sender: Sender, period: dt.date) -> None:
        execute(
            "UPDATE billing_period SET status = 'open', closed_at = NULL WHERE period = :period "
            "AND sender_id = (SELECT id FROM sender WHERE code = :code)",
            period=period,
            code=sender.code,
        )

    def _send(
        self,
        sender: Sender,
        period: dt.date,
        rows: dict[str, list[Row]],
        *,
        status: str,
        mode: str = "full",
    ) -> str:
        known = self._list_references(sender) if not sender.sent else {}
        sender.sent += 1
        filled = {stem: of for stem, of in (known | rows).items() if of}
        package = Package.of(
            filled,
            organization=sender.code,
            period=f"{period:%Y-%m}",
            period_status=status,
            mode=mode,
        )
        outcome = importing.import_package(package.write(self._folder))
        assert outcome.verdict is Verdict.IMPORTED, errors(outcome)
        return f"{mode} {status} {sender.code} {period:%Y-%m}: {', '.join(filled)}"

    def _list_references(self, sender: Sender) -> dict[str, list[Row]]:
        names = dict.fromkeys(("bank_name", "bic", "account", "corr_account"), "")
        organizations = [
            {
                "organization_id": key,
                "name": f"{key} {sender.code}",
                "kind": "uk",
                "inn": "",
                **names,
            }
            for key in ("uk1", "uk2")
        ]
        houses = [
            {"house_id": key, "organization_id": of, "city": "Город", "street": key, "house": "1"}
            for key, of in _HOUSES.items()
        ]
        groups = [
            {"group_id": key, "name": name, "sort": "1", "recipient_organization_id": "uk1"}
            for key, name in _GROUPS.items()
        ]
        services = [
            {
                "service_id": key,
                "group_id": of,
                "name": key,
                "unit": "м³",
                "basis": "fixed",
                "penalty": "0",
            }
            for key, of in _SERVICES.items()
        ]
        premises = [
            {
                "premise_id": f"{house}-{account}",
                "house_id": house,
                "number": account,
                "kind": "flat",
                "total_area": "40.5",
            }
            for account in sender.accounts
            for house in _HOUSES
        ]
        return {
            "organizations": organizations,
            "houses": houses,
            "premises": premises,
            "accounts": [self._describe(sender, account) for account in sender.accounts],
            "service_groups": groups,
            "services": services,
        }

    def _describe(self, sender: Sender, account: str) -> Row:
        home = sender.homes.setdefault(account, self._random.choice(list(_HOUSES)))
        return {
            "account_id": account,
            "number": f"{account}0",
            "premise_id": f"{home}-{account}",
            "organization_id": _HOUSES[home],
            "ownership": "private",
            "residents": str(self._random.randint(1, 5)),
            "area": self._random.choice(["", "33.3"]),
            "opened_on": "2020-01-01",
        }

    def _charge(self, sender: Sender, account: str, period: dt.date) -> list[Row]:
        lines = [
            self._make_line(sender, account, service, period, "1")
            for service in _SERVICES
            if self._random.random() < 0.85
        ]
        if lines and self._random.random() < 0.3:
            service = lines[0]["service_id"]
            lines.append(self._make_line(sender, account, service, period, "2"))
        return lines

    def _make_line(
        self, sender: Sender, account: str, service: str, period: dt.date, line: str
    ) -> Row:
        opening = sender.closings.get((account, f"{service} {line}"), Decimal(0))
        accrued, more = self._amount(90_000), self._rarely(9_000)
        privilege, coefficient = self._rarely(5_000), self._rarely(5_000)
        penalty = self._rarely(2_000) if _SERVICES[service] != "water" else None
        paid = self._random.choice([None, opening, opening, Decimal("10.01")])
        total = accrued - _value(more) * 2 - _value(privilege) + _value(coefficient)
        closing = opening + total + _value(penalty) - _value(paid)
        sender.closings[account, f"{service} {line}"] = closing
        values = {
            "tariff": self._amount(9_000),
            "volume_ind": self._rarely(900),
            "opening": opening,
            "accrued": accrued,
            "recalculation": None if more is None else -more * 2,
            "privilege": privilege,
            "coefficient_amount": coefficient,
            "penalty": penalty,
            "paid": paid,
            "total": total,
            "closing": closing,
        }
        return {
            "account_id": account,
            "service_id": service,
            "period": f"{period:%Y-%m}",
            "line": line,
            "method": self._random.choice(_METHODS),
            **{name: _write(value) for name, value in values.items()},
        }

    def _penalize(self, sender: Sender, account: str, period: dt.date) -> list[Row]:
        """Return a penalty kept apart, for the group whose lines have none."""
        if sender.code != "west" or self._random.random() < 0.5:
            return []
        opening = sender.closings.get((account, "penalty"), Decimal(0))
        accrued = self._amount(3_000)
        paid = self._random.choice([Decimal(0), opening])
        closing = opening + accrued - paid
        sender.closings[account, "penalty"] = closing
        values = {"opening": opening, "accrued": accrued, "paid": paid, "closing": closing}
        return [
            {"account_id": account, "group_id": "water", "period": f"{period:%Y-%m}"}
            | {name: _write(value) for name, value in values.items()}
        ]

    def _pay(self, sender: Sender, period: dt.date) -> tuple[list[Row], list[Row]]:
        payments, parts = [], []
        for number, chosen in enumerate(self._random.choices(sender.accounts, k=8)):
            key, account = f"p{period:%Y%m}{number}", chosen
            own = [
                (of, self._amount(20_000))
                for of in self._random.sample(["housing", "water", "cold"], k=2)
            ]
            reversed_key = ""
            if sender.payments and self._random.random() < 0.25:
                reversed_key = self._random.choice(list(sender.payments))
                account, _, known = sender.payments.pop(reversed_key)
                own = [(of, -amount) for of, amount in known]
            else:
                sender.payments[key] = (account, sum((a for _, a in own), Decimal(0)), own)
            payments.append(self._describe_payment(key, account, period, own, reversed_key))
            parts += [
                {
                    "payment_id": key,
                    "group_id": of if of in _GROUPS else "",
                    "service_id": "" if of in _GROUPS else of,
                    "amount": str(amount),
                }
                for of, amount in own
            ]
        return payments, parts

    def _describe_payment(
        self,
        key: str,
        account: str,
        period: dt.date,
        own: list[tuple[str, Decimal]],
        reversed_key: str,
    ) -> Row:
        paid_on = period + dt.timedelta(days=self._random.randint(-10, 27))
        posted = paid_on + dt.timedelta(days=self._random.randint(0, 9))
        return {
            "payment_id": key,
            "account_id": account,
            "paid_on": paid_on.isoformat(),
            "posted_on": self._random.choice(["", posted.isoformat()]),
            "amount": str(sum((amount for _, amount in own), Decimal(0))),
            "period": self._random.choice(["", f"{period:%Y-%m}"]),
            "channel": self._random.choice(_CHANNELS),
            "source": self._random.choice(["", "Банк"]),
            "is_reversal": "1" if reversed_key else "0",
            "reversed_payment_id": reversed_key,
        }

    def _amount(self, most: int) -> Decimal:
        return Decimal(self._random.randint(1, most)) / 100

    def _rarely(self, most: int) -> Decimal | None:
        return self._amount(most) if self._random.random() < 0.3 else None


def _value(amount: Decimal | None) -> Decimal:
    return amount or Decimal(0)


def _write(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)
