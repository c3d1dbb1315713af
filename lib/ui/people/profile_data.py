"""Profile, «Данные»: a copy of the login's data, and the removal of the login."""

import streamlit as st
from markupsafe import Markup

from lib import clock, links
from lib.access import Actor
from lib.domain import formats
from lib.services.people import data_exports, login_removal
from lib.services.people.data_exports import Export
from lib.services.people.profiles import Profile
from lib.ui import markup, session, submit
from lib.ui.markup import fill, join_pieces

_COPY, _REMOVAL = "profile.copy", "profile.removal"
_POLL_SECONDS = 2
_DELETED = (
    "имя, e-mail, пароль",
    "сеансы на всех устройствах",
    "согласия, подписки и напоминания",
    "связь с лицевыми счетами и заявки на присоединение с фотографиями",
    "копии данных, которые вы запрашивали",
)
_KEPT = (
    "лицевые счета, начисления, платежи и показания — у расчётного центра: хранить их велит закон",
    "записи журнала о входах и действиях — без вашего имени",
    "письма, которые мы вам отправили, — до 30 дней",
)
_CONTENTS = (
    "Архив с таблицами: учётная запись, согласия, сеансы, лицевые счета, "
    "начисления, платежи, показания, заявки и журнал ваших входов. "
    "Готовый архив хранится сутки, скачать его можете только вы."
)
_REMOVED = Markup(
    "<p><strong>Сотрём сразу:</strong></p>{}<p><strong>Останется:</strong></p>{}"
    "<p>Вернуть учётную запись нельзя: можно только зарегистрироваться заново "
    "и присоединить счета ещё раз.</p>"
)


def render_export(actor: Actor, profile: Profile) -> None:
    """Draw the copy of all data: a button, the wait, the download."""
    markup.render_subtitle("Копия моих данных")
    markup.render_markup(markup.build_hint(_CONTENTS))
    export = profile.export
    if export and export.is_waiting:
        _poll_export(actor)
        return
    if export and export.is_ready:
        _render_download(export)
        if export.is_fresh:
            return
    if st.button("Подготовить новую копию" if export else "Подготовить копию", key=_COPY):
        with submit.report_outcome(form=_COPY, done="Готовим копию: обычно это меньше минуты."):
            data_exports.request_export(actor=actor, address=session.get_address())


@st.fragment(run_every=_POLL_SECONDS)
def _poll_export(actor: Actor) -> None:
    """Check every two seconds, in a run of this piece alone."""
    export = data_exports.find_export(actor=actor)
    if export is None or not export.is_waiting:
        st.rerun()
    markup.render_markup(Markup('<p role="status">Готовим копию…</p>'))


def _render_download(export: Export) -> None:
    until = formats.format_moment(clock.local(export.expires_at)) if export.expires_at else ""
    markup.render_markup(markup.build_hint(f"Архив готов, хранится до {until}."))
    st.link_button(
        "Скачать архив",
        links.link_to_data_export(export_id=export.export_id),
        icon=":material/download:",
        type="primary",
    )


def render_removal(actor: Actor) -> None:
    """Draw what is deleted and what stays, and the form that deletes the login."""
    markup.render_subtitle("Удаление учётной записи")
    with st.expander("Удалить учётную запись", icon=":material/delete:"):
        markup.render_markup(fill(_REMOVED, _build_list(_DELETED), _build_list(_KEPT)))
        with st.form(f"{_REMOVAL}.{session.request_key(_REMOVAL)}", border=False, width=420):
            password = st.text_input(
                "Пароль", type="password", max_chars=128, autocomplete="current-password"
            )
            sent = st.form_submit_button("Удалить навсегда")
        if sent:
            with submit.report_outcome(form=_REMOVAL, done="Учётная запись удалена."):
                login_removal.delete_login(
                    actor=actor, password=password or "", address=session.get_address()
                )


def _build_list(items: tuple[str, ...]) -> Markup:
    lines = join_pieces(fill(Markup("<li>{}</li>"), item) for item in items)
    return fill(Markup("<ul>{}</ul>"), lines)
