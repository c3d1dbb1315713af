"""The form that orders a paid service: the day, a contact, a comment."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

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
from lib.ui.markup import EMPTY, fill

_FORM, _PRICE = "paid_service", "price"
_TOMORROW = dt.timedelta(days=1)
_TERMS = Markup("<p>{}: {}. ЛС {}. {}</p>")


def render_form(actor: Actor, offers: Sequence[Offer]) -> None:
    """Draw the form for the service that the address names, and submit it."""
    offer = _get_offer(offers)
    price = f"{price_list.format_price(offer.price)} {offer.unit}"
    about = markup.build_hint(offer.description) if offer.description else EMPTY
    how = (
        "Организация подтвердит день и назовёт цену; вы согласитесь или откажетесь."
        if offer.price is None
        else "Организация подтвердит день, после этого заявку можно оплатить."
    )
    markup.render_markup(
        markup.build_title("Новая заявка")
        + markup.build_links(
            [("Прейскурант и мои заявки", links.link_to_screen(links.PAID_SERVICES))]
        )
        + markup.build_subtitle(offer.name)
        + about
        + fill(_TERMS, offer.organization, price, offer.account, how)
    )
    _render_fields(actor, offer)


def _get_offer(offers: Sequence[Offer]) -> Offer:
    """Return the offer that the address names; other services are not found."""
    key, account = query.get_number("service"), query.get_number("account")
    named = (offer for offer in offers if offer.service_id == key)
    offer = next((offer for offer in named if account in {None, offer.account_id}), None)
    return offer or guard.refuse()


def _render_fields(actor: Actor, offer: Offer) -> None:
    form = f"{_FORM}.{offer.account_id}.{offer.service_id}"
    key = session.request_key(form)
    price = _keep_shown_price(form, offer)
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
        _submit(actor, form, Order(*ids, price, day, contact or "", comment or ""))


def _submit(actor: Actor, form: str, wanted: Order) -> None:
    with submit.report_outcome(form=form) as tell:
        try:
            appeal_id, number = ordering.order_service(
                actor=actor,
                wanted=wanted,
                request_key=session.request_key(form),
                address=session.get_address(),
            )
        except ListPriceChanged as refusal:
            _keep_price(form, refusal.price)  # the refusal shows it
            raise
        session.forget_notes(form)
        day = formats.format_date(wanted.wanted_on)
        tell(f"Заявка № {number} на {day} отправлена. Ответ придёт сюда и письмом.")
        query.set_values(service=None, account=None, id=appeal_id)


def _keep_shown_price(form: str, offer: Offer) -> Decimal | None:
    """Return the price first shown: the run that handles a click reads the price list again."""
    kept = session.find_note(form, _PRICE)
    if kept is None:
        kept = _keep_price(form, offer.price)
    return Decimal(kept) if kept else None


def _keep_price(form: str, price: Decimal | None) -> str:
    kept = "" if price is None else str(price)
    session.keep_note(form, _PRICE, kept)
    return kept
