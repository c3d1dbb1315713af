"""Главная: a card per account - what is owed, for what, and what to do about it."""

from lib.access import Permission
from lib.services import account_requests, accounts
from lib.ui import account_request_list, cards, guard

actor = guard.require(Permission.ACCOUNTS_READ)
held = accounts.list_cards(actor=actor)

cards.show(held)
if not held:
    cards.no_account_yet()
    account_request_list.show(account_requests.list_own(actor=actor))
