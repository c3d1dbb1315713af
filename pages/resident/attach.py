"""Attach an account (Добавить лицевой счёт): choose the premise and prove the account."""

import streamlit as st

from lib.access import Permission
from lib.services.accounts import requests
from lib.ui import guard, markup
from lib.ui.accounts import attach_forms, premise_choice, request_list

actor = guard.require(Permission.ACCOUNTS_ATTACH)

markup.render_title("Добавить лицевой счёт")
request_list.render_requests(requests.list_own_requests(actor=actor))
place = premise_choice.ask_place()
if place is None:
    st.caption(
        "Понадобится последняя квитанция: из неё номер счёта, дата и сумма платежа или код. "
        "Если её нет, подойдёт фотография документа."
    )
else:
    attach_forms.render_form(actor, place)
