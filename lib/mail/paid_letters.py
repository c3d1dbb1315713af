"""Letters about payments for paid services."""

import datetime as dt
from decimal import Decimal

from lib import config, links
from lib.domain import formats
from lib.mail.letter import Letter, compose_letter


def write_received(
    *, name: str, appeal_id: int, number: str, service: str, amount: Decimal, on: dt.date
) -> Letter:
    """Write that the payment for a request is received."""
    return compose_letter(
        subject=f"Заявка № {number} оплачена",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            (
                f"Мы получили {formats.format_money(amount)} ₽ от {formats.format_date(on)} "
                f"за услугу «{service}» по заявке № {number}."
            ),
            "Организация видит оплату. На долг за жильё и коммунальные услуги она не влияет.",
        ),
        button=("Открыть заявку", _request(appeal_id)),
    )


def write_refunded(*, name: str, appeal_id: int, number: str, amount: Decimal) -> Letter:
    """Write that money is refunded."""
    return compose_letter(
        subject="Деньги возвращены",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"По заявке № {number} вам возвращено {formats.format_money(amount)} ₽.",
            "Срок зачисления зависит от вашего банка.",
        ),
        button=("Открыть заявку", _request(appeal_id)),
    )


def _request(appeal_id: int) -> str:
    return config.get_settings().address + links.link_to_screen(links.PAID_SERVICES, id=appeal_id)
