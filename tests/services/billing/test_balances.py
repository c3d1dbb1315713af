"""Balances of generated accounts: the screens agree with a slow check.

100 accounts over half a year. With KABINET_SOAK=1, 10,000 of all senders over three years, or
as many as KABINET_BALANCES says.
"""

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from sqlalchemy import text

from db import session as database
from lib.access import Actor, Role
from lib.demo import months
from lib.demo.city import City
from lib.demo.package import Package, write_folder
from lib.demo.reference.oddities import ZARYA
from lib.demo.reference.organizations import SENDERS, Sender
from lib.exchange.verdict import Verdict
from lib.services.billing import account_cards
from lib.services.billing.account_cards import AccountCard
from lib.services.packages import importing
from lib.services.payments import history
from tests.kit.payments.reversals import add_reversals
from tests.kit.slow_books import Books, Row

_SOAK = os.environ.get("KABINET_SOAK") == "1"
_ACCOUNTS = int(os.environ.get("KABINET_BALANCES", "10000" if _SOAK else "0"))
# a quarter of a small city: the sender with separate penalties and an open last month
_USUAL_CITY, _USUAL_SENDERS = 400, (ZARYA,)
_MONTHS = 36 if _SOAK else 6
_UNTIL = months.number(dt.date(2026, 10, 1))
_AT_ONCE = 50
_LISTED = 5  # payments are listed for each fifth account: their sums are checked for all


def _packages(city: City, sender: Sender) -> Iterator[Package]:
    for month in range(_UNTIL - _MONTHS + 1, _UNTIL + 1):
        make = city.package if month == _UNTIL - _MONTHS + 1 else city.update
        yield make(sender, month, is_latest=month == _UNTIL)


def _delivered(folder: Path) -> dict[str, list[Path]]:
    """Make and import every package; return their folders by sender, the oldest first."""
    city = City(seed=36, accounts=_ACCOUNTS or _USUAL_CITY)
    senders = [sender for sender in SENDERS if _ACCOUNTS or sender.code in _USUAL_SENDERS]
    folders: dict[str, list[Path]] = {sender.code: [] for sender in senders}
    # month by month, so that each month of the city is made once for all senders
    for packages in zip(
        *(add_reversals(_packages(city, sender)) for sender in senders), strict=True
    ):
        for package in packages:
            path = write_folder(folder, package)
            outcome = importing.import_package(path)
            assert outcome.verdict is Verdict.IMPORTED, list(outcome.findings)[:5]
            folders[package.sender].append(path)
    return folders


def test_the_screens_agree_with_the_slow_check(empty: str, tmp_path: Path) -> None:
    folders = _delivered(tmp_path)
    checked = rows = reversals = 0

    for sender, own_folders in folders.items():
        books = Books(own_folders)
        keys = _keys(sender)
        paid = _payments(books)
        reversals += sum(bool(payment.reverses) for payment in books.payments.values())
        by_account: dict[str, dict[tuple[str, str], Row]] = {}
        for (account, group, month), row in books.rows.items():
            by_account.setdefault(account, {})[group, month] = row
        assert by_account.keys() == keys.keys()
        for chunk in _chunks(sorted(keys), _AT_ONCE):
            cards = _cards([keys[account] for account in chunk])
            for account in chunk:
                card = cards[keys[account]]
                rows += _check_movement(books, by_account[account], card)
                if _ACCOUNTS or checked % _LISTED == 0:
                    assert _listed(card) == sorted(paid.get(account, [])), account
                _check_card(books, by_account[account], account, card)
                checked += 1

    assert checked >= (_ACCOUNTS or 100)
    assert rows > checked * _MONTHS
    assert reversals > checked * _MONTHS / 24


def _keys(sender: str) -> dict[str, int]:
    with database.transaction(database.OPERATOR) as session:
        found = session.execute(
            text(
                "SELECT a.external_id, a.id FROM account a JOIN sender s ON s.id = a.sender_id "
                "WHERE s.code = :sender"
            ),
            {"sender": sender},
        )
        return {row.external_id: row.id for row in found}


def _chunks(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


def _holder(*account_ids: int) -> Actor:
    return Actor(1, "somebody", "Анна", "Петрова Анна", Role.RESIDENT, accounts=account_ids)


def _cards(account_ids: list[int]) -> dict[int, AccountCard]:
    return {card.account_id: card for card in account_cards.list_cards(actor=_holder(*account_ids))}


def _check_movement(books: Books, rows: dict[tuple[str, str], Row], card: AccountCard) -> int:
    """Compare each month and group; return the number of rows."""
    groups = history.list_movements(
        actor=_holder(card.account_id),
        account_id=card.account_id,
        since=dt.date(2000, 1, 1),
        until=dt.date(2100, 1, 1),
    )
    shown = {
        (group.name, f"{month.period:%Y-%m}"): Row(
            opening=_kopecks(month.opening),
            charged=_kopecks(month.charged),
            coefficient=_kopecks(month.coefficient),
            recalculated=_kopecks(month.recalculated),
            privilege=_kopecks(month.privilege),
            penalty=_kopecks(month.penalty),
            received=_kopecks(month.received),
            closing=_kopecks(month.closing),
        )
        for group in groups
        for month in group.months
    }
    slow = {
        (books.groups[group], month): row
        for (group, month), row in rows.items()
        if month in books.closed
    }
    assert shown == slow, card.number
    assert {group.shifted for group in groups} <= {0}
    return len(shown)


def _check_card(
    books: Books, rows: dict[tuple[str, str], Row], account: str, card: AccountCard
) -> None:
    """Compare the debt of the last closed month, and what is due after later payments."""
    last = max(month for month in books.months[account] if month in books.closed)
    balances = {group: row.closing for (group, month), row in rows.items() if month == last}
    later = books.later(account, last)
    assert card.bill is not None
    assert f"{card.bill.period:%Y-%m}" == last
    assert _kopecks(card.bill.debt) == sum(max(0, balance) for balance in balances.values())
    names = {group.group_id: group.name for group in card.bill.groups}
    assert {names[key]: _kopecks(due) for key, due in card.due.items()} == {
        books.groups[group]: max(0, balance - later[group]) for group, balance in balances.items()
    }


PaidRow = tuple[str, str, int, int, bool, list[tuple[str, int]]]


def _payments(books: Books) -> dict[str, list[PaidRow]]:
    found: dict[str, list[PaidRow]] = {}
    for payment in books.payments.values():
        parts = sorted((books.groups[group], amount) for group, amount in payment.parts.items())
        listed = (
            payment.paid_on,
            payment.month,
            payment.amount,
            payment.returned,
            bool(payment.reverses),
            parts,
        )
        found.setdefault(payment.account, []).append(listed)
    return found


def _listed(card: AccountCard) -> list[PaidRow]:
    payments = history.list_payments(
        actor=_holder(card.account_id), account_id=card.account_id, since=None, until=None
    )
    return sorted(
        (
            payment.paid_on.isoformat(),
            f"{payment.month:%Y-%m}",
            _kopecks(payment.amount),
            _kopecks(payment.returned),
            payment.is_reversal,
            sorted((share.group, _kopecks(share.amount)) for share in payment.shares),
        )
        for payment in payments
    )


def _kopecks(amount: Decimal | None) -> int:
    return int((amount or 0) * 100)
