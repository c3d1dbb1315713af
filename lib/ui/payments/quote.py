"""What is about to be paid: the debts that it closes, the online form, the QR codes.

On a phone the button comes first, then saving and sharing a code, then its requisites: nobody
scans a code from the screen of the phone that pays.
"""

import base64
from collections.abc import Iterator
from decimal import Decimal

from markupsafe import Markup

from lib import links
from lib.documents.payment_code.picture import draw_picture
from lib.documents.receipt.data import ReceiptCode
from lib.domain import formats
from lib.domain.payments.closing import Closing, Tranche
from lib.domain.payments.online import MAX_AMOUNT, MIN_AMOUNT
from lib.services.billing.account_cards import AccountCard
from lib.services.payments.quotes import Quote
from lib.ui import markup, tables
from lib.ui.markup import EMPTY, fill, join_pieces
from lib.ui.payments import online_form
from lib.ui.tables import Heading

_HEADINGS = (Heading("Группа"), Heading("За что", is_word=True), Heading("Сумма", is_main=True))
_SPACE = "\N{NO-BREAK SPACE}"
_HINT = (
    "Наведите камеру в приложении своего банка. Платите с этого телефона? Сохраните картинку "
    "и откройте её в приложении: «Оплата по QR» → «Из галереи»."
)
# a button stays hidden where the browser cannot do it; the texts to copy are on the page
_SCRIPT = Markup("""<script>(() => {
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
})();</script>""")
_TOTAL = Markup('<p class="kb-head kb-total-line">К оплате<b class="kb-sum">{} ₽</b></p>')
_ONLINE = Markup(
    '<section class="kb-online"><h2 class="kb-subtitle">Онлайн</h2><p>{}</p>{}'
    "<p class='kb-quiet'>Данные карты вы вводите на странице банка: кабинет их не "
    "видит.</p></section>"
)
_CODES = Markup(
    '<section class="kb-codes"><h2 class="kb-subtitle">По QR-коду в приложении банка</h2>'
    "<p>{}</p>{}{}</section>"
)
_CODE = Markup(
    '<article class="kb-code"><h3>{recipient}: {amount} ₽</h3>'
    '<img src="data:image/png;base64,{drawn}" alt="QR-код для оплаты: {recipient}, {amount} ₽">'
    '<p class="kb-actions"><a class="kb-button kb-plain" href="{picture}" download>'
    "Сохранить код</a>"
    '<button type="button" class="kb-link kb-share" hidden data-picture="{picture}">'
    "Поделиться</button></p>"
    '<div class="kb-requisites">{facts}{copies}</div>'
    '<p role="status" class="kb-quiet"></p></article>'
)
_COPY = Markup('<button type="button" class="kb-link kb-copy" hidden data-copy="{}">{}</button>')


def render_quote(card: AccountCard, quote: Quote, *, key: str, is_online: bool) -> None:
    """Draw the quote as one piece of markup.

    Args:
        card: the account.
        quote: what is to be paid.
        key: the request key of the form that begins to pay online.
        is_online: whether online payment is set up.
    """
    online = _build_online(card, quote, key) if is_online else EMPTY
    markup.render_markup(
        fill(
            Markup('<div class="kb-pay">{}{}{}{}</div>{}'),
            fill(_TOTAL, formats.format_money(quote.total)),
            _build_closings(card, quote),
            online,
            _build_codes(card, quote),
            _SCRIPT,
        ),
        unsafe_allow_javascript=True,
    )


def _build_closings(card: AccountCard, quote: Quote) -> Markup:
    names = {group.group_id: group.name for group in (card.bill.groups if card.bill else ())}
    rows = [
        (names[group], words, formats.format_money(amount))
        for group, closing in quote.closings.items()
        for words, amount in _list_parts(closing)
    ]
    return tables.build_table(
        caption="Что закроет этот платёж", headings=_HEADINGS, rows=rows, kind="kb-closings"
    )


def _list_parts(closing: Closing) -> Iterator[tuple[str, Decimal]]:
    for tranche in closing.tranches:
        yield _format_reason(tranche), tranche.amount
    if closing.advance:
        yield "аванс: зачтётся в следующих месяцах", closing.advance


def _format_reason(tranche: Tranche) -> str:
    if tranche.is_penalty:
        return "пени"
    return formats.format_month(tranche.period) if tranche.period else "более ранний долг"


def _build_online(card: AccountCard, quote: Quote, key: str) -> Markup:
    """Return the form that pays online, or why this sum cannot be paid online."""
    if not MIN_AMOUNT <= quote.total <= MAX_AMOUNT:
        return markup.build_note(
            f"Онлайн за один раз можно оплатить от {formats.format_money(MIN_AMOUNT)} до "
            f"{formats.format_money(MAX_AMOUNT)} ₽. Эту сумму оплатите по QR-коду."
        )
    fields: dict[str, object] = {"account": card.account_id, "key": key}
    fields |= {f"group.{group}": amount for group, amount in quote.sums.items()}
    return fill(_ONLINE, _build_fee(quote), online_form.build_online_form(fields))


def _build_fee(quote: Quote) -> Markup:
    if not quote.fee:
        return Markup("Без комиссии. Долг уменьшится сразу.")
    fee = Markup("Комиссия {} ₽, всего спишется <b>{} ₽</b>. Долг уменьшится сразу.")
    return fill(fee, formats.format_money(quote.fee), formats.format_money(quote.total + quote.fee))


def _build_codes(card: AccountCard, quote: Quote) -> Markup:
    notes = join_pieces(map(markup.build_note, quote.refusals))
    codes = join_pieces(_build_code(card, quote, key, code) for key, code in quote.codes.items())
    return fill(_CODES, _HINT, codes, notes) if codes else notes


def _build_code(card: AccountCard, quote: Quote, recipient_id: int, code: ReceiptCode) -> Markup:
    billed = card.bill.groups if card.bill else ()
    groups = {group.group_id for group in billed if group.recipient_id == recipient_id}
    picture = links.link_to_payment_code(
        account_id=card.account_id,
        recipient_id=recipient_id,
        sums={group: amount for group, amount in quote.sums.items() if group in groups},
    )
    facts = list(_list_requisites(card, code))
    requisites = "\n".join(f"{name}: {value}" for name, value in facts)
    amount = formats.format_money(code.amount)
    return _CODE.format(
        recipient=code.recipient,
        amount=amount,
        drawn=base64.b64encode(draw_picture(code.payload)).decode(),
        picture=picture,
        facts=markup.build_facts(facts),
        copies=markup.build_actions(
            [
                fill(_COPY, requisites, "Скопировать реквизиты"),
                fill(_COPY, amount.replace(_SPACE, ""), "Скопировать сумму"),
            ]
        ),
    )


def _list_requisites(card: AccountCard, code: ReceiptCode) -> Iterator[tuple[str, str]]:
    """Return the names and values that a bank's form asks for."""
    yield "Получатель", code.recipient
    if code.inn:
        yield "ИНН", code.inn
    yield "Счёт", code.account
    yield "Банк", code.bank_name
    yield "БИК", code.bic
    if code.corr_account.strip("0"):
        yield "Корр. счёт", code.corr_account
    yield "Назначение", f"{code.purpose}, ЛС {card.number}"
    yield "Сумма, ₽", formats.format_money(code.amount)
