"""The form that orders a paid service: the day, where to be reached, what else to know."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from lib import clock, links
from lib.access import Actor
from lib.domain import formats
from lib.services import appeal_texts, paid_services, price_list
from lib.services.paid_services import FARTHEST, LONGEST_COMMENT, Offer, Order
from lib.ui import guard, markup, query, session, submit
from lib.ui.markup import text

_FORM = "paid_service"
_TOMORROW = dt.timedelta(days=1)


def show(actor: Actor, offers: Sequence[Offer]) -> None:
    """Draw the form for the service that the address names, and take it in."""
    offer = _asked(offers)
    price = f"{price_list.price_words(offer.price)} {offer.unit}"
    about = f'<p class="kb-quiet">{text(offer.description)}</p>' if offer.description else ""
    how = (
        "Организация подтвердит день и назовёт цену; вы согласитесь или откажетесь."
        if offer.price is None
        else "Организация подтвердит день, после этого заявку можно оплатить."
    )
    markup.show(
        f'{markup.heading("Новая заявка")}<p class="kb-links">'
        f'<a href="{links.screen(links.PAID_SERVICES)}">Прейскурант и мои заявки</a></p>'
        f'<h2 class="kb-subtitle">{text(offer.name)}</h2>{about}'
        f"<p>{text(offer.organization)}: {text(price)}. ЛС {text(offer.account)}. {how}</p>"
    )
    _ask(actor, offer)


def _asked(offers: Sequence[Offer]) -> Offer:
    """Return the line of a price list that the address names; what is not offered is not there."""
    key, account = query.number("service"), query.number("account")
    named = (one for one in offers if one.service_id == key)
    offer = next((one for one in named if account in {None, one.account_id}), None)
    return offer or guard.refuse()


def _ask(actor: Actor, offer: Offer) -> None:
    form = f"{_FORM}.{offer.account_id}.{offer.service_id}"
    key = session.request_key(form)
    today = clock.today()
    with st.form(f"{form}.{key}", border=False):
        day = st.date_input(
            "Желаемый день",
            value=today + _TOMORROW,
            min_value=today,
            max_value=today + FARTHEST,
            format="DD.MM.YYYY",
            width=260,
            key=f"{form}.day.{key}",
        )
        contact = st.text_input(
            "Как с вами связаться",
            max_chars=appeal_texts.LONGEST_CONTACT,
            placeholder="телефон или e-mail",
            key=f"{form}.contact.{key}",
        )
        comment = st.text_area(
            "Комментарий",
            max_chars=LONGEST_COMMENT,
            placeholder="удобное время, код домофона, что сломалось",
            key=f"{form}.comment.{key}",
        )
        sent = st.form_submit_button("Отправить заявку", type="primary")
    if not sent:
        return
    with submit.outcome(form=form) as tell:
        appeal_id, number = paid_services.order(
            actor=actor,
            wanted=Order(offer.account_id, offer.service_id, day, contact or "", comment or ""),
            request_key=key,
            address=session.address(),
        )
        tell(f"Заявка № {number} на {formats.day(day)} отправлена. Ответ придёт сюда и письмом.")
        query.put(service=None, account=None, id=appeal_id)
