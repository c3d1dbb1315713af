"""Начисления: any closed month with its lines, recalculations, receipt and history."""

import streamlit as st

from lib.access import Permission
from lib.services import accounts, bills
from lib.ui import cards, charge_choice, charge_details, guard

actor = guard.require(Permission.CHARGES_READ)
held = accounts.list_cards(actor=actor)

st.title("Начисления")
if not held:
    cards.no_account_yet()
    st.stop()

card = charge_choice.account(held)
periods = bills.list_periods(actor=actor, account_id=card.account_id)
chosen = charge_choice.period(periods)
if chosen is None:
    cards.no_closed_period()
elif not chosen.is_closed:
    charge_details.still_open(chosen.period)
else:
    bill = bills.get_bill(actor=actor, account_id=card.account_id, period=chosen.period)
    charge_details.summary(bill)
    charge_details.receipt(bill)
    cards.groups(bill)
    charge_details.recalculations(
        bills.list_recalculations(actor=actor, account_id=card.account_id, period=chosen.period)
    )
charge_details.history(actor=actor, account_id=card.account_id)
