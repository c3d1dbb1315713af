"""What is about to be paid: what it closes, the way to the bank, the codes to be scanned.

On a phone the button comes first, then saving and sharing a code, then its requisites: nobody
scans a code from the screen of the telephone that pays.
"""

import base64
from collections.abc import Iterable, Iterator
from decimal import Decimal

import streamlit as st

from lib import links
from lib.acquiring.bank import Method
from lib.documents import payment_code_picture
from lib.documents.receipt.data import ReceiptCode
from lib.domain import formats
from lib.domain.payments.closing import Closing, Tranche
from lib.domain.payments.online import LEAST, MOST
from lib.services.billing.account_cards import AccountCard
from lib.services.payments.quotes import Quote
from lib.ui import markup, tables
from lib.ui.markup import text
from lib.ui.tables import Heading

_HEADINGS = (Heading("Группа"), Heading("За что", is_word=True), Heading("Сумма", is_main=True))
_SPACE = "\N{NO-BREAK SPACE}"
_METHODS = ((Method.CARD, "Оплатить картой", ""), (Method.SBP, "Оплатить через СБП", " kb-plain"))
_HINT = (
    "Наведите камеру в приложении своего банка. Платите с этого телефона? Сохраните картинку "
    "и откройте её в приложении: «Оплата по QR» → «Из галереи»."
)
# what a browser cannot do stays hidden; the words to be copied stand on the page anyway
_SCRIPT = """<script>(() => {
const tell = (box, words) => { box.querySelector("[role=status]").textContent = words; };
for (const box of document.querySelectorAll(".kb-code")) {
  const share = box.querySelector(".kb-share");
  const probe = new File([""], "kod-oplaty.png", { type: "image/png" });
  if (navigator.canShare?.({ files: [probe] })) {
    share.hidden = false;
    share.onclick = async () => {
      const answer = await fetch(share.dataset.picture);
      if (!answer.ok) { tell(box, "Картинка не получена: обновите страницу."); return; }
      const file = new File([await answer.blob()], "kod-oplaty.png", { type: "image/png" });
      await navigator.share({ files: [file] }).catch(() => {});
    };
  }
  for (const button of box.querySelectorAll(".kb-copy")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.onclick = async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      tell(box, "Скопировано.");
    };
  }
}
})();</script>"""


def show(card: AccountCard, quote: Quote, *, key: str, is_online: bool) -> None:
    """Draw the whole of it as one piece.

    Args:
        card: the account.
        quote: what is to be paid.
        key: the request key of the form that begins to pay online.
        is_online: whether there is a bank to pay to online.
    """
    st.html(
        f'<div class="kb-pay">{_total(quote)}{_closings(card, quote)}'
        f"{_online(card, quote, key) if is_online else ''}{_codes(card, quote)}</div>{_SCRIPT}",
        unsafe_allow_javascript=True,
    )


def _total(quote: Quote) -> str:
    return (
        f'<p class="kb-head kb-total-line">К оплате<b class="kb-sum">'
        f"{formats.money(quote.total)} ₽</b></p>"
    )


def _closings(card: AccountCard, quote: Quote) -> str:
    names = {group.group_id: group.name for group in (card.bill.groups if card.bill else ())}
    rows = [
        (names[group], words, formats.money(amount))
        for group, closed in quote.closings.items()
        for words, amount in _closed(closed)
    ]
    return tables.table(
        caption="Что закроет этот платёж", headings=_HEADINGS, rows=rows, kind="kb-closings"
    )


def _closed(closed: Closing) -> Iterator[tuple[str, Decimal]]:
    for tranche in closed.tranches:
        yield _reason(tranche), tranche.amount
    if closed.advance:
        yield "аванс: зачтётся в следующих месяцах", closed.advance


def _reason(tranche: Tranche) -> str:
    if tranche.is_penalty:
        return "пени"
    return formats.month_name(tranche.period) if tranche.period else "более ранний долг"


