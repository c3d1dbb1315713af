"""The entry: find the actor, choose the screen, run it between header and footer."""

import streamlit as st

from lib.ui import frame, navigation, session, submit

frame.configure_page()
actor = session.begin_run()
screen = navigation.open_screen(actor)
with st.container(width=1040):
    frame.render_header(actor, screen.url_path)
    # a place of its own: when the message goes, nothing below it is drawn again under the pointer
    with st.container():
        submit.render_flash()
    screen.run()
    frame.render_footer()
