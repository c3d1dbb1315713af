"""Payments (Платежи): movements by month, payments, overpayments, receipts, the statement."""

from lib.access import Permission
from lib.services.billing import account_cards
from lib.services.payments import history, statements
from lib.ui import frame, guard, markup
from lib.ui.billing import cards, charge_choice
from lib.ui.markup import EMPTY
from lib.ui.payments import choice, movement_tables
from lib.ui.payments.choice import View

actor = guard.require(Permission.PAYMENTS_READ)
accounts = account_cards.list_accounts(actor=actor)

markup.render_title("Платежи")
if not accounts:
    cards.render_no_account()
    frame.end_screen()

card = charge_choice.choose_account(accounts, key="payments.account")
if card.last_closed is None:
    payments = history.list_payments(
        actor=actor, account_id=card.account_id, since=None, until=None
    )
    content = (
        movement_tables.build_payments(payments, account_id=card.account_id, last_closed=None)
        if payments
        else EMPTY
    )
    markup.render_markup(markup.build_note(cards.NO_CLOSED_PERIOD) + content)
    frame.end_screen()

chosen = choice.choose_months_and_view(card, card.last_closed)
if chosen.view is View.RECEIPTS:
    content = movement_tables.build_receipts(card)
elif chosen.view is View.PAYMENTS:
    payments = history.list_payments(
        actor=actor,
        account_id=card.account_id,
        since=chosen.counted_since,
        until=chosen.counted_until,
    )
    content = movement_tables.build_payments(
        payments, account_id=card.account_id, last_closed=card.last_closed
    )
else:
    groups = history.list_movements(
        actor=actor, account_id=card.account_id, since=chosen.since, until=chosen.until
    )
    content = (
        movement_tables.build_overpayments(groups)
        if chosen.view is View.OVERPAYMENTS
        else movement_tables.build_movements(groups, until=chosen.until)
    )
# one piece of markup: each element costs time in every run of the screen
markup.render_markup(
    movement_tables.build_statement_buttons(
        card,
        chosen.since,
        chosen.until,
        can_be_made=statements.is_statement_available(card, since=chosen.since, until=chosen.until),
    )
    + content
)
