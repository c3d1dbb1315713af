"""Главная: a card per account - what is owed, for what, and what to do about it."""

import streamlit as st

from lib.access import Permission
from lib.services import accounts
from lib.ui import cards, guard, markup

actor = guard.require(Permission.ACCOUNTS_READ)
held = accounts.list_cards(actor=actor)

markup.title("Главная")
if not held:
    cards.no_account_yet()
for card in held:
    with st.container(border=True):
        cards.head(card)
        if card.bill is None:
            cards.no_closed_period()
            continue
        cards.buttons(card, card.bill)
        cards.body(card, card.bill)
