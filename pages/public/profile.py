"""Profile (Мой профиль): the login, its security, letters, accounts and data; for every role."""

import streamlit as st

from lib.access import Permission
from lib.services.people import profiles
from lib.ui import guard, markup, session
from lib.ui.people import (
    profile_accounts,
    profile_data,
    profile_letters,
    profile_login,
    profile_security,
)

actor = guard.require(Permission.PROFILE_MANAGE)
profile = profiles.get_profile(actor=actor, token=session.get_token() or "")

markup.render_title("Мой профиль")
names = ["Общее", "Безопасность", "Данные"]
if actor.may(Permission.ACCOUNTS_READ):
    names[2:2] = ["Письма", "Счета"]
sections = dict(
    zip(names, st.tabs(names, key="section", on_change="rerun", bind="query-params"), strict=True)
)
# only the open section runs its queries
section = next((name for name, tab in sections.items() if tab.open), names[0])
with sections[section]:
    match section:
        case "Безопасность":
            profile_security.render_password(actor, profile)
            profile_security.render_sessions(actor, profile)
        case "Письма":
            profile_letters.render_topics(actor, profile)
            profile_letters.render_consents(actor, profile)
        case "Счета":
            profile_accounts.render_accounts(actor)
        case "Данные":
            # its own container: a copy that becomes ready must not shift the form being filled
            with st.container():
                profile_data.render_export(actor, profile)
            profile_data.render_removal(actor)
        case _:
            markup.render_markup(profile_login.build_facts(profile))
            profile_login.render_email(actor, profile)
