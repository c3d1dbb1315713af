"""Платежи: how money moved month by month, what was paid, overpayments, receipts, the statement."""

from lib.access import Permission
from lib.services.billing import account_cards
from lib.services.payments import history, statements
from lib.ui import frame, guard, markup
from lib.ui.billing import cards
from lib.ui.payments import choice, movement_tables
from lib.ui.payments.choice import View

actor = guard.require(Permission.PAYMENTS_READ)
held = account_cards.list_accounts(actor=actor)

markup.title("Платежи")
if not held:
    cards.no_account_yet()
    frame.end()

card = choice.account(held)
if card.last_closed is None:
    made = history.list_payments(actor=actor, account_id=card.account_id, since=None, until=None)
    found = (
        movement_tables.payments(made, account_id=card.account_id, last_closed=None) if made else ""
    )
    markup.show(markup.note(cards.NO_CLOSED_PERIOD) + found)
    frame.end()

chosen = choice.ask(card, card.last_closed)
if chosen.view is View.RECEIPTS:
    content = movement_tables.receipts(card)
elif chosen.view is View.PAYMENTS:
    made = history.list_payments(
        actor=actor,
        account_id=card.account_id,
        since=chosen.counted_since,
        until=chosen.counted_until,
    )
    content = movement_tables.payments(
        made, account_id=card.account_id, last_closed=card.last_closed
    )
else:
    groups = history.list_movements(
        actor=actor, account_id=card.account_id, since=chosen.since, until=chosen.until
    )
    content = (
        movement_tables.overpayments(groups)
        if chosen.view is View.OVERPAYMENTS
        else movement_tables.movements(groups, until=chosen.until)
    )
# one piece of markup: each element costs every run of the screen
markup.show(
    movement_tables.statement(
        card,
        chosen.since,
        chosen.until,
        can_be_made=statements.can_be_made(card, since=chosen.since, until=chosen.until),
    )
    + content
)
