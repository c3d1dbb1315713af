"""The parts of Платежи: movement, payments, overpayments, receipts, the ways to the statement."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from lib import links
from lib.domain import formats
from lib.domain.payments import movement, payment
from lib.domain.payments.movement import CLOSING, OPENING, SHIFTED, Flow, GroupMovement, Movement
from lib.domain.payments.payment import Payment
from lib.services.billing.account_cards import AccountCard
from lib.ui import markup, tables
from lib.ui.billing import bill_table
from lib.ui.markup import text
from lib.ui.tables import Heading

_SIGNS = "Долг записан со знаком плюс, переплата – со знаком минус."
_NOTHING_MOVED = "За выбранные месяцы движения средств по этому счёту не было."
_NOTHING_PAID = (
    "За выбранные месяцы платежей нет. Платёж появляется здесь, когда его учтёт бухгалтерия, "
    "обычно через один–три рабочих дня."
)
_NOTHING_OVERPAID = "В выбранные месяцы переплат не было."
_NO_STATEMENT = (
    "Один из выбранных месяцев сейчас открыт бухгалтерией: выписку можно будет сохранить, "
    "когда его закроют, или за другой период."
)
_KINDS = (("PDF", "pdf"), ("XLSX", "xlsx"), ("CSV", "csv"))


def statement(card: AccountCard, since: dt.date, until: dt.date, *, can_be_made: bool) -> str:
    """Return the way to pay and those to the statement of the months."""
    address = links.screen(links.PAY, account=card.account_id)
    pay = markup.way("Оплатить счета", address, is_main=True)
    if not can_be_made:
        return f'<p class="kb-actions">{pay}</p>{markup.note(_NO_STATEMENT)}'
    ways = pay + "".join(
        markup.action(
            f"Выписка {name}",
            links.statement(account_id=card.account_id, since=since, until=until, kind=kind),
        )
        for name, kind in _KINDS
    )
    return f'<p class="kb-actions">{ways}</p>'


def movements(groups: Sequence[GroupMovement], *, until: dt.date) -> str:
    """Return what is owed at the end and the ledger of each group, the latest month first."""
    if not groups:
        return markup.note(_NOTHING_MOVED)
    shown = movement.flows(groups)
    debt = bill_table.balance(movement.debt(groups, period=until), currency="₽")
    return (
        f'<section class="kb-head"><div><h2>К концу {formats.month_of(until)}</h2>'
        f'<p class="kb-quiet">{_SIGNS} {text(movement.rule(shown))}.</p></div>'
        f'<p class="kb-sum">{debt}</p></section>' + "".join(_ledger(one, shown) for one in groups)
    )


def _ledger(group: GroupMovement, shown: Sequence[Flow]) -> str:
    headings = (
        Heading("Месяц"),
        Heading(OPENING),
        *(Heading(flow.heading) for flow in shown),
        Heading(CLOSING, is_main=True),
    )
    totals = [_figures("За период", group.total, shown)]
    if group.shifted:
        totals.insert(0, [SHIFTED, formats.money(group.shifted), *[""] * (len(shown) + 1)])
    return tables.table(
        caption=group.name,
        headings=headings,
        rows=[
            _figures(formats.month_name(month.period), month, shown)
            for month in reversed(group.months)
        ],
        kind="kb-ledger",
        totals=totals,
        beside=bill_table.balance(group.months[-1].closing),
    )


def _figures(name: str, month: Movement, shown: Sequence[Flow]) -> list[str]:
    amounts = (month.opening, *(flow.amount(month) for flow in shown), month.closing)
    return [name, *map(formats.money, amounts)]


def payments(
    made: Sequence[Payment], *, last_closed: dt.date | None, account_id: int | None = None
) -> str:
    """Return the payments, the latest first, their sum, and the ways to ask about each."""
    if not made:
        return markup.note(_NOTHING_PAID)
    marked = any(one.mark for one in made)
    headings = (
        Heading("Дата"),
        Heading("Способ", is_word=True),
        Heading("Учтён за", is_word=True),
        Heading("По группам услуг, ₽", is_word=True),
        *((Heading("Отметка", is_word=True),) if marked else ()),
        Heading("Сумма, ₽", is_main=True),
    )
    empty = [""] * (len(headings) - 2)
    table = tables.table(
        caption="Платежи",
        headings=headings,
        rows=[_payment(one, last_closed, marked=marked) for one in reversed(made)],
        kind="kb-payments",
        totals=[["Всего", *empty, formats.money(payment.received(made))]],
    )
    if account_id is None:  # staff do not write to themselves
        return table
    return table + markup.folded("Подать обращение о платеже", _questions(account_id, made))


def _questions(account_id: int, made: Sequence[Payment]) -> str:
    """Return the ways to write about what was paid on each day."""
    days = dict.fromkeys(one.paid_on for one in reversed(made))
    anchors = "".join(
        f'<a href="{text(_question(account_id, day))}">от&nbsp;{formats.day(day)}</a>'
        for day in days
    )
    return f'<p class="kb-links">{anchors}</p>'


def _question(account_id: int, day: dt.date) -> str:
    return links.screen(links.APPEALS, about="payment", account=account_id, day=day)


def _payment(made: Payment, last_closed: dt.date | None, *, marked: bool) -> list[str]:
    return [
        formats.day(made.paid_on),
        made.way,
        _counted(made, last_closed),
        made.spreading,
        *((made.mark,) if marked else ()),
        formats.money(made.amount),
    ]


def _counted(made: Payment, last_closed: dt.date | None) -> str:
    if made.month is None:
        return "получен, появится в ближайшей квитанции"
    is_open = last_closed is None or made.month > last_closed
    return made.counted + (", месяц ещё не закрыт" if is_open else "")


def overpayments(groups: Sequence[GroupMovement]) -> str:
    """Return what was overpaid at each month's end, by group; months without any are left out."""
    overpaid: dict[dt.date, dict[int, Decimal]] = {}
    for group in groups:
        for month in group.months:
            if month.overpaid is not None:
                overpaid.setdefault(month.period, {})[group.group_id] = month.overpaid
    if not overpaid:
        return markup.note(_NOTHING_OVERPAID)
    columns = [group for group in groups if any(group.group_id in row for row in overpaid.values())]
    return tables.table(
        caption="Переплата на конец месяца, ₽",
        headings=(Heading("Месяц"), *(Heading(group.name) for group in columns)),
        rows=[
            (
                formats.month_name(month),
                *(formats.money(overpaid[month].get(group.group_id)) for group in columns),
            )
            for month in sorted(overpaid, reverse=True)
        ],
    )


def receipts(card: AccountCard) -> str:
    """Return the ways to the receipt of every closed month, a line a year."""
    closed = [one.period for one in card.periods if one.is_closed]
    years = groupby(closed, key=lambda period: period.year)
    lines = "".join(f"<dt>{year}</dt><dd>{_year(card, months)}</dd>" for year, months in years)
    return f'<h2 class="kb-subtitle">Копии квитанций</h2><dl class="kb-facts kb-years">{lines}</dl>'


def _year(card: AccountCard, months: Iterable[dt.date]) -> str:
    return "".join(
        f'<a href="{text(links.receipt(account_id=card.account_id, period=period))}" '
        f'target="_blank">{formats.month_name(period).partition(" ")[0]}'
        f'<span class="kb-unseen"> {period.year}, квитанция</span></a>'
        for period in months
    )
