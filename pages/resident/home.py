"""Главная: a card per account - what is owed, for what, and what to do about it."""

from lib.access import Permission
from lib.services import account_requests, accounts, appeals, news
from lib.ui import account_request_list, appeal_list, cards, guard, news_list

actor = guard.require(Permission.ACCOUNTS_READ)
held = accounts.list_cards(actor=actor)

outages = news_list.strip(news.list_outages(actor=actor)) if held else ""
answered = appeal_list.strip(appeals.list_answered(actor=actor)) if held else ""
cards.show(held, above=outages + answered)
if not held:
    cards.no_account_yet()
    account_request_list.show(account_requests.list_own(actor=actor))
