"""Home (Главная): what is owed on each account, for what, and what to do about it."""

from lib.access import Permission
from lib.services.accounts import requests
from lib.services.appeals import resident_appeals
from lib.services.billing import account_cards
from lib.services.news import feed
from lib.ui import guard, markup
from lib.ui.accounts import request_list
from lib.ui.appeals import appeal_list
from lib.ui.billing import cards
from lib.ui.news import news_list

actor = guard.require(Permission.ACCOUNTS_READ)
accounts = account_cards.list_cards(actor=actor)

# one piece of markup: each element costs time in every run of the screen
content = markup.build_title("Главная")
if accounts:
    content += news_list.build_outages(feed.list_outages(actor=actor))
    content += appeal_list.build_answered(resident_appeals.list_answered(actor=actor))
    content += cards.build_cards(accounts)
markup.render_markup(content)
if not accounts:
    cards.render_no_account()
    request_list.render_requests(requests.list_own_requests(actor=actor))
