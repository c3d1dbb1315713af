"""Люди: who may sign in and as what; an employee is invited, changed, blocked."""

import streamlit as st

from lib.access import Permission
from lib.services.people import directory, invitations
from lib.ui import guard, markup, query
from lib.ui.people import directory_forms, directory_table

actor = guard.require(Permission.PEOPLE_MANAGE)
organizations = directory.list_organizations(actor=actor)
login_id = query.number("login")

if login_id is None:
    markup.title("Люди")
    directory_forms.invite(actor, organizations=organizations)
    directory_forms.waiting(actor, invitations.list_invitations(actor=actor))
    search, role = directory_forms.search()
    page = query.number("page") or 1
    found = directory.list_people(actor=actor, search=search, role=role, page=page)
    if found.people:
        directory_table.show(found, organizations=organizations)
    else:
        st.info("Никого не нашлось. Проверьте написание или выберите другую роль.")
    directory_table.pages(found, page=page)
else:
    person = directory.find_person(actor=actor, login_id=login_id)
    if person is None:
        guard.refuse()
    markup.title(person.username)
    directory_table.facts(person, organizations=organizations)
    if person.login_id == actor.login_id:
        st.info("Это вы. Свою роль изменить и себя заблокировать нельзя.")
    else:
        if person.role in directory.EMPLOYEES:
            directory_forms.change(actor, person, organizations=organizations)
        directory_forms.shut(actor, person)
    directory_forms.back()
