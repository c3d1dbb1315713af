"""Приглашение: an employee who was asked in chooses a login and a password."""

import streamlit as st

from lib.errors import PortalError
from lib.services.people import invitations
from lib.ui import markup, query, session
from lib.ui.people import invitation_form

markup.title("Приглашение")
token = query.words("token")
actor = session.actor()
try:
    invited = None if actor else invitations.get_invitation(token=token)
except PortalError as refusal:
    invited = None
    st.warning(str(refusal))

if actor:
    st.info("Вы уже вошли в кабинет. Чтобы принять приглашение, выйдите и откройте ссылку ещё раз.")
if invited:
    invitation_form.show(invited, token=token)
