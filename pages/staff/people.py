"""Люди: who may sign in and as what; an employee is invited, changed, blocked."""

import streamlit as st

from lib.access import Permission
from lib.services import invitations, people
from lib.ui import guard, markup, people_forms, people_table, query

actor = guard.require(Permission.PEOPLE_MANAGE)
organizations = people.list_organizations(actor=actor)
login_id = query.number("login")

if login_id is None:
    markup.title("Люди")
    people_forms.invite(actor, organizations=organizations)
    people_forms.waiting(actor, invitations.list_invitations(actor=actor))
    search, role = people_forms.search()
    page = query.number("page") or 1
    found = people.list_people(actor=actor, search=search, role=role, page=page)
    if found.people:
        people_table.show(found, organizations=organizations)
    else:
        st.info("Никого не нашлось. Проверьте написание или выберите другую роль.")
    people_table.pages(found, page=page)
else:
    person = people.find_person(actor=actor, login_id=login_id)
    if person is None:
        guard.refuse()
    markup.title(person.username)
    people_table.facts(person, organizations=organizations)
    if person.login_id == actor.login_id:
        st.info("Это вы. Свою роль изменить и себя заблокировать нельзя.")
    else:
        if person.role in people.EMPLOYEES:
            people_forms.change(actor, person, organizations=organizations)
        people_forms.shut(actor, person)
    people_forms.back()
