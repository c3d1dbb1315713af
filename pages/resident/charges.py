"""Charges (Начисления): a month's lines, corrections, house volumes, receipt and history."""

from lib.access import Permission
from lib.services.billing import account_cards, bills
from lib.ui import cached, frame, guard, markup
from lib.ui.billing import cards, charge_choice, charge_details, charge_past
from lib.ui.markup import EMPTY

actor = guard.require(Permission.CHARGES_READ)
accounts = account_cards.list_accounts(actor=actor)

markup.render_title("Начисления")
if not accounts:
    cards.render_no_account()
    frame.end_screen()

card, chosen = charge_choice.choose_account_and_period(accounts)
charges = bills.get_charges(
    actor=actor, account_id=card.account_id, period=chosen.period if chosen else None
)
if chosen is None:
    content = markup.build_note(cards.NO_CLOSED_PERIOD)
elif charges.bill is None:
    content = charge_details.build_open_month(chosen.period)
else:
    content = charge_details.build_month(
        charges.bill,
        corrections=charges.corrections,
        volumes=cached.list_house_volumes(card.house_id, chosen.period),
        steps=cached.list_tariffs(card.house_id),
    )
# one piece of markup: each element costs time in every run of the screen
markup.render_markup(content + (charge_past.HEADING if charges.history else EMPTY))
if charges.history:
    charge_past.render_history(charges.history)
