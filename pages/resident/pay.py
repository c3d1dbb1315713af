"""Оплата: a sum per group, what each rouble closes, then a bank's page or codes to be scanned."""

import streamlit as st

from lib.access import Permission
from lib.services.billing import account_cards
from lib.services.payments import paying, quotes
from lib.services.payments.quotes import SumRefused
from lib.ui import frame, guard, markup, session
from lib.ui.billing import cards, charge_choice
from lib.ui.payments import quote as pay_quote
from lib.ui.payments import sums as pay_sums
from lib.ui.payments import tries as pay_tries

actor = guard.require(Permission.PAYMENTS_MAKE)
# first, so that what has just been paid is not due any more
followed = pay_tries.followed(actor)
held = account_cards.list_cards(actor=actor)

markup.title("Оплата")
if not held:
    cards.no_account_yet()
    frame.end()

card = charge_choice.account(held, key="pay.account")
if card.bill is None:
    markup.show(markup.note(cards.NO_CLOSED_PERIOD))
    frame.end()

sums = pay_sums.chosen(card)
if sums is None:
    tries = paying.list_tries(actor=actor, account_id=card.account_id)
    if followed and followed.payment_id in {one.payment_id for one in tries}:
        pay_tries.tell(actor, card.account_id, followed)
    pay_tries.warn(card.account_id, tries)
    pay_sums.ask(card, repeated=pay_tries.repeated(tries))
    pay_tries.show(card.account_id, tries)
    frame.end()

if st.button("Изменить суммы", icon=":material/arrow_back:"):
    pay_sums.change(card)
    st.rerun()
try:
    quote = quotes.get_quote(actor=actor, card=card, sums=sums)
except SumRefused as refusal:
    st.error(str(refusal), icon=":material/error:")
    frame.end()
key = session.request_key(pay_sums.FORM)
pay_quote.show(card, quote, key=key, is_online=paying.is_online())
