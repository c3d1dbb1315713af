"""Which account staff open, and why: asked for first, remembered by the tab for a while."""

import datetime as dt

import streamlit as st

from lib import clock
from lib.access import Actor
from lib.services import account_card
from lib.services.account_card import OpenedAccount
from lib.services.appeals import texts
from lib.ui import markup, query, session, submit

_FORM, _OPENED = "account_card", "opened"
_WHY = (
    "Карточка показывает личные данные жителя. Укажите причину: кто, когда и зачем открывал счёт, "
    "сохраняется в журнале действий."
)


def opened() -> tuple[OpenedAccount, ...]:
    """Return what this tab has opened in the last quarter of an hour."""
    kept = session.noted(_FORM, _OPENED)
    if kept is None:
        return ()
    keys, number, at = kept.split("|")
    moment = dt.datetime.fromisoformat(at)
    if clock.now() - moment > account_card.KEPT:
        session.forget_notes(_FORM)
        return ()
    asked = query.words("number")
    if asked and asked != number:  # the way from another account's thread
        return ()
    return tuple(OpenedAccount(int(key), number, moment) for key in keys.split(","))


def ask(actor: Actor) -> None:
    """Ask for a number and a reason."""
    markup.show(markup.heading("Карточка лицевого счёта") + markup.note(_WHY))
    key = session.request_key(_FORM)
    with st.form(f"{_FORM}.{key}", border=False):
        number = st.text_input(
            "Номер лицевого счёта",
            value=query.words("number"),
            max_chars=account_card.LONGEST_NUMBER,
            width=320,
        )
        reason = st.text_input(
            "Причина",
            max_chars=texts.LONGEST_REASON,
            placeholder="например: вопрос жителя по телефону о начислениях",
        )
        sent = st.form_submit_button("Открыть счёт", type="primary")
    if sent:
        with submit.outcome(form=_FORM) as say:
            found = account_card.open_card(
                actor=actor, number=number or "", reason=reason or "", address=session.address()
            )
            keys = ",".join(str(one.account_id) for one in found)
            at = found[0].opened_at.isoformat()
            session.note(_FORM, _OPENED, f"{keys}|{found[0].number}|{at}")
            query.put(number=found[0].number, part=None)
            say("")


def close() -> None:
    """Draw the way to another account."""
    if st.button("Открыть другой счёт", key="account_card.close"):
        session.forget_notes(_FORM)
        query.put(number=None, part=None)
        st.rerun()
