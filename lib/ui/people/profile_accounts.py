"""Мой профиль, «Счета»: which accounts the login sees, and how one is taken off."""

import streamlit as st

from lib.access import Actor
from lib.services.accounts import removal
from lib.services.billing import account_cards
from lib.services.billing.account_cards import AccountCard
from lib.ui import markup, session, submit
from lib.ui.markup import text

_FORM = "profile.account"


def held(actor: Actor) -> None:
    """Draw the accounts, each with its removal behind a confirmation."""
    cards = account_cards.list_accounts(actor=actor)
    if not cards:
        st.info("Ни одного лицевого счёта пока не присоединено.", icon=":material/info:")
        return
    markup.show(
        '<p class="kb-quiet">Отсоединённый счёт исчезнет из вашего кабинета. Начисления, платежи '
        "и долг останутся у расчётного центра; присоединить счёт снова можно в любой день.</p>"
    )
    for card in cards:
        _one(actor, card)


def _one(actor: Actor, card: AccountCard) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        markup.show(
            f'<div class="kb-row"><strong>Л/С № {text(card.number)}</strong>'
            f'<br><span class="kb-quiet">{text(card.address)} · {text(card.organization)}'
            "</span></div>"
        )
        with st.popover("Отсоединить", key=f"{_FORM}.ask.{card.account_id}"):
            st.write("Убрать этот лицевой счёт из вашего кабинета?")
            if st.button("Да, отсоединить", key=f"{_FORM}.{card.account_id}"):
                with submit.outcome(form=_FORM, done="Лицевой счёт отсоединён."):
                    removal.remove_account(
                        actor=actor, account_id=card.account_id, address=session.address()
                    )
