"""People (Люди): who may sign in and as what; employees are invited, changed, blocked."""

import streamlit as st

from lib import links
from lib.access import Permission
from lib.services.people import directory, employment, invitations
from lib.ui import frame, guard, markup, query, session, submit
from lib.ui.people import directory_forms, directory_table

actor = guard.require(Permission.PEOPLE_MANAGE)
organizations = directory.list_organizations(actor=actor)
login_id, address = query.get_number("login"), session.get_address()

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
            with st.form(f"role.{session.request_key('role')}", width=520):
                role, organization_id = directory_forms.ask_role_and_organization(
                    organizations, person
                )
                if st.form_submit_button("Сохранить", type="primary"):
                    with submit.report_outcome(form="role", done="Роль сохранена и уже действует."):
                        employment.change_role(
                            actor=actor,
                            login_id=login_id,
                            role=role,
                            organization_id=organization_id,
                            address=address,
                        )
        directory_forms.render_access(actor, person)
    markup.render_markup(markup.build_links([("Все люди", links.link_to_screen(links.PEOPLE))]))
    frame.end_screen()

markup.render_title("Люди")
with (
    st.expander("Пригласить сотрудника", icon=":material/person_add:"),
    st.form(f"invite.{session.request_key('invite')}", border=False, width=520),
):
    last_name = st.text_input("Фамилия", max_chars=64)
    first_name = st.text_input("Имя", max_chars=64)
    middle_name = st.text_input("Отчество", max_chars=64, placeholder="если есть")
    email = st.text_input("E-mail", max_chars=254)
    role, organization_id = directory_forms.ask_role_and_organization(organizations)
    if st.form_submit_button("Отправить приглашение", type="primary"):
        with submit.report_outcome(form="invite", done="Приглашение отправлено на e-mail."):
            invitations.invite_employee(
                actor=actor,
                email=email or "",
                last_name=last_name or "",
                first_name=first_name or "",
                middle_name=middle_name or "",
                role=role,
                organization_id=organization_id,
                address=address,
            )
directory_forms.render_invited(actor, invitations.list_invitations(actor=actor))

search, wanted = directory_forms.ask_search()
page = query.get_number("page") or 1
found = directory.list_people(actor=actor, search=search, role=wanted, page=page)
if found.people:
    markup.render_markup(directory_table.build_table(found, organizations=organizations))
else:
    st.info("Никого не нашлось. Проверьте написание или выберите другую роль.")
directory_table.render_pages(found, page)
