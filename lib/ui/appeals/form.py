"""The form of a new appeal: whom it is for, what it is about, what is said."""

from collections.abc import Sequence

import streamlit as st

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
from lib.ui.appeals import _fields
from lib.ui.appeals import asked as appeal_asked
from lib.ui.markup import text

_FORM = "appeal"
_SEEN = "Переписку видят все, кто добавил этот лицевой счёт в свой кабинет."


class TopicMissing(PortalError):
    """Nobody knows what it is about."""

    def __init__(self) -> None:
        super().__init__("Выберите тему обращения.")


def show(actor: Actor) -> None:
    """Draw the form and take it in."""
    asked = appeal_asked.about()
    found = _found(actor, asked) if asked else None
    back = f'<p class="kb-links"><a href="{links.screen(links.APPEALS)}">Все обращения</a></p>'
    about = f'<p class="kb-note">О чём: {text(found.words)}</p>' if found else ""
    markup.show(markup.heading("Новое обращение") + back + about)
    to = _addressee(resident_appeals.list_addressees(actor=actor), found)
    topic = _topic(found)
    if topic in EMERGENCY:
        markup.show(_dispatcher(to))
        return
    _ask(actor, to, topic, asked)


def _found(actor: Actor, asked: SubjectQuery) -> SubjectDetails:
    """Return what the address speaks of; what is somebody else's is not there."""
    try:
        return appeal_about.get_subject(actor=actor, asked=asked)
    except AccessDenied:
        guard.refuse()


def _addressee(offered: Sequence[Addressee], found: SubjectDetails | None) -> Addressee:
    """Ask for the account and the organisation, where there is a choice."""
    account = found.account_id if found else _account(offered)
    own = [one for one in offered if one.account_id == account]
    if len(own) == 1:
        markup.show(f'<p class="kb-quiet">Кому: {text(own[0].name)}</p>')
        return own[0]
    named = {str(one.organization_id): one for one in own}
    chosen = st.selectbox("Кому", list(named), format_func=lambda key: named[key].name)
    return named[chosen]


def _account(offered: Sequence[Addressee]) -> int:
    accounts = {str(one.account_id): one for one in reversed(offered)}
    keys = sorted(accounts, key=int)
    if len(keys) == 1:
        return int(keys[0])
    asked = query.words("account")
    chosen = st.selectbox(
        "Лицевой счёт",
        keys,
        index=keys.index(asked) if asked in accounts else 0,
        format_func=lambda key: f"{accounts[key].number} · {accounts[key].address}",
    )
    return int(chosen)


def _topic(found: SubjectDetails | None) -> Topic | None:
    topics = [topic.value for topic in TOPICS]
    chosen = st.selectbox(
        "Тема",
        topics,
        index=topics.index(found.topic.value) if found else None,
        format_func=lambda key: TOPICS[Topic(key)],
        placeholder="Выберите тему",
    )
    return Topic(chosen) if chosen else None


def _dispatcher(to: Addressee) -> str:
    """Say whom to call: an accident does not wait for a letter."""
    written = to.ads_phone or config.settings().kabinet_centre_phone
    calls = "".join(
        f'<a class="kb-button" href="{text(dial)}">Позвонить: {text(phone)}</a>'
        for phone, dial in phones.each(written)
        if dial
    )
    call = (
        f'<p class="kb-actions">{calls}</p>'
        if calls
        else "<p>Телефон диспетчера указан в квитанции и на доске объявлений в подъезде.</p>"
    )
    return (
        '<section class="kb-card"><h2 class="kb-subtitle">Об аварии позвоните диспетчеру</h2>'
        f"<p>{text(to.name)}: аварийная служба отвечает круглосуточно, письмо прочитают не сразу."
        f"</p>{call}<p>При угрозе жизни, запахе газа или дыма – "
        '<a class="kb-link" href="tel:112">112</a>.</p></section>'
    )


def _ask(actor: Actor, to: Addressee, topic: Topic | None, asked: SubjectQuery | None) -> None:
    key = session.request_key(_FORM)
    with st.form(f"{_FORM}.{key}", border=False):
        written = _fields.text(
            "Текст обращения", key=f"{_FORM}.text.{key}", placeholder="Что случилось, где и когда"
        )
        contact = st.text_input(
            "Куда ответить",
            value=resident_appeals.find_contact(actor=actor),
            max_chars=texts.LONGEST_CONTACT,
            help="E-mail, телефон или почтовый адрес. Ответ появится и здесь.",
            key=f"{_FORM}.contact.{key}",
        )
        uploads = _fields.files(key=f"{_FORM}.files.{key}")
        markup.show(f'<p class="kb-quiet">{_SEEN}</p>')
        sent = st.form_submit_button("Отправить обращение", type="primary")
    if not sent:
        return
    with submit.outcome(form=_FORM) as tell:
        if topic is None:
            raise TopicMissing
        appeal_id, number = resident_appeals.submit_appeal(
            actor=actor,
            account_id=to.account_id,
            organization_id=to.organization_id,
            topic=topic,
            text=written,
            contact=contact or "",
            about=asked,
            uploads=uploads,
            request_key=key,
            address=session.address(),
        )
        tell(f"Обращение № {number} отправлено. Срок ответа и новости – на этом экране.")
        appeal_asked.forget()
        query.put(id=appeal_id)
