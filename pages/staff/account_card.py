"""Карточка лицевого счёта: one account across everything, opened with a reason."""

from lib.access import AccessDenied, Permission
from lib.ui import guard
from lib.ui.account_card import form, view

actor = guard.require(Permission.ACCOUNTS_OPEN)
opened = form.opened()

if not opened:
    form.ask(actor)
else:
    try:
        view.show(actor, opened)
    except AccessDenied:
        guard.refuse()
    form.close()
