"""The front door: who is asking, which screens, run the one they want."""

import streamlit as st

from lib.ui import frame, navigation, session, submit

frame.begin()
actor = session.begin_run()
screen = navigation.run(actor)
with st.container(width=1040):
    frame.header(actor, screen.url_path)
    # a place of its own: when the message goes, nothing below it is drawn again under the pointer
    with st.container():
        submit.told()
    screen.run()
    frame.footer()
