"""One account for staff: what it is, then one part of it at a time."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import streamlit as st

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.services import account_card
from lib.services.account_card import AttachedLogin, Card, OpenedAccount, OwnAppeal, Part
from lib.services.billing.account_cards import AccountCard
from lib.ui import markup, query, session, tables
from lib.ui.billing import bill_table
from lib.ui.markup import text
from lib.ui.meters import table
from lib.ui.payments import movement_tables
from lib.ui.tables import Heading

_NAMES: Mapping[str, str] = {
    Part.CHARGES: "Начисления",
    Part.PAYMENTS: "Платежи",
    Part.METERS: "Счётчики",
    Part.APPEALS: "Обращения",
    Part.LOGINS: "Кабинеты",
}


def show(actor: Actor, opened: Sequence[OpenedAccount]) -> None:
    """Draw one of the opened accounts and one part of it."""
    one = _chosen(opened)
    markup.title(f"Лицевой счёт № {one.number}")
    asked = query.words("part")
    chosen = st.pills(
        "Показать",
        list(_NAMES),
        default=asked if asked in _NAMES else Part.CHARGES.value,
        format_func=_NAMES.__getitem__,
        required=True,
        key="account_card.part",
    )
    part = Part(chosen or Part.CHARGES)
    query.put(part=None if part is Part.CHARGES else part)
    card = account_card.get_card(
        actor=actor, account_id=one.account_id, part=part, address=session.address()
    )
    drawn: Mapping[Part, Callable[[Card], str]] = {
        Part.CHARGES: _charges,
        Part.PAYMENTS: _payments,
        Part.METERS: _meters,
        Part.APPEALS: _appeals,
        Part.LOGINS: _logins,
    }
    markup.show(_facts(card.head) + drawn[part](card))


def _chosen(opened: Sequence[OpenedAccount]) -> OpenedAccount:
    if len(opened) == 1:
        return opened[0]
    known = {str(one.account_id): one for one in opened}
    key = st.selectbox(
        "Счетов с этим номером несколько",
        list(known),
        format_func=lambda one: f"{known[one].number}, № {one}",
        width=320,
        key="account_card.which",
    )
    return known[key]


def _facts(head: AccountCard) -> str:
    told = {
        "Плательщик": head.payer or "не указан",
        "Адрес": f"{head.city}, {head.address}",
        "Организация": head.organization,
        "Площадь": f"{formats.area(head.area)} кв. м",
        "Собственность": head.ownership,
        "Зарегистрировано": formats.NO_DATA if head.registered is None else str(head.registered),
        "Проживает": formats.NO_DATA if head.residents is None else str(head.residents),
    }
    items = "".join(f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in told.items())
    return f'<dl class="kb-facts">{items}</dl>'


def _charges(card: Card) -> str:
    head = card.head
    if head.bill is None:
        return markup.note("Закрытых месяцев у этого счёта ещё нет.")
    owed = bill_table.balance(sum(head.due.values(), Decimal(0)), currency="₽")
    return (
        f'<h2 class="kb-subtitle">Начислено за {formats.month(head.bill.period)}</h2>'
        f"<p>К оплате сейчас: {owed}</p>" + bill_table.bill_groups(head.bill)
    )


def _payments(card: Card) -> str:
    if not card.payments:
        return markup.note("Платежей ещё не было.")
    return movement_tables.payments(card.payments, last_closed=card.head.last_closed)


def _meters(card: Card) -> str:
    if not card.meters:
        return markup.note("Счётчиков у этого счёта нет.")
    return "".join(table.account(one, can_ask=False) for one in card.meters)


def _appeals(card: Card) -> str:
    if not card.appeals:
        return markup.note("В вашу организацию с этого счёта не писали.")
    return _linked(card.appeals)


def _linked(found: Sequence[OwnAppeal]) -> str:
    items = "".join(
        f'<li><a class="kb-link" href="{text(links.screen(links.SERVICE_DESK, id=one.appeal_id))}">'
        f"№ {text(one.number)}</a> {text(one.topic)} "
        f'<span class="kb-quiet">{formats.day(one.sent_at)}, {text(one.status)}</span></li>'
        for one in found
    )
    return f'<h2 class="kb-subtitle">Обращения</h2><ul class="kb-answers">{items}</ul>'


def _logins(card: Card) -> str:
    if not card.logins:
        return markup.note("Ни один кабинет к этому счёту не присоединён.")
    return tables.table(
        caption="Кто видит счёт в личном кабинете",
        headings=(
            Heading("Учётная запись"),
            Heading("Имя", is_word=True),
            Heading("E-mail", is_word=True),
            Heading("Доступ до", is_word=True),
        ),
        rows=map(_login, card.logins),
    )


def _login(one: AttachedLogin) -> tuple[str, ...]:
    until = formats.day(one.until.date()) if one.until else "без срока"
    return one.username, one.name, one.email, until
