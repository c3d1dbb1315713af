"""Журнал действий: who did what to whom, chosen by day, action, login and account."""

import streamlit as st

from lib.access import Permission
from lib.services.audit import log
from lib.ui import audit, guard, markup

actor = guard.require(Permission.AUDIT_READ)

markup.title("Журнал действий")
chosen = audit.choose()
found = log.list_events(actor=actor, chosen=chosen)
if found.events:
    audit.show(found)
else:
    st.info("Ничего не нашлось. Расширьте период или уберите часть условий.")
audit.pages(found, chosen)
