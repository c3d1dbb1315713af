"""Мой профиль, «Письма»: subscriptions, reminders, consents."""

from collections.abc import Mapping

import streamlit as st

from lib import config, links
from lib.access import Actor
from lib.domain import consents as documents
from lib.domain import formats
from lib.domain.consents import Purpose
from lib.services.billing import account_cards
from lib.services.people import consents as choices
from lib.services.people import subscriptions
from lib.services.people.profiles import GivenConsent, Profile
from lib.services.people.subscriptions import Topic
from lib.ui import markup, session, submit
from lib.ui.markup import text

_FORM, _NEWS = "profile.topics", "profile.news"
_TOPICS: Mapping[Topic, str] = {
    Topic.RECEIPTS: "Квитанция, когда месяц закрыт",
    Topic.READINGS: "Пора передать показания счётчиков",
    Topic.VERIFICATION: "Заканчивается срок поверки счётчика",
    Topic.DUE_DATE: "Подходит срок оплаты",
}


def topics(actor: Actor, profile: Profile) -> None:
    """Ask what to write about, and say from when the receipts come."""
    markup.subtitle("О чём писать")
    markup.show(f'<p class="kb-quiet">Письма приходят на {text(profile.email)}.</p>')
    with st.form(f"{_FORM}.{session.request_key(_FORM)}", border=False, width=640):
        wanted = [
            topic
            for topic, words in _TOPICS.items()
            if st.checkbox(words, value=topic in profile.topics)
        ]
        sent = st.form_submit_button("Сохранить")
    if sent:
        with submit.outcome(form=_FORM, done="Сохранено: мы запомнили, о чём вам писать."):
            subscriptions.choose_topics(actor=actor, topics=wanted)
    _beginnings(actor, profile)


def _beginnings(actor: Actor, profile: Profile) -> None:
    """Say of each account which period's receipt is the first to come."""
    since = profile.topics.get(Topic.RECEIPTS)
    lines = [
        f"Л/С № {text(card.number)}: начиная с квитанции за "
        f"{formats.month(max(since, first) if since else first)}"
        for card in account_cards.list_accounts(actor=actor)
        for first in [subscriptions.get_next_period(card)]
    ]
    if lines:
        word = "Квитанции приходят" if since else "Если подписаться сейчас, квитанции придут"
        markup.show(f'<p class="kb-quiet">{word}:<br>{"<br>".join(lines)}.</p>')


def consents(actor: Actor, profile: Profile) -> None:
    """Draw the agreement and the consents, which can be given and withdrawn one by one."""
    markup.subtitle("Соглашение и согласия")
    given = {one.purpose: one for one in profile.consents}
    markup.show(
        f'<p class="kb-links"><a href="{links.screen(links.TERMS)}">Пользовательское соглашение</a>'
        f'<br><span class="kb-quiet">{_since(given.get(Purpose.TERMS), "принято")}</span></p>'
    )
    news = given.get(Purpose.NEWS)
    body = documents.NEWS_TEXT.replace("{centre}", config.settings().kabinet_centre_name)
    markup.show(
        "<p>Согласие на новости и объявления"
        f'<br><span class="kb-quiet">{_since(news, "дано")}</span></p>'
        + markup.folded("Текст согласия", f"<p>{text(body)}</p>")
    )
    if news:
        _withdraw(actor)
    else:
        _give(actor)


def _withdraw(actor: Actor) -> None:
    if st.button("Отозвать согласие", key=_NEWS):
        with submit.outcome(form=_NEWS, done="Согласие отозвано: новостей больше не пришлём."):
            choices.withdraw_consent(actor=actor, purpose=Purpose.NEWS)


def _give(actor: Actor) -> None:
    if st.button("Дать согласие", key=_NEWS):
        with submit.outcome(form=_NEWS, done="Спасибо, согласие записано."):
            choices.give_consent(actor=actor, document=documents.NEWS, address=session.address())


def _since(given: GivenConsent | None, word: str) -> str:
    if given is None:
        return "не дано" if word == "дано" else "действует, пока есть учётная запись"
    return f"{word} {formats.day(given.given_at)}, версия {text(given.version)}"
