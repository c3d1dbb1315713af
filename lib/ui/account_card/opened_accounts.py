"""The accounts that staff have opened with a reason, kept by the tab for a while."""

import datetime as dt
from collections.abc import Sequence

from lib import clock
from lib.services import account_card
from lib.services.account_card import OpenedAccount
from lib.ui import query, session

_FORM, _OPENED = "account_card", "opened"


def list_opened() -> tuple[OpenedAccount, ...]:
    """Return what this tab has opened in the last quarter of an hour."""
    kept = session.find_note(_FORM, _OPENED)
    if kept is None:
        return ()
    keys, number, at = kept.split("|")
    moment = dt.datetime.fromisoformat(at)
    if clock.now() - moment > account_card.KEPT:
        session.forget_notes(_FORM)
        return ()
    named = query.get_text("number")
    if named and named != number:  # a link from another account's thread
        return ()
    return tuple(OpenedAccount(int(key), number, moment) for key in keys.split(","))


def keep_opened(accounts: Sequence[OpenedAccount]) -> None:
    """Keep accounts of one number as opened."""
    first = accounts[0]
    keys = ",".join(str(account.account_id) for account in accounts)
    session.keep_note(_FORM, _OPENED, f"{keys}|{first.number}|{first.opened_at.isoformat()}")
    query.set_values(number=first.number, part=None)


def forget_opened() -> None:
    """Close the opened accounts."""
    session.forget_notes(_FORM)
    query.set_values(number=None, part=None)
