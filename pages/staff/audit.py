"""Журнал действий: who did what to whom, chosen by day, action, login and account."""

import streamlit as st

from lib.access import Permission
from lib.services import audit_log
from lib.ui import audit_table, guard, markup

actor = guard.require(Permission.AUDIT_READ)

markup.title("Журнал действий")
chosen = audit_table.choose()
found = audit_log.list_events(actor=actor, chosen=chosen)
if found.events:
    audit_table.show(found)
else:
    st.info("Ничего не нашлось. Расширьте период или уберите часть условий.")
audit_table.pages(found, chosen)
