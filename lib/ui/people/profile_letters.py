"""Profile, «Письма»: subscriptions, reminders, consents."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

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
from lib.ui.markup import fill

_FORM, _NEWS = "profile.topics", "profile.news"
_TOPICS: Mapping[Topic, str] = {
    Topic.RECEIPTS: "Квитанция, когда месяц закрыт",
    Topic.READINGS: "Пора передать показания счётчиков",
    Topic.VERIFICATION: "Заканчивается срок поверки счётчика",
    Topic.DUE_DATE: "Подходит срок оплаты",
}
_TERMS = Markup(
    '<p class="kb-links"><a href="{}">Пользовательское соглашение</a>'
    '<br><span class="kb-quiet">{}</span></p>'
)
_NEWS_CONSENT = Markup(
    '<p>Согласие на новости и объявления<br><span class="kb-quiet">{}</span></p>'
)


def render_topics(actor: Actor, profile: Profile) -> None:
    """Ask for the topics of letters, and say from which month receipts come."""
    markup.render_subtitle("О чём писать")
    markup.render_markup(markup.build_hint(f"Письма приходят на {profile.email}."))
    with st.form(f"{_FORM}.{session.request_key(_FORM)}", border=False, width=640):
        wanted = [
            topic
            for topic, words in _TOPICS.items()
            if st.checkbox(words, value=topic in profile.topics)
        ]
        sent = st.form_submit_button("Сохранить")
    if sent:
        with submit.report_outcome(form=_FORM, done="Сохранено: мы запомнили, о чём вам писать."):
            subscriptions.choose_topics(actor=actor, topics=wanted)
    _render_first_receipts(actor, profile)


def _render_first_receipts(actor: Actor, profile: Profile) -> None:
    """Draw the first month of each account whose receipt comes by letter."""
    since = profile.topics.get(Topic.RECEIPTS)
    lines = [
        f"Л/С № {card.number}: начиная с квитанции за "
        f"{formats.format_period(max(since, first) if since else first)}"
        for card in account_cards.list_accounts(actor=actor)
        for first in [subscriptions.get_next_period(card)]
    ]
    if lines:
        word = "Квитанции приходят" if since else "Если подписаться сейчас, квитанции придут"
        listed = Markup("<br>").join(lines)
        markup.render_markup(markup.build_hint(fill(Markup("{}:<br>{}."), word, listed)))


def render_consents(actor: Actor, profile: Profile) -> None:
    """Draw the agreement and the consent to news, with a button to give or withdraw it."""
    markup.render_subtitle("Соглашение и согласия")
    given = {consent.purpose: consent for consent in profile.consents}
    since = _format_since(given.get(Purpose.TERMS), "принято")
    markup.render_markup(fill(_TERMS, links.link_to_screen(links.TERMS), since))
    news = given.get(Purpose.NEWS)
    body = documents.NEWS_TEXT.replace("{centre}", config.get_settings().kabinet_centre_name)
    markup.render_markup(
        fill(_NEWS_CONSENT, _format_since(news, "дано"))
        + markup.build_folded("Текст согласия", fill(Markup("<p>{}</p>"), body))
    )
    if news:
        _render_withdrawal(actor)
    else:
        _render_consent(actor)


def _render_withdrawal(actor: Actor) -> None:
    if st.button("Отозвать согласие", key=_NEWS):
        with submit.report_outcome(
            form=_NEWS, done="Согласие отозвано: новостей больше не пришлём."
        ):
            choices.withdraw_consent(actor=actor, purpose=Purpose.NEWS)


def _render_consent(actor: Actor) -> None:
    if st.button("Дать согласие", key=_NEWS):
        with submit.report_outcome(form=_NEWS, done="Спасибо, согласие записано."):
            choices.give_consent(
                actor=actor, document=documents.NEWS, address=session.get_address()
            )


def _format_since(given: GivenConsent | None, word: str) -> str:
    if given is None:
        return "не дано" if word == "дано" else "действует, пока есть учётная запись"
    return f"{word} {formats.format_date(given.given_at)}, версия {given.version}"
