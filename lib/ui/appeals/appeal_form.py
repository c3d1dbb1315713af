"""The form of a new appeal: the organisation, the topic, the text."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from lib import config, links
from lib.access import AccessDenied, Actor
from lib.domain import phones
from lib.domain.appeals.rules import EMERGENCY, TOPICS, Topic
from lib.errors import PortalError
from lib.services.appeals import about as appeal_about
from lib.services.appeals import resident_appeals, texts
from lib.services.appeals.about import SubjectDetails, SubjectQuery
from lib.services.appeals.resident_appeals import Addressee
from lib.ui import guard, markup, query, session, submit
from lib.ui.appeals import _fields, about_choice
from lib.ui.markup import EMPTY, fill

_FORM = "appeal"
_SEEN = "Переписку видят все, кто добавил этот лицевой счёт в свой кабинет."
_CALL = Markup('<a class="kb-button" href="{}">{}</a>')
_NO_PHONE = Markup("<p>Телефон диспетчера указан в квитанции и на доске объявлений в подъезде.</p>")
_DISPATCHER = Markup(
    '<section class="kb-card"><h2 class="kb-subtitle">Об аварии позвоните диспетчеру</h2>'
    "<p>{}: аварийная служба отвечает круглосуточно, письмо прочитают не сразу."
    "</p>{}<p>При угрозе жизни, запахе газа или дыма – "
    '<a class="kb-link" href="tel:112">112</a>.</p></section>'
)


class TopicMissing(PortalError):
    """No topic has been chosen."""

    def __init__(self) -> None:
        super().__init__("Выберите тему обращения.")


def render_form(actor: Actor) -> None:
    """Draw the form of a new appeal and submit it."""
    subject = about_choice.find_subject()
    found = _get_about(actor, subject) if subject else None
    about = fill(Markup('<p class="kb-note">О чём: {}</p>'), found.words) if found else EMPTY
    markup.render_markup(
        markup.build_title("Новое обращение")
        + markup.build_links([("Все обращения", links.link_to_screen(links.APPEALS))])
        + about
    )
    to = _choose_addressee(resident_appeals.list_addressees(actor=actor), found)
    topic = _choose_topic(found)
    if topic in EMERGENCY:
        markup.render_markup(_build_dispatcher(to))
        return
    _render_form(actor, to, topic, subject)


def _get_about(actor: Actor, subject: SubjectQuery) -> SubjectDetails:
    """Return the subject in words; another resident's bill, payment or meter is not found."""
    try:
        return appeal_about.get_subject(actor=actor, query=subject)
    except AccessDenied:
        guard.refuse()


def _choose_addressee(offered: Sequence[Addressee], found: SubjectDetails | None) -> Addressee:
    """Ask for the account and the organisation, where there is a choice."""
    account = found.account_id if found else _choose_account(offered)
    addressees = [addressee for addressee in offered if addressee.account_id == account]
    if len(addressees) == 1:
        markup.render_markup(markup.build_hint(f"Кому: {addressees[0].name}"))
        return addressees[0]
    named = {str(addressee.organization_id): addressee for addressee in addressees}
    chosen = st.selectbox("Кому", list(named), format_func=lambda key: named[key].name)
    return named[chosen]


def _choose_account(offered: Sequence[Addressee]) -> int:
    accounts = {str(addressee.account_id): addressee for addressee in reversed(offered)}
    keys = sorted(accounts, key=int)
    if len(keys) == 1:
        return int(keys[0])
    named = query.get_text("account")
    chosen = st.selectbox(
        "Лицевой счёт",
        keys,
        index=keys.index(named) if named in accounts else 0,
        format_func=lambda key: f"{accounts[key].number} · {accounts[key].address}",
    )
    return int(chosen)


def _choose_topic(found: SubjectDetails | None) -> Topic | None:
    topics = [topic.value for topic in TOPICS]
    chosen = st.selectbox(
        "Тема",
        topics,
        index=topics.index(found.topic.value) if found else None,
        format_func=lambda key: TOPICS[Topic(key)],
        placeholder="Выберите тему",
    )
    return Topic(chosen) if chosen else None


def _build_dispatcher(to: Addressee) -> Markup:
    """Return whom to call: an accident cannot wait for an answer."""
    written = to.ads_phone or config.get_settings().kabinet_centre_phone
    calls = [
        fill(_CALL, dial, f"Позвонить: {phone}")
        for phone, dial in phones.list_phones(written)
        if dial
    ]
    return fill(_DISPATCHER, to.name, markup.build_actions(calls) if calls else _NO_PHONE)


def _render_form(
    actor: Actor, to: Addressee, topic: Topic | None, subject: SubjectQuery | None
) -> None:
    key = session.request_key(_FORM)
    with st.form(f"{_FORM}.{key}", border=False):
        written = _fields.ask_text(
            "Текст обращения", key=f"{_FORM}.text.{key}", placeholder="Что случилось, где и когда"
        )
        contact = st.text_input(
            "Куда ответить",
            value=resident_appeals.find_contact(actor=actor),
            max_chars=texts.LONGEST_CONTACT,
            help="E-mail, телефон или почтовый адрес. Ответ появится и здесь.",
            key=f"{_FORM}.contact.{key}",
        )
        uploads = _fields.ask_files(key=f"{_FORM}.files.{key}")
        markup.render_markup(markup.build_hint(_SEEN))
        sent = st.form_submit_button("Отправить обращение", type="primary")
    if not sent:
        return
    with submit.report_outcome(form=_FORM) as say:
        if topic is None:
            raise TopicMissing
        appeal_id, number = resident_appeals.submit_appeal(
            actor=actor,
            account_id=to.account_id,
            organization_id=to.organization_id,
            topic=topic,
            text=written,
            contact=contact or "",
            about=subject,
            uploads=uploads,
            request_key=key,
            address=session.get_address(),
        )
        say(f"Обращение № {number} отправлено. Срок ответа и новости – на этом экране.")
        about_choice.forget_subject()
        query.set_values(id=appeal_id)
