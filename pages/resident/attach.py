"""Добавить лицевой счёт: whose it is, and how that is proved."""

import streamlit as st

from lib.access import Permission
from lib.services.accounts import requests
from lib.ui import guard, markup
from lib.ui.accounts import attach_forms, premise_choice, request_list

actor = guard.require(Permission.ACCOUNTS_ATTACH)

markup.title("Добавить лицевой счёт")
request_list.show(requests.list_own_requests(actor=actor))
place = premise_choice.ask()
if place is None:
    st.caption(
        "Понадобится последняя квитанция: из неё номер счёта, дата и сумма платежа или код. "
        "Если её нет, подойдёт фотография документа."
    )
else:
    attach_forms.show(actor, place)
