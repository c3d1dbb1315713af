"""One account for staff: its facts, then one part of it at a time."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.services import account_card
from lib.services.account_card import AttachedLogin, Card, OpenedAccount, OwnAppeal, Part
from lib.services.billing.account_cards import AccountCard
from lib.ui import markup, query, session, tables
from lib.ui.billing import bill_table
from lib.ui.markup import fill, join_pieces
from lib.ui.meters import table
from lib.ui.payments import movement_tables

_NAMES: Mapping[str, str] = {
    Part.CHARGES: "Начисления",
    Part.PAYMENTS: "Платежи",
    Part.METERS: "Счётчики",
    Part.APPEALS: "Обращения",
    Part.LOGINS: "Кабинеты",
}
_BILL = Markup('<h2 class="kb-subtitle">Начислено за {}</h2><p>К оплате сейчас: {}</p>{}')
_APPEALS = Markup('<h2 class="kb-subtitle">Обращения</h2><ul class="kb-answers">{}</ul>')
_APPEAL = Markup("<li>{} {} {}</li>")


def render_account(actor: Actor, opened: Sequence[OpenedAccount]) -> None:
    """Draw one of the opened accounts and one part of it."""
    account = _choose_account(opened)
    markup.render_title(f"Лицевой счёт № {account.number}")
    named = query.get_text("part")
    chosen = st.pills(
        "Показать",
        list(_NAMES),
        default=named if named in _NAMES else Part.CHARGES.value,
        format_func=_NAMES.__getitem__,
        required=True,
        key="account_card.part",
    )
    part = Part(chosen or Part.CHARGES)
    query.set_values(part=None if part is Part.CHARGES else part)
    card = account_card.get_card(
        actor=actor, account_id=account.account_id, part=part, address=session.get_address()
    )
    builders: Mapping[Part, Callable[[Card], Markup]] = {
        Part.CHARGES: _build_charges,
        Part.PAYMENTS: _build_payments,
        Part.METERS: _build_meters,
        Part.APPEALS: _build_appeals,
        Part.LOGINS: _build_logins,
    }
    markup.render_markup(_build_facts(card.head) + builders[part](card))


def _choose_account(opened: Sequence[OpenedAccount]) -> OpenedAccount:
    if len(opened) == 1:
        return opened[0]
    known = {str(account.account_id): account for account in opened}
    key = st.selectbox(
        "Счетов с этим номером несколько",
        list(known),
        format_func=lambda key: f"{known[key].number}, № {key}",
        width=320,
        key="account_card.which",
    )
    return known[key]


def _build_facts(head: AccountCard) -> Markup:
    return markup.build_facts(
        [
            ("Плательщик", head.payer or "не указан"),
            ("Адрес", f"{head.city}, {head.address}"),
            ("Организация", head.organization),
            ("Площадь", f"{formats.format_area(head.area)} кв. м"),
            ("Собственность", head.ownership),
            ("Зарегистрировано", _format_count(head.registered)),
            ("Проживает", _format_count(head.residents)),
        ]
    )


def _format_count(count: int | None) -> str:
    return formats.NO_DATA if count is None else str(count)


def _build_charges(card: Card) -> Markup:
    head = card.head
    if head.bill is None:
        return markup.build_note("Закрытых месяцев у этого счёта ещё нет.")
    due = bill_table.build_balance(sum(head.due.values(), Decimal(0)), currency="₽")
    month = formats.format_period(head.bill.period)
    return fill(_BILL, month, due, bill_table.build_bill(head.bill))


def _build_payments(card: Card) -> Markup:
    if not card.payments:
        return markup.build_note("Платежей ещё не было.")
    return movement_tables.build_payments(card.payments, last_closed=card.head.last_closed)


def _build_meters(card: Card) -> Markup:
    if not card.meters:
        return markup.build_note("Счётчиков у этого счёта нет.")
    return join_pieces(table.build_account(account, can_write=False) for account in card.meters)


def _build_appeals(card: Card) -> Markup:
    if not card.appeals:
        return markup.build_note("В вашу организацию с этого счёта не писали.")
    return fill(_APPEALS, join_pieces(map(_build_appeal, card.appeals)))


def _build_appeal(appeal: OwnAppeal) -> Markup:
    return fill(
        _APPEAL,
        markup.build_link(
            f"№ {appeal.number}", links.link_to_screen(links.SERVICE_DESK, id=appeal.appeal_id)
        ),
        appeal.topic,
        markup.build_quiet(f"{formats.format_date(appeal.sent_at)}, {appeal.status}"),
    )


def _build_logins(card: Card) -> Markup:
    if not card.logins:
        return markup.build_note("Ни один кабинет к этому счёту не присоединён.")
    return tables.build_table(
        caption="Кто видит счёт в личном кабинете",
        headings=tables.list_word_headings("Учётная запись", "Имя", "E-mail", "Доступ до"),
        rows=map(_format_login, card.logins),
    )


def _format_login(login: AttachedLogin) -> tuple[str, ...]:
    until = formats.format_date(login.until.date()) if login.until else "без срока"
    return login.username, login.name, login.email, until