def _online(card: AccountCard, quote: Quote, key: str) -> str:
    """Return the form that our own route takes: it sends the payer on to the bank's page.

    No field may be called like a property of a form («method»): the browser's cleaning of
    markup would drop the name.
    """
    if not LEAST <= quote.total <= MOST:
        return markup.note(
            f"Онлайн за один раз можно оплатить от {formats.money(LEAST)} до "
            f"{formats.money(MOST)} ₽. Эту сумму оплатите по QR-коду."
        )
    fields = {"account": card.account_id, "key": key}
    fields |= {f"group.{group}": amount for group, amount in quote.sums.items()}
    hidden = "".join(
        f'<input type="hidden" name="{text(name)}" value="{text(value)}">'
        for name, value in fields.items()
    )
    buttons = "".join(
        f'<button class="kb-button{mark}" type="submit" name="way" value="{method.value}">'
        f"{words}</button>"
        for method, words, mark in _METHODS
    )
    return (
        f'<section class="kb-online"><h2 class="kb-subtitle">Онлайн</h2><p>{_fee(quote)}</p>'
        f'<form method="post" action="{links.PAY_ONLINE}" class="kb-actions">{hidden}{buttons}'
        "</form><p class='kb-quiet'>Данные карты вы вводите на странице банка: кабинет их не "
        "видит.</p></section>"
    )


def _fee(quote: Quote) -> str:
    if not quote.fee:
        return "Без комиссии. Долг уменьшится сразу."
    return (
        f"Комиссия {formats.money(quote.fee)} ₽, всего спишется "
        f"<b>{formats.money(quote.total + quote.fee)} ₽</b>. Долг уменьшится сразу."
    )


def _codes(card: AccountCard, quote: Quote) -> str:
    notes = "".join(map(markup.note, quote.refusals))
    codes = "".join(_code(card, quote, key, code) for key, code in quote.codes.items())
    if not codes:
        return notes
    return (
        '<section class="kb-codes"><h2 class="kb-subtitle">По QR-коду в приложении банка</h2>'
        f"<p>{_HINT}</p>{codes}{notes}</section>"
    )


def _code(card: AccountCard, quote: Quote, recipient_id: int, code: ReceiptCode) -> str:
    billed = card.bill.groups if card.bill else ()
    groups = {group.group_id for group in billed if group.recipient_id == recipient_id}
    picture = links.payment_code(
        account_id=card.account_id,
        recipient_id=recipient_id,
        sums={group: amount for group, amount in quote.sums.items() if group in groups},
    )
    drawn = base64.b64encode(payment_code_picture.draw(code.payload)).decode()
    facts = list(_facts(card, code))
    return (
        f'<article class="kb-code"><h3>{text(code.recipient)}: {formats.money(code.amount)} ₽</h3>'
        f'<img src="data:image/png;base64,{drawn}" alt="QR-код для оплаты: {text(code.recipient)}, '
        f'{formats.money(code.amount)} ₽">'
        f'<p class="kb-actions"><a class="kb-button kb-plain" href="{text(picture)}" download>'
        "Сохранить код</a>"
        f'<button type="button" class="kb-link kb-share" hidden data-picture="{text(picture)}">'
        "Поделиться</button></p>"
        f'<div class="kb-requisites">{_definitions(facts)}<p class="kb-actions">'
        f"{_copy('Скопировать реквизиты', _as_text(facts))}"
        f"{_copy('Скопировать сумму', formats.money(code.amount).replace(_SPACE, ''))}</p></div>"
        '<p role="status" class="kb-quiet"></p></article>'
    )


def _facts(card: AccountCard, code: ReceiptCode) -> Iterable[tuple[str, str]]:
    """Return the requisites by name, the ones that a bank's form asks for."""
    yield "Получатель", code.recipient
    if code.inn:
        yield "ИНН", code.inn
    yield "Счёт", code.account
    yield "Банк", code.bank_name
    yield "БИК", code.bic
    if code.corr_account.strip("0"):
        yield "Корр. счёт", code.corr_account
    yield "Назначение", f"{code.purpose}, ЛС {card.number}"
    yield "Сумма, ₽", formats.money(code.amount)


def _definitions(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in facts)
    return f'<dl class="kb-facts">{rows}</dl>'


def _as_text(facts: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in facts)


def _copy(words: str, content: str) -> str:
    return (
        f'<button type="button" class="kb-link kb-copy" hidden data-copy="{text(content)}">'
        f"{words}</button>"
    )
