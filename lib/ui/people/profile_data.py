"""Мой профиль, «Данные»: a copy of everything, and the end of the login."""

import streamlit as st

from lib import clock, links
from lib.access import Actor
from lib.domain import formats
from lib.services.people import data_exports, login_removal
from lib.services.people.data_exports import Export
from lib.services.people.profiles import Profile
from lib.ui import markup, session, submit

_COPY, _REMOVAL = "profile.copy", "profile.removal"
_POLL_SECONDS = 2
_GOES = (
    "имя, e-mail, пароль",
    "сеансы на всех устройствах",
    "согласия, подписки и напоминания",
    "связь с лицевыми счетами и заявки на присоединение с фотографиями",
    "копии данных, которые вы запрашивали",
)
_STAYS = (
    "лицевые счета, начисления, платежи и показания — у расчётного центра: хранить их велит закон",
    "записи журнала о входах и действиях — без вашего имени",
    "письма, которые мы вам отправили, — до 30 дней",
)


def copy(actor: Actor, profile: Profile) -> None:
    """Offer a copy of all data: asked for, waited for, fetched."""
    markup.subtitle("Копия моих данных")
    markup.show(
        '<p class="kb-quiet">Архив с таблицами: учётная запись, согласия, сеансы, лицевые счета, '
        "начисления, платежи, показания, заявки и журнал ваших входов. "
        "Готовый архив хранится сутки, скачать его можете только вы.</p>"
    )
    export = profile.export
    if export and export.is_waiting:
        _wait(actor)
        return
    if export and export.is_ready:
        _ready(export)
        if export.is_fresh:
            return
    if st.button("Подготовить новую копию" if export else "Подготовить копию", key=_COPY):
        with submit.outcome(form=_COPY, done="Готовим копию: обычно это меньше минуты."):
            data_exports.request_export(actor=actor, address=session.address())


@st.fragment(run_every=_POLL_SECONDS)
def _wait(actor: Actor) -> None:
    """Look again every two seconds; nothing else of the screen is run."""
    export = data_exports.find_export(actor=actor)
    if export is None or not export.is_waiting:
        st.rerun()
    markup.show('<p role="status">Готовим копию…</p>')


def _ready(export: Export) -> None:
    until = formats.moment(clock.local(export.expires_at)) if export.expires_at else ""
    markup.show(f'<p class="kb-quiet">Архив готов, хранится до {until}.</p>')
    st.link_button(
        "Скачать архив",
        links.data_export(export_id=export.export_id),
        icon=":material/download:",
        type="primary",
    )


def removal(actor: Actor) -> None:
    """Say what goes and what stays, and delete the login once the password is told."""
    markup.subtitle("Удаление учётной записи")
    with st.expander("Удалить учётную запись", icon=":material/delete:"):
        markup.show(
            f"<p><strong>Сотрём сразу:</strong></p>{_list(_GOES)}"
            f"<p><strong>Останется:</strong></p>{_list(_STAYS)}"
            "<p>Вернуть учётную запись нельзя: можно только зарегистрироваться заново "
            "и присоединить счета ещё раз.</p>"
        )
        with st.form(f"{_REMOVAL}.{session.request_key(_REMOVAL)}", border=False, width=420):
            password = st.text_input(
                "Пароль", type="password", max_chars=128, autocomplete="current-password"
            )
            sent = st.form_submit_button("Удалить навсегда")
        if sent:
            with submit.outcome(form=_REMOVAL, done="Учётная запись удалена."):
                login_removal.delete_login(
                    actor=actor, password=password or "", address=session.address()
                )


def _list(items: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{markup.text(item)}</li>' for item in items)}</ul>"
