"""Начисления: any closed month with its lines, corrections, house volumes, receipt and history."""

import streamlit as st

from lib.access import Permission
from lib.services import accounts, bills
from lib.ui import cached, cards, charge_choice, charge_details, charge_past, guard, markup

actor = guard.require(Permission.CHARGES_READ)
held = accounts.list_accounts(actor=actor)

markup.title("Начисления")
if not held:
    cards.no_account_yet()
    st.stop()

card, chosen = charge_choice.account_and_period(held)
if chosen is None:
    cards.no_closed_period()
elif not chosen.is_closed:
    charge_details.still_open(chosen.period)
else:
    bill = bills.get_bill(actor=actor, account_id=card.account_id, period=chosen.period)
    corrections = bills.list_recalculations(
        actor=actor, account_id=card.account_id, period=chosen.period
    )
    charge_details.summary(bill)
    charge_details.receipt(bill)
    charge_details.body(
        bill,
        corrections=corrections,
        volumes=cached.house_volumes(card.house_id, chosen.period),
        steps=cached.tariffs(card.house_id),
    )

charge_past.history(bills.list_history(actor=actor, account_id=card.account_id))
