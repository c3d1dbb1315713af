"""Shared by tests of registers: files of payments, and the resulting rows."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from db import session as database
from lib.access import Actor
from lib.services.billing import account_cards
from lib.services.registers import importing, pairing
from lib.services.registers.importing import RegisterOutcome
from tests.kit.identity import execute, fetch

WATER, HOUSING = "Водоснабжение", "Жилищные"
GOLDEN = "0000012345"
HEAD = "40702810600000000043=78=14.11.2014\r\n"


def import_file(path: Path, code: str | None = None, **options: Any) -> RegisterOutcome:
    return importing.import_register(path, format_code=code, **options)


def sber(folder: Path, *lines: str, name: str = "register.txt", number: int = 1) -> Path:
    """Write a register of Sberbank with payments «дата;СУИП;ЛС;сумма»; return its path."""
    total, made = Decimal(0), []
    for line in lines:
        day, reference, account, amount = line.split(";")
        total += Decimal(amount.replace(",", "."))
        made.append(
            f"{day};10-00-00;1;2;{reference};{account};И. И.;улица;1014;{amount};{amount};0,00"
        )
    sums = f"{total:.2f}".replace(".", ",")
    made.append(f"={len(lines)};{sums};{sums};0,00;{number};14-11-2014")
    path = folder / name
    path.write_bytes("\r\n".join(made).encode("cp1251"))
    return path


def pair_payments() -> None:
    """Pair payments with rows of registers, like an import of a package does at its end."""
    (sender,) = fetch("SELECT sender_id FROM account WHERE number = :n", n=GOLDEN)
    with database.transaction(database.OWNER) as session:
        pairing.pair_package(session, sender_id=sender.sender_id)


def due(resident: Actor) -> dict[str, Decimal]:
    (card,) = [c for c in account_cards.list_cards(actor=resident) if c.number == GOLDEN]
    assert card.bill
    return {group.name: card.due[group.group_id] for group in card.bill.groups}


def rows() -> list[Any]:
    return fetch("SELECT * FROM register_row ORDER BY register_id, line")


def parts() -> list[tuple[str, Decimal, bool]]:
    return [
        (row.name, row.amount, row.is_carried)
        for row in fetch(
            "SELECT g.name, p.amount, p.is_carried FROM register_part p "
            "JOIN service_group g ON g.id = p.group_id ORDER BY p.register_id, p.line, g.sort"
        )
    ]


def add_billing_payment(
    amount: str,
    *,
    paid_on: str,
    period: str = "2014-11-01",
    channel: str = "bank",
    reference: str | None = None,
) -> None:
    """Add a payment of the golden account, as if delivered by billing, all of it for housing."""
    execute(
        "WITH made AS (INSERT INTO payment (account_id, external_id, reference, paid_on, amount, "
        "period, channel, is_reversal) SELECT id, :key, :reference, :paid_on, :amount, :period, "
        ":channel, false FROM account WHERE number = :number RETURNING account_id, id) "
        "INSERT INTO payment_part (account_id, payment_id, group_id, amount) "
        "SELECT account_id, made.id, g.id, :amount FROM made, service_group g "
        "WHERE g.external_id = 'housing' AND g.sender_id = (SELECT sender_id FROM account "
        "WHERE number = :number)",
        key=f"{paid_on}-{amount}-{reference}-{len(fetch('SELECT 1 FROM payment'))}",
        number=GOLDEN,
        reference=reference,
        paid_on=dt.date.fromisoformat(paid_on),
        amount=Decimal(amount),
        period=dt.date.fromisoformat(period),
        channel=channel,
    )
