"""The parts of Платежи: movements, payments, overpayments, receipts, the statement's buttons."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.domain.payments import movement
from lib.domain.payments import payment as payment_rules
from lib.domain.payments.movement import CLOSING, OPENING, SHIFTED, Flow, GroupMovement, Movement
from lib.domain.payments.payment import Payment
from lib.services.billing.account_cards import AccountCard
from lib.ui import markup, tables
from lib.ui.billing import bill_table
from lib.ui.markup import fill, join_pieces
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
_SUMMARY = Markup(
    '<section class="kb-head"><div><h2>К концу {}</h2><p class="kb-quiet">{} {}.</p></div>'
    '<p class="kb-sum">{}</p></section>'
)
_RECEIPT = Markup(
    '<a href="{}" target="_blank">{}<span class="kb-unseen"> {}, квитанция</span></a>'
)
_RECEIPTS = Markup(
    '<h2 class="kb-subtitle">Копии квитанций</h2><dl class="kb-facts kb-years">{}</dl>'
)


def build_statement_buttons(
    card: AccountCard, since: dt.date, until: dt.date, *, can_be_made: bool
) -> Markup:
    """Return buttons that pay and that save the statement of the months."""
    address = links.link_to_screen(links.PAY, account=card.account_id)
    pay = markup.build_button("Оплатить счета", address, is_main=True)
    if not can_be_made:
        return markup.build_actions([pay]) + markup.build_note(_NO_STATEMENT)
    statements = [
        markup.build_document_button(
            f"Выписка {name}",
            links.link_to_statement(
                account_id=card.account_id, since=since, until=until, kind=kind
            ),
        )
        for name, kind in _KINDS
    ]
    return markup.build_actions([pay, *statements])


def build_movements(groups: Sequence[GroupMovement], *, until: dt.date) -> Markup:
    """Return what is owed at the end and the ledger of each group, the latest month first."""
    if not groups:
        return markup.build_note(_NOTHING_MOVED)
    flows = movement.list_flows(groups)
    debt = bill_table.build_balance(movement.calculate_debt(groups, period=until), currency="₽")
    summary = fill(
        _SUMMARY, formats.format_period_genitive(until), _SIGNS, movement.format_rule(flows), debt
    )
    return summary + join_pieces(_build_ledger(group, flows) for group in groups)


def _build_ledger(group: GroupMovement, flows: Sequence[Flow]) -> Markup:
    headings = (
        Heading("Месяц"),
        Heading(OPENING),
        *(Heading(flow.heading) for flow in flows),
        Heading(CLOSING, is_main=True),
    )
    totals = [_format_figures("За период", group.total, flows)]
    if group.shifted:
        totals.insert(0, [SHIFTED, formats.format_money(group.shifted), *[""] * (len(flows) + 1)])
    return tables.build_table(
        caption=group.name,
        headings=headings,
        rows=[
            _format_figures(formats.format_month(month.period), month, flows)
            for month in reversed(group.months)
        ],
        kind="kb-ledger",
        totals=totals,
        beside=bill_table.build_balance(group.months[-1].closing),
    )


def _format_figures(name: str, month: Movement, flows: Sequence[Flow]) -> list[str]:
    amounts = (month.opening, *(flow.amount(month) for flow in flows), month.closing)
    return [name, *map(formats.format_money, amounts)]


def build_payments(
    payments: Sequence[Payment], *, last_closed: dt.date | None, account_id: int | None = None
) -> Markup:
    """Return the payments, the latest first, their sum, and links to write about each.

    Args:
        payments: the earliest first.
        last_closed: the account's last closed month.
        account_id: the resident's account; None for staff, who do not write appeals.
    """
    if not payments:
        return markup.build_note(_NOTHING_PAID)
    has_marks = any(payment.mark for payment in payments)
    headings = (
        Heading("Дата"),
        Heading("Способ", is_word=True),
        Heading("Учтён за", is_word=True),
        Heading("По группам услуг, ₽", is_word=True),
        *((Heading("Отметка", is_word=True),) if has_marks else ()),
        Heading("Сумма, ₽", is_main=True),
    )
    empty = [""] * (len(headings) - 2)
    table = tables.build_table(
        caption="Платежи",
        headings=headings,
        rows=[
            _format_payment(payment, last_closed, has_marks=has_marks)
            for payment in reversed(payments)
        ],
        kind="kb-payments",
        totals=[["Всего", *empty, formats.format_money(payment_rules.sum_payments(payments))]],
    )
    if account_id is None:
        return table
    appeals = _build_appeal_links(account_id, payments)
    return table + markup.build_folded("Подать обращение о платеже", appeals)


def _build_appeal_links(account_id: int, payments: Sequence[Payment]) -> Markup:
    """Return links to write about the payments of each day."""
    days = dict.fromkeys(payment.paid_on for payment in reversed(payments))
    return markup.build_links(
        (
            f"от\N{NO-BREAK SPACE}{formats.format_date(day)}",
            links.link_to_screen(links.APPEALS, about="payment", account=account_id, day=day),
        )
        for day in days
    )


def _format_payment(payment: Payment, last_closed: dt.date | None, *, has_marks: bool) -> list[str]:
    return [
        formats.format_date(payment.paid_on),
        payment.way,
        _format_counted(payment, last_closed),
        payment.spreading,
        *((payment.mark,) if has_marks else ()),
        formats.format_money(payment.amount),
    ]


def _format_counted(payment: Payment, last_closed: dt.date | None) -> str:
    if payment.month is None:
        return "получен, появится в ближайшей квитанции"
    is_open = last_closed is None or payment.month > last_closed
    return payment.counted + (", месяц ещё не закрыт" if is_open else "")


def build_overpayments(groups: Sequence[GroupMovement]) -> Markup:
    """Return the overpayments at each month's end, by group; months without any are left out."""
    overpaid: dict[dt.date, dict[int, Decimal]] = {}
    for group in groups:
        for month in group.months:
            if month.overpaid is not None:
                overpaid.setdefault(month.period, {})[group.group_id] = month.overpaid
    if not overpaid:
        return markup.build_note(_NOTHING_OVERPAID)
    columns = [group for group in groups if any(group.group_id in row for row in overpaid.values())]
    return tables.build_table(
        caption="Переплата на конец месяца, ₽",
        headings=(Heading("Месяц"), *(Heading(group.name) for group in columns)),
        rows=[
            (
                formats.format_month(period),
                *(formats.format_money(overpaid[period].get(group.group_id)) for group in columns),
            )
            for period in sorted(overpaid, reverse=True)
        ],
    )


def build_receipts(card: AccountCard) -> Markup:
    """Return links to the receipt of every closed month, a line a year."""
    closed = [billed.period for billed in card.periods if billed.is_closed]
    years = groupby(closed, key=lambda period: period.year)
    lines = join_pieces(
        fill(Markup("<dt>{}</dt><dd>{}</dd>"), year, _build_year(card, months))
        for year, months in years
    )
    return fill(_RECEIPTS, lines)


def _build_year(card: AccountCard, months: Iterable[dt.date]) -> Markup:
    return join_pieces(
        fill(
            _RECEIPT,
            links.link_to_receipt(account_id=card.account_id, period=period),
            formats.format_month(period).partition(" ")[0],
            period.year,
        )
        for period in months
    )
