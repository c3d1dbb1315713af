"""The tables of the facts recomputed in plain Python from rows of PostgreSQL.

No frame, no file and no statement of the portal is used: only rows, dictionaries and sums.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lib.domain import periods
from tests.kit.identity import fetch

_DUE_DAY, _AGES = 10, 14
_ZERO = Decimal(0)
Key = tuple[Any, ...]
Table = dict[Key, tuple[Any, ...]]
AMOUNTS = (
    "opening",
    "accrued",
    "recalculation",
    "privilege",
    "coefficient",
    "penalty",
    "paid",
    "total",
    "closing",
)


@dataclass
class _Account:
    sender: int
    organization: int
    house: int
    residents: int | None
    area: Decimal | None


@dataclass
class _Line:
    account: int
    period: dt.date
    group: int
    service: int | None
    method: str | None
    own: Decimal | None
    common: Decimal | None
    amounts: dict[str, Decimal | None]


@dataclass
class _Part:
    account: int
    payment: str
    group: int | None
    key: Key
    amount: Decimal
    is_reversal: bool
    is_first: bool = False


@dataclass
class SlowFacts:
    """All tables; ``account`` is the ledger's key."""

    accounts: dict[int, _Account] = field(default_factory=dict)
    closed: set[tuple[int, dt.date]] = field(default_factory=set)
    lines: list[_Line] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        for row in fetch(
            "SELECT a.id, a.sender_id, a.organization_id, p.house_id, a.residents, a.area, "
            "p.total_area FROM account a JOIN premise p ON p.id = a.premise_id"
        ):
            area = row.total_area if row.area is None else row.area
            self.accounts[row.id] = _Account(
                row.sender_id, row.organization_id, row.house_id, row.residents, area
            )
        for row in fetch("SELECT sender_id, period FROM billing_period WHERE status = 'closed'"):
            self.closed.add((row.sender_id, row.period))
        self._read_lines()
        self._read_payments()

    def _read_lines(self) -> None:
        groups = {row.id: row.group_id for row in fetch("SELECT id, group_id FROM service")}
        for row in fetch("SELECT * FROM accrual"):
            named = {name: getattr(row, name, None) for name in AMOUNTS}
            named["coefficient"] = row.coefficient_amount
            line = _Line(
                row.account_id,
                row.period,
                groups[row.service_id],
                row.service_id,
                row.method,
                row.volume_ind,
                row.volume_common,
                named,
            )
            self._keep(line)
        for row in fetch("SELECT * FROM penalty"):
            amounts = dict.fromkeys(AMOUNTS) | {
                "accrued": _ZERO,
                "total": _ZERO,
                "opening": row.opening,
                "penalty": row.accrued,
                "paid": row.paid,
                "closing": row.closing,
            }
            self._keep(
                _Line(row.account_id, row.period, row.group_id, None, None, None, None, amounts)
            )

    def _keep(self, line: _Line) -> None:
        if (self.accounts[line.account].sender, line.period) in self.closed:
            self.lines.append(line)

    def _read_payments(self) -> None:
        groups = {row.id: row.group_id for row in fetch("SELECT id, group_id FROM service")}
        shares = defaultdict(list)
        for row in fetch("SELECT * FROM payment_part"):
            group = row.group_id if row.service_id is None else groups[row.service_id]
            shares[row.account_id, row.payment_id].append((group, row.amount))
        for row in fetch("SELECT * FROM payment"):
            known = row.posted_on or row.paid_on
            counted = (row.period or known).replace(day=1)
            key = (row.paid_on, counted, known, row.channel, row.source, "billing")
            for group, amount in shares.get((row.account_id, row.id)) or [(None, row.amount)]:
                self.parts.append(
                    _Part(row.account_id, f"b{row.id}", group, key, amount, row.is_reversal)
                )
        for row in fetch(
            "SELECT t.*, r.paid_on, r.channel, f.bank, "
            "coalesce(r.decided_at, g.imported_at)::date AS known FROM register_part t "
            "JOIN register_row r USING (register_id, line) JOIN register g ON g.id = t.register_id "
            "JOIN register_format f ON f.code = g.format_code"
        ):
            if not row.is_carried:
                key = (row.paid_on, None, row.known, row.channel, row.bank, "register")
                name = f"r{row.register_id} {row.line}"
                self.parts.append(
                    _Part(row.account_id, name, row.group_id, key, row.amount, is_reversal=False)
                )
        self._mark_first()

    def _mark_first(self) -> None:
        by_payment = defaultdict(list)
        for part in self.parts:
            by_payment[part.payment].append(part)
        for parts in by_payment.values():
            largest = max(abs(part.amount) for part in parts)
            equal = [part for part in parts if abs(part.amount) == largest]
            min(equal, key=lambda part: part.group or 0).is_first = True

    def sum_charges(self) -> Table:
        """Return «charges_by_house»: accounts by method and with penalties, volumes and sums."""
        return {
            key: (
                _count(lines),
                *(
                    _count(line for line in lines if line.method == method)
                    for method in ("meter", "average", "norm")
                ),
                _count(line for line in lines if _is_penalized(line)),
                _sum(line.own for line in lines),
                _sum(line.common for line in lines),
                *(_sum(line.amounts[name] for line in lines) for name in AMOUNTS),
            )
            for key, lines in self._group(
                self.lines, lambda line: (line.period, *self._at(line), line.group, line.service)
            ).items()
        }

    def sum_payments(self) -> Table:
        """Return «payments_by_house»: accounts, payments, amount, reversed."""
        return {
            key: (
                _count(parts),
                sum(part.is_first for part in parts),
                sum(part.amount for part in parts),
                sum(part.amount for part in parts if part.is_reversal),
            )
            for key, parts in self._group(
                self.parts,
                lambda part: (part.key[0].replace(day=1), *self._at(part), part.group, *part.key),
            ).items()
        }

    def count_payers(self) -> Table:
        """Return «payers_by_house»: accounts by group and channel, by each, by neither."""
        found: dict[Key, set[int]] = defaultdict(set)
        for part in self.parts:
            channel = part.key[3]
            for group in {part.group, None}:
                for way in (channel, None):
                    if not (part.group is None and group is None and way is None):
                        found[part.key[0].replace(day=1), *self._at(part), group, way].add(
                            part.account
                        )
            found[part.key[0].replace(day=1), *self._at(part), None, None].add(part.account)
        return {key: (len(accounts),) for key, accounts in found.items()}

    def age_balances(self) -> Table:
        """Return «balances»: what each account owes for a group, by the month it is owed for."""
        charged: dict[Key, Decimal] = defaultdict(lambda: _ZERO)
        closing: dict[Key, Decimal] = defaultdict(lambda: _ZERO)
        for line in self.lines:
            key = (line.period, *self._at(line), line.account, line.group)
            charged[line.period, line.account, line.group] += _charge([line]) or _ZERO
            closing[key] += line.amounts["closing"] or _ZERO
        found: Table = {}
        for (period, organization, house, account, group), left in closing.items():
            at = (period, organization, house, account, group)
            if left < 0:
                found[*at, None, None] = (left,)
            month, steps, rest = period, 0, left
            while rest > 0 and steps < _AGES and self._is_closed(account, month):
                taken = min(rest, max(charged[month, account, group], _ZERO))
                if taken:
                    found[*at, month, _due(month)] = (taken,)
                rest, month, steps = rest - taken, periods.add_months(month, -1), steps + 1
            if rest > 0:
                found[*at, None, _due(month)] = (rest,)
        return found

    def sum_balances(self) -> Table:
        """Return «balances_by_house»: accounts, owed, overpaid."""
        groups: dict[Key, list[tuple[int, Decimal]]] = defaultdict(list)
        for (
            period,
            organization,
            house,
            account,
            group,
            month,
            due,
        ), (amount,) in self.age_balances().items():
            groups[period, organization, house, group, month, due].append((account, amount))
        return {
            key: (
                len({account for account, _ in rows}),
                sum(amount for _, amount in rows if amount > 0),
                sum(amount for _, amount in rows if amount < 0),
            )
            for key, rows in groups.items()
        }

    def sum_accounts(self) -> Table:
        """Return «account_months»: charged, paid, owed, overpaid, due day of the oldest debt."""
        ages: dict[Key, list[tuple[dt.date | None, Decimal]]] = defaultdict(list)
        for (period, _, _, account, _, _, due), (amount,) in self.age_balances().items():
            ages[period, account].append((due, amount))
        found: Table = {}
        for key, lines in self._group(
            self.lines, lambda line: (line.period, *self._at(line), line.account)
        ).items():
            own = ages[key[0], key[3]]
            found[key] = (
                _charge(lines),
                _sum(line.amounts["paid"] for line in lines),
                sum(amount for _, amount in own if amount > 0),
                sum(amount for _, amount in own if amount < 0),
                min((due for due, _ in own if due), default=None),
            )
        return found

    def sum_houses(self) -> Table:
        """Return «house_months»: accounts, residents, area, the sums, and how many owe."""
        groups: dict[Key, list[tuple[int, tuple[Any, ...]]]] = defaultdict(list)
        for (period, organization, house, account), sums in self.sum_accounts().items():
            groups[period, organization, house].append((account, sums))
        return {
            key: (
                len(rows),
                _sum(self.accounts[account].residents for account, _ in rows),
                _sum(self.accounts[account].area for account, _ in rows),
                *(_sum(sums[at] for _, sums in rows) for at in range(4)),
                sum(sums[2] > 0 for _, sums in rows),
            )
            for key, rows in groups.items()
        }

    def _is_closed(self, account: int, month: dt.date) -> bool:
        return (self.accounts[account].sender, month) in self.closed

    def _at(self, row: _Line | _Part) -> tuple[int, int]:
        account = self.accounts[row.account]
        return account.organization, account.house

    @staticmethod
    def _group(rows: Iterable[Any], key: Callable[[Any], Key]) -> Mapping[Key, list[Any]]:
        found: dict[Key, list[Any]] = defaultdict(list)
        for row in rows:
            found[key(row)].append(row)
        return found


def _count(rows: Iterable[_Line | _Part]) -> int:
    return len({row.account for row in rows})


def _sum(values: Iterable[Any]) -> Any:
    """Add up the values that are known; without one the sum is not known either."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _charge(lines: Iterable[_Line]) -> Any:
    return _sum(line.amounts[name] for line in lines for name in ("total", "penalty"))


def _is_penalized(line: _Line) -> bool:
    of_penalty = ["penalty"] if line.service else ["penalty", "paid"]
    return any(line.amounts[name] for name in of_penalty)


def _due(month: dt.date) -> dt.date:
    return periods.add_months(month, 1).replace(day=_DUE_DAY)
