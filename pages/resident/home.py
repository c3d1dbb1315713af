"""Главная: a card per account - what is owed, for what, and what to do about it."""

from lib.access import Permission
from lib.services.accounts import requests
from lib.services.appeals import resident_appeals
from lib.services.billing import account_cards
from lib.services.news import feed
from lib.ui import guard
from lib.ui.accounts import request_list
from lib.ui.appeals import listing
from lib.ui.billing import cards
from lib.ui.news import listing as news_list

actor = guard.require(Permission.ACCOUNTS_READ)
held = account_cards.list_cards(actor=actor)

outages = news_list.strip(feed.list_outages(actor=actor)) if held else ""
answered = listing.strip(resident_appeals.list_answered(actor=actor)) if held else ""
cards.show(held, above=outages + answered)
if not held:
    cards.no_account_yet()
    request_list.show(requests.list_own_requests(actor=actor))
