"""A payment of a bank register that waits for a person."""

from markupsafe import Markup

from lib.domain import formats
from lib.services.registers.queue import WaitingRow
from lib.ui import markup


def build_facts(row: WaitingRow) -> Markup:
    """Return the payment, why it waits, and the account that it may belong to."""
    facts = [
        ("Платёж", f"{formats.format_money(row.amount)} ₽ от {formats.format_date(row.paid_on)}"),
        ("Почему ждёт", row.why),
        ("Счёт в реестре", row.number or "не указан"),
        ("Плательщик", row.payer or formats.NO_DATA),
        ("Откуда", f"{row.source}{f', {row.organization}' if row.organization else ''}"),
    ]
    if row.suggestion:
        facts.append(("Похожий счёт", f"{row.suggestion}, {row.suggested_address}"))
    return markup.build_facts(facts)
