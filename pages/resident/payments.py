"""Платежи: how money moved month by month, what was paid, overpayments, receipts, the statement."""

from lib.access import Permission
from lib.services import accounts, payments, statements
from lib.ui import cards, frame, guard, markup, payment_choice, payment_tables
from lib.ui.payment_choice import View

actor = guard.require(Permission.PAYMENTS_READ)
held = accounts.list_accounts(actor=actor)

markup.title("Платежи")
if not held:
    cards.no_account_yet()
    frame.end()

card = payment_choice.account(held)
if card.last_closed is None:
    made = payments.list_payments(actor=actor, account_id=card.account_id, since=None, until=None)
    found = (
        payment_tables.payments(made, account_id=card.account_id, last_closed=None) if made else ""
    )
    markup.show(markup.note(cards.NO_CLOSED_PERIOD) + found)
    frame.end()

chosen = payment_choice.ask(card, card.last_closed)
if chosen.view is View.RECEIPTS:
    content = payment_tables.receipts(card)
elif chosen.view is View.PAYMENTS:
    made = payments.list_payments(
        actor=actor,
        account_id=card.account_id,
        since=chosen.counted_since,
        until=chosen.counted_until,
    )
    content = payment_tables.payments(
        made, account_id=card.account_id, last_closed=card.last_closed
    )
else:
    groups = payments.list_movements(
        actor=actor, account_id=card.account_id, since=chosen.since, until=chosen.until
    )
    content = (
        payment_tables.overpayments(groups)
        if chosen.view is View.OVERPAYMENTS
        else payment_tables.movements(groups, until=chosen.until)
    )
# one piece of markup: each element costs every run of the screen
markup.show(
    payment_tables.statement(
        card,
        chosen.since,
        chosen.until,
        can_be_made=statements.can_be_made(card, since=chosen.since, until=chosen.until),
    )
    + content
)
