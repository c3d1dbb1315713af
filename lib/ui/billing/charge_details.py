"""The parts of one month on Начисления."""

import datetime as dt
from collections.abc import Sequence

from lib import links
from lib.domain import formats
from lib.domain.billing.bill import Bill
from lib.services.billing.bills import Recalculation
from lib.services.billing.houses import HouseVolume, TariffStep
from lib.ui import markup, tables
from lib.ui.billing import bill_table

_HOUSE_EXPLAINED = (
    "Расход дома по общему счётчику делится на то, что потратили в помещениях, и на содержание "
    "общего имущества. Вторая часть распределяется между всеми помещениями по площади."
)


def month(
    bill: Bill,
    *,
    corrections: Sequence[Recalculation],
    volumes: Sequence[HouseVolume],
    steps: Sequence[TariffStep],
) -> str:
    """Return the month's number, the ways to its receipt, its lines and what stands behind them."""
    return (
        _summary(bill)
        + _receipt(bill)
        + bill_table.bill_groups(bill)
        + (tables.recalculations(corrections) if corrections else "")
        + markup.folded("Базовое и скорректированное начисление", tables.base_and_adjusted(bill))
        + markup.folded("Общедомовое потребление (СОИ)", _house(bill, volumes))
        + markup.folded("Тарифы и их история", _tariffs(bill, steps))
    )


def still_open(period: dt.date) -> str:
    """Say why there is neither a bill nor a receipt."""
    return markup.note(
        f"Месяц «{formats.month_name(period)}» ещё не закрыт бухгалтерией, поэтому начислений "
        "и квитанции за него пока нет. Они появятся сразу после закрытия."
    )


def _summary(bill: Bill) -> str:
    """Return the one number of the month."""
    due = f" · оплатить до {formats.day(bill.due_on)}" if bill.due_on else ""
    return (
        f'<section class="kb-head"><div><h2>За {formats.month(bill.period)}</h2>'
        f'<p class="kb-quiet">к концу месяца{due}</p></div>'
        f'<p class="kb-sum">{bill_table.balance(bill.debt, currency="₽")}</p></section>'
    )


def _receipt(bill: Bill) -> str:
    """Return the two ways to the receipt, and the one to ask about it."""
    look = links.receipt(account_id=bill.account_id, period=bill.period)
    keep = links.receipt(account_id=bill.account_id, period=bill.period, save=True)
    ask = links.screen(
        links.APPEALS, about="bill", account=bill.account_id, month=f"{bill.period:%Y-%m}"
    )
    return (
        f'<p class="kb-actions">{markup.action("Открыть квитанцию", look, is_main=True)}'
        f"{markup.action('Сохранить квитанцию', keep)}"
        f"{markup.way('Подать обращение', ask)}</p>"
    )


def _house(bill: Bill, volumes: Sequence[HouseVolume]) -> str:
    """Return what the house used and what of its common part fell on this account."""
    charged = [
        line
        for group in bill.groups
        for line in group.lines
        if line.volume_common is not None or line.amount_common is not None
    ]
    if not volumes and not charged:
        return ""
    return f'{tables.house(volumes, charged)}<p class="kb-quiet">{_HOUSE_EXPLAINED}</p>'


def _tariffs(bill: Bill, steps: Sequence[TariffStep]) -> str:
    """Return the prices of the bill's services and what they were before."""
    names = {line.service for group in bill.groups for line in group.lines}
    shown = [step for step in steps if step.service in names]
    return tables.tariffs(shown) if shown else ""
