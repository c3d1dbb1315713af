"""Добавить лицевой счёт: whose it is, and how that is proved."""

import streamlit as st

from lib.access import Permission
from lib.services import account_requests
from lib.ui import account_request_list, attach_forms, guard, markup, premise_choice

actor = guard.require(Permission.ACCOUNTS_ATTACH)

markup.title("Добавить лицевой счёт")
account_request_list.show(account_requests.list_own(actor=actor))
place = premise_choice.ask()
if place is None:
    st.caption(
        "Понадобится последняя квитанция: из неё номер счёта, дата и сумма платежа или код. "
        "Если её нет, подойдёт фотография документа."
    )
else:
    attach_forms.show(actor, place)
