"""The parts of one month on Начисления."""

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.domain.billing.bill import Bill
from lib.services.billing.bills import Recalculation
from lib.services.billing.houses import HouseVolume, TariffStep
from lib.ui import markup
from lib.ui.billing import bill_table, charge_tables
from lib.ui.markup import EMPTY, fill

_HOUSE_EXPLAINED = (
    "Расход дома по общему счётчику делится на то, что потратили в помещениях, и на содержание "
    "общего имущества. Вторая часть распределяется между всеми помещениями по площади."
)
_SUMMARY = Markup(
    '<section class="kb-head"><div><h2>За {}</h2><p class="kb-quiet">к концу месяца{}</p></div>'
    '<p class="kb-sum">{}</p></section>'
)


def build_month(
    bill: Bill,
    *,
    corrections: Sequence[Recalculation],
    volumes: Sequence[HouseVolume],
    steps: Sequence[TariffStep],
) -> Markup:
    """Return the month's balance, its receipt, its lines and the figures behind them."""
    return (
        _build_summary(bill)
        + _build_receipt(bill)
        + bill_table.build_bill(bill)
        + (charge_tables.build_recalculations(corrections) if corrections else EMPTY)
        + markup.build_folded(
            "Базовое и скорректированное начисление", charge_tables.build_base_and_adjusted(bill)
        )
        + markup.build_folded("Общедомовое потребление (СОИ)", _build_house(bill, volumes))
        + markup.build_folded("Тарифы и их история", _build_tariffs(bill, steps))
    )


def build_open_month(period: dt.date) -> Markup:
    """Return why a month that is still open has neither a bill nor a receipt."""
    return markup.build_note(
        f"Месяц «{formats.format_month(period)}» ещё не закрыт бухгалтерией, поэтому начислений "
        "и квитанции за него пока нет. Они появятся сразу после закрытия."
    )


def _build_summary(bill: Bill) -> Markup:
    due = f" · оплатить до {formats.format_date(bill.due_on)}" if bill.due_on else ""
    balance = bill_table.build_balance(bill.debt, currency="₽")
    return fill(_SUMMARY, formats.format_period(bill.period), due, balance)


def _build_receipt(bill: Bill) -> Markup:
    """Return buttons that open the receipt, save it, and write about the bill."""
    opened = links.link_to_receipt(account_id=bill.account_id, period=bill.period)
    saved = links.link_to_receipt(account_id=bill.account_id, period=bill.period, save=True)
    appeal = links.link_to_screen(
        links.APPEALS, about="bill", account=bill.account_id, month=f"{bill.period:%Y-%m}"
    )
    return markup.build_actions(
        [
            markup.build_document_button("Открыть квитанцию", opened, is_main=True),
            markup.build_document_button("Сохранить квитанцию", saved),
            markup.build_button("Подать обращение", appeal),
        ]
    )


def _build_house(bill: Bill, volumes: Sequence[HouseVolume]) -> Markup:
    """Return what the house used and this account's share of the common part."""
    charged = [
        line
        for group in bill.groups
        for line in group.lines
        if line.volume_common is not None or line.amount_common is not None
    ]
    if not volumes and not charged:
        return EMPTY
    return charge_tables.build_house(volumes, charged) + markup.build_hint(_HOUSE_EXPLAINED)


def _build_tariffs(bill: Bill, steps: Sequence[TariffStep]) -> Markup:
    """Return the prices of the bill's services, past and present."""
    names = {line.service for group in bill.groups for line in group.lines}
    billed = [step for step in steps if step.service in names]
    return charge_tables.build_tariffs(billed) if billed else EMPTY
