"""Paid services (Платные услуги): price lists and requests; `?id=` opens, `?service=` orders."""

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import AccessDenied, Permission
from lib.domain import formats
from lib.domain.appeals.rules import Kind
from lib.services.appeals import resident_appeals
from lib.services.paid_services import ordering, requests
from lib.ui import guard, markup, query, session, submit
from lib.ui.appeals import reply_forms, thread_forms
from lib.ui.appeals import thread as appeal_thread
from lib.ui.paid_services import offer_list, order_form, request_view

actor = guard.require(Permission.PAID_SERVICES_ORDER)

if query.get_text("id"):
    appeal_id = query.get_number("id") or 0
    try:
        request = requests.get_request(actor=actor, appeal_id=appeal_id)
        if query.get_text(request_view.PAYMENT):
            request = request_view.refresh_payment(actor, request)
        thread = resident_appeals.get_thread(
            actor=actor, appeal_id=appeal_id, page=query.get_number("page"), kind=Kind.PAID_SERVICE
        )
    except AccessDenied:
        guard.refuse()
    markup.render_markup(request_view.build_request(request))

    price = request.offered if request.is_to_agree else None
    if price is not None:
        form = f"agree.{appeal_id}"
        with st.form(f"{form}.{session.request_key(form)}", border=False):
            label = f"Согласиться с ценой {formats.format_money(price)} ₽"
            agreed = st.form_submit_button(label, type="primary")
        if agreed:
            with submit.report_outcome(form=form, done="Цена согласована. Заявку можно оплатить."):
                requests.agree_price(
                    actor=actor,
                    account_id=request.account_id,
                    appeal_id=appeal_id,
                    price=price,
                    request_key=session.request_key(form),
                )

    markup.render_markup(appeal_thread.build_entries(thread, address=links.PAID_SERVICES))
    reply_forms.render_forms(actor, thread)

    if request.is_withdrawable:
        form = f"withdraw.{appeal_id}"
        folded = st.expander("Отозвать заявку", icon=":material/undo:")
        with folded, st.form(f"{form}.{session.request_key(form)}", border=False):
            markup.render_markup(
                Markup("<p>Организация получит письмо. Передумаете снова – закажите ещё раз.</p>")
            )
            withdrawn = st.form_submit_button("Отозвать заявку")
        if withdrawn:
            with thread_forms.report_outcome(form, thread, done="Заявка отозвана."):
                requests.withdraw_request(
                    actor=actor,
                    account_id=request.account_id,
                    appeal_id=appeal_id,
                    request_key=session.request_key(form),
                )
elif query.get_text("service"):
    order_form.render_form(actor, ordering.list_offers(actor=actor))
else:
    offers = ordering.list_offers(actor=actor)
    markup.render_markup(offer_list.build_list(offers, requests.list_requests(actor=actor)))
