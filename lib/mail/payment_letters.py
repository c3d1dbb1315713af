"""Letters about payments; numbers are masked, as others may read the mailbox."""

import datetime as dt
from decimal import Decimal

from lib import config, links
from lib.domain import formats
from lib.mail.letter import Letter, compose_letter, mask_number


def write_received(
    *, name: str, account_id: int, number: str, amount: Decimal, on: dt.date
) -> Letter:
    """Write that a payment is received."""
    return compose_letter(
        subject="Платёж получен",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            (
                f"Мы получили ваш платёж {formats.format_money(amount)} ₽ "
                f"от {formats.format_date(on)} по лицевому счёту {mask_number(number)}."
            ),
            (
                "Долг в личном кабинете уже уменьшен. В начислениях платёж появится, "
                "когда бухгалтерия закроет месяц."
            ),
        ),
        button=("Посмотреть платежи", _pay(account_id)),
    )


def write_refunded(*, name: str, account_id: int, number: str, amount: Decimal) -> Letter:
    """Write that money is refunded."""
    return compose_letter(
        subject="Деньги возвращены",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            (
                f"По платежу на лицевой счёт {mask_number(number)} вам возвращено "
                f"{formats.format_money(amount)} ₽."
            ),
            (
                "Срок зачисления зависит от вашего банка. Сумма к оплате в кабинете увеличена "
                "на возвращённое."
            ),
        ),
        button=("Посмотреть платежи", _pay(account_id)),
    )


def _pay(account_id: int) -> str:
    return config.get_settings().address + links.link_to_screen(links.PAY, account=account_id)
