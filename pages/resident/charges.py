"""Начисления: any closed month with its lines, corrections, house volumes, receipt and history."""

from lib.access import Permission
from lib.services.billing import account_cards, bills
from lib.ui import cached, frame, guard, markup
from lib.ui.billing import cards, charge_choice, charge_details, charge_past

actor = guard.require(Permission.CHARGES_READ)
held = account_cards.list_accounts(actor=actor)

markup.title("Начисления")
if not held:
    cards.no_account_yet()
    frame.end()

card, chosen = charge_choice.account_and_period(held)
charges = bills.get_charges(
    actor=actor, account_id=card.account_id, period=chosen.period if chosen else None
)
if chosen is None:
    above = markup.note(cards.NO_CLOSED_PERIOD)
elif charges.bill is None:
    above = charge_details.still_open(chosen.period)
else:
    above = charge_details.month(
        charges.bill,
        corrections=charges.corrections,
        volumes=cached.house_volumes(card.house_id, chosen.period),
        steps=cached.tariffs(card.house_id),
    )
# one piece of markup: each element costs every run of the screen
markup.show(above + (charge_past.HEADING if charges.history else ""))
if charges.history:
    charge_past.history(charges.history)
