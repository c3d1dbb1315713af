"""Мой профиль: the login, its doors, its letters, its accounts and its data; for every role."""

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
profile = profiles.get_profile(actor=actor, token=session.token() or "")

markup.title("Мой профиль")
names = ["Общее", "Безопасность", "Данные"]
if actor.may(Permission.ACCOUNTS_READ):
    names[2:2] = ["Письма", "Счета"]
sections = dict(
    zip(names, st.tabs(names, key="section", on_change="rerun", bind="query-params"), strict=True)
)
# a section that is folded away asks and draws nothing
shown = next((name for name, tab in sections.items() if tab.open), names[0])
with sections[shown]:
    match shown:
        case "Безопасность":
            profile_security.password(actor, profile)
            profile_security.open_sessions(actor, profile)
        case "Письма":
            profile_letters.topics(actor, profile)
            profile_letters.consents(actor, profile)
        case "Счета":
            profile_accounts.held(actor)
        case "Данные":
            # its own container: a copy that becomes ready must not shift the form being filled
            with st.container():
                profile_data.copy(actor, profile)
            profile_data.removal(actor)
        case _:
            profile_login.facts(profile)
            profile_login.email(actor, profile)
