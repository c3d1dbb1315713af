"""The page of the demonstration bank on which a payer pays or refuses."""

import html
from decimal import Decimal

from lib.demo.bank.book import CANCELLED, PAID, PENDING, Payment
from lib.domain import formats

_STATES = {
    PENDING: "ждёт оплаты",
    PAID: "оплачен",
    CANCELLED: "отменён",
}
_PAGE = """<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Демонстрационный банк</title>
<style>
@font-face {{ font-family: "PT Sans"; src: url("/fonts/PTSans-Regular.ttf"); }}
body {{ font: 17px/1.5 "PT Sans", sans-serif; max-width: 30rem; margin: 12vh auto; padding: 0 1rem;
color: light-dark(#1b2733, #e6ebf0); background: light-dark(#f2f6f8, #10171e); }}
main {{ background: light-dark(#fff, #18222b); border-radius: 12px; padding: 1.5rem; }}
h1 {{ font-size: 1.1rem; margin: 0; color: light-dark(#5b6b7a, #9aa9b8); font-weight: 400; }}
.sum {{ font-size: 2.4rem; margin: .5rem 0; white-space: nowrap; }}
form {{ display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 1rem; }}
button {{ font: inherit; padding: .7rem 1.5rem; border-radius: 8px; cursor: pointer;
border: 1px solid light-dark(#aab4bd, #5a6875); background: none; color: inherit; }}
button.main {{ background: #1c6b3c; border-color: #1c6b3c; color: #fff; }}
a {{ color: light-dark(#0f5c8e, #7fbde8); }}
</style></head>
<body><main><h1>Демонстрационный банк</h1>
<p class="sum">{amount} ₽</p><p>{description}</p>
{choice}
<p><a href="{back}">Вернуться в личный кабинет, ничего не делая</a></p>
<p>Это не настоящий банк: денег здесь нет, и данных карты он не спрашивает.</p>
</main></body></html>
"""
_BUTTONS = (
    '<form method="post"><button class="main" name="decision" value="pay">Оплатить</button>'
    '<button name="decision" value="refuse">Отказать</button></form>'
)


def render_page(payment: Payment) -> str:
    """Return the page of a payment as HTML; a pending payment has two buttons."""
    status = payment["status"]
    return _PAGE.format(
        amount=formats.format_money(Decimal(payment["amount"])),
        description=html.escape(payment["description"]),
        choice=_BUTTONS if status == PENDING else f"<p>Платёж {_STATES[status]}.</p>",
        back=html.escape(payment["return_url"]),
    )
