"""People (Люди): who may sign in and as what; employees are invited, changed, blocked."""

import streamlit as st

from lib import links
from lib.access import Permission
from lib.services.people import directory, invitations
from lib.ui import frame, guard, markup, query
from lib.ui.people import directory_forms, directory_table

actor = guard.require(Permission.PEOPLE_MANAGE)
organizations = directory.list_organizations(actor=actor)
login_id = query.get_number("login")

if login_id is not None:
    person = directory.find_person(actor=actor, login_id=login_id)
    if person is None:
        guard.refuse()
    markup.render_title(person.username)
    markup.render_markup(directory_table.build_facts(person, organizations=organizations))
    if person.login_id == actor.login_id:
        st.info("Это вы. Свою роль изменить и себя заблокировать нельзя.")
    else:
        if person.role in directory.EMPLOYEES:
            directory_forms.render_role(actor, person, organizations=organizations)
        directory_forms.render_access(actor, person)
    markup.render_markup(markup.build_links([("Все люди", links.link_to_screen(links.PEOPLE))]))
    frame.end_screen()

markup.render_title("Люди")
directory_forms.render_invite(actor, organizations=organizations)
directory_forms.render_invited(actor, invitations.list_invitations(actor=actor))
search, role = directory_forms.ask_search()
page = query.get_number("page") or 1
found = directory.list_people(actor=actor, search=search, role=role, page=page)
if found.people:
    markup.render_markup(directory_table.build_table(found, organizations=organizations))
else:
    st.info("Никого не нашлось. Проверьте написание или выберите другую роль.")

with st.container(horizontal=True):
    if page > 1 and st.button("Назад", icon=":material/chevron_left:"):
        query.set_values(page=page - 1 if page - 1 > 1 else None)
        st.rerun()
    if found.has_more and st.button("Дальше", icon=":material/chevron_right:"):
        query.set_values(page=page + 1)
        st.rerun()
