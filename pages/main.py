"""The entry: find the actor, choose the screen, run it between header and footer."""

import streamlit as st

from lib.ui import frame, navigation, session, submit

frame.configure_page()
actor = session.begin_run()
screen = navigation.open_screen(actor)
submit.arrive(screen.url_path, home=navigation.find_home(actor))
with st.container(width=1040):
    frame.render_header(actor, screen.url_path)
    # a container of its own: when the message goes, the elements below it are not drawn again
    with st.container():
        submit.render_flash()
    screen.run()
    frame.render_footer()
