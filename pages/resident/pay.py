"""Payment (Оплата): a sum for each group, the debts that it closes, then a bank or QR codes."""

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
# first: a payment that has just arrived is no longer due
followed = pay_tries.find_followed(actor)
accounts = account_cards.list_cards(actor=actor)

markup.render_title("Оплата")
if not accounts:
    cards.render_no_account()
    frame.end_screen()

card = charge_choice.choose_account(accounts, key="pay.account")
if card.bill is None:
    markup.render_markup(markup.build_note(cards.NO_CLOSED_PERIOD))
    frame.end_screen()

sums = pay_sums.find_sums(card)
if sums is None:
    tries = paying.list_tries(actor=actor, account_id=card.account_id)
    if followed and followed.payment_id in {online_try.payment_id for online_try in tries}:
        pay_tries.render_followed(actor, card.account_id, followed)
    pay_tries.render_unfinished(card.account_id, tries)
    pay_sums.ask_sums(card, repeated=pay_tries.find_repeated(tries))
    pay_tries.render_tries(card.account_id, tries)
    frame.end_screen()

if st.button("Изменить суммы", icon=":material/arrow_back:"):
    pay_sums.reopen_sums(card)
    st.rerun()
try:
    quote = quotes.get_quote(actor=actor, card=card, sums=sums)
except SumRefused as refusal:
    st.error(str(refusal), icon=":material/error:")
    frame.end_screen()
key = session.request_key(pay_sums.FORM)
pay_quote.render_quote(card, quote, key=key, is_online=paying.is_online_available())
