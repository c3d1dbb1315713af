"""Profile, «Счета»: the accounts that the login sees, each with its removal."""

import streamlit as st
from markupsafe import Markup

from lib.access import Actor
from lib.services.accounts import removal
from lib.services.billing import account_cards
from lib.services.billing.account_cards import AccountCard
from lib.ui import markup, session, submit
from lib.ui.markup import fill

_FORM = "profile.account"
_REMOVAL = (
    "Отсоединённый счёт исчезнет из вашего кабинета. Начисления, платежи "
    "и долг останутся у расчётного центра; присоединить счёт снова можно в любой день."
)
_ROW = Markup(
    '<div class="kb-row"><strong>Л/С № {}</strong><br><span class="kb-quiet">{} · {}</span></div>'
)


def render_accounts(actor: Actor) -> None:
    """Draw the accounts, each with its removal behind a confirmation."""
    cards = account_cards.list_accounts(actor=actor)
    if not cards:
        st.info("Ни одного лицевого счёта пока не присоединено.", icon=":material/info:")
        return
    markup.render_markup(markup.build_hint(_REMOVAL))
    for card in cards:
        _render_account(actor, card)


def _render_account(actor: Actor, card: AccountCard) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        markup.render_markup(fill(_ROW, card.number, card.address, card.organization))
        with st.popover("Отсоединить", key=f"{_FORM}.ask.{card.account_id}"):
            st.write("Убрать этот лицевой счёт из вашего кабинета?")
            if st.button("Да, отсоединить", key=f"{_FORM}.{card.account_id}"):
                with submit.report_outcome(form=_FORM, done="Лицевой счёт отсоединён."):
                    removal.remove_account(
                        actor=actor, account_id=card.account_id, address=session.get_address()
                    )
