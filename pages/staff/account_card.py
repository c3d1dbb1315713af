"""Карточка лицевого счёта: one account across everything, opened with a reason."""

from lib.access import AccessDenied, Permission
from lib.ui import account_card_form, account_card_view, guard

actor = guard.require(Permission.ACCOUNTS_OPEN)
opened = account_card_form.opened()

if not opened:
    account_card_form.ask(actor)
else:
    try:
        account_card_view.show(actor, opened)
    except AccessDenied:
        guard.refuse()
    account_card_form.close()
