"""Главная: a card per account - what is owed, for what, and what to do about it."""

from lib.access import Permission
from lib.services import accounts
from lib.ui import cards, guard

actor = guard.require(Permission.ACCOUNTS_READ)
held = accounts.list_cards(actor=actor)

cards.show(held)
if not held:
    cards.no_account_yet()
