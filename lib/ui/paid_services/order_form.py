"""The form that orders a paid service: the day, where to be reached, what else to know."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from lib import clock, links
from lib.access import Actor
from lib.domain import formats
from lib.services.appeals import texts
from lib.services.paid_services import ordering, price_list
from lib.services.paid_services.ordering import (
    FARTHEST,
    LONGEST_COMMENT,
    ListPriceChanged,
    Offer,
    Order,
)
from lib.ui import guard, markup, query, session, submit
from lib.ui.markup import text

_FORM, _PRICE = "paid_service", "price"
_TOMORROW = dt.timedelta(days=1)


def show(actor: Actor, offers: Sequence[Offer]) -> None:
    """Draw the form for the service that the address names, and take it in."""
    offer = _asked(offers)
    price = f"{price_list.format_price(offer.price)} {offer.unit}"
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
    price = _shown_price(form, offer)
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
            max_chars=texts.LONGEST_CONTACT,
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
    if sent:
        ids = offer.account_id, offer.service_id
        _send(actor, form, Order(*ids, price, day, contact or "", comment or ""))


def _send(actor: Actor, form: str, wanted: Order) -> None:
    with submit.outcome(form=form) as tell:
        try:
            appeal_id, number = ordering.order_service(
                actor=actor,
                wanted=wanted,
                request_key=session.request_key(form),
                address=session.address(),
            )
        except ListPriceChanged as refusal:
            _keep_price(form, refusal.price)  # the refusal shows it
            raise
        session.forget_notes(form)
        day = formats.day(wanted.wanted_on)
        tell(f"Заявка № {number} на {day} отправлена. Ответ придёт сюда и письмом.")
        query.put(service=None, account=None, id=appeal_id)


def _shown_price(form: str, offer: Offer) -> Decimal | None:
    """Return the price that the form was first drawn with: a click reads the price list anew."""
    kept = session.noted(form, _PRICE)
    if kept is None:
        kept = _keep_price(form, offer.price)
    return Decimal(kept) if kept else None


def _keep_price(form: str, price: Decimal | None) -> str:
    kept = "" if price is None else str(price)
    session.note(form, _PRICE, kept)
    return kept
