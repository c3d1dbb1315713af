"""A request for a paid service as staff see it: offer a price, complete, decline."""

import streamlit as st

from lib.access import Actor
from lib.domain import formats, typed
from lib.domain.appeals.rules import Status
from lib.services.appeals.threads import Thread
from lib.services.paid_services import request_steps
from lib.services.paid_services.request_steps import LONGEST_REASON, Step
from lib.services.paid_services.requests import PaidRequest
from lib.ui import markup
from lib.ui.appeals import thread_forms
from lib.ui.markup import EMPTY
from lib.ui.paid_services import _words

_HOW = "Цена из прейскуранта согласована сразу, с другой ценой должен согласиться житель."


def render_card(actor: Actor, thread: Thread) -> None:
    """Draw the request and the forms of its next steps; the desk draws the thread.

    Args:
        actor: staff of the organisation that answers; needs ``paid_services:manage``.
        thread: the request's thread, as the desk has just read it.
    """
    summary = thread.summary
    request = request_steps.get_request(
        actor=actor, account_id=summary.account_id, appeal_id=summary.appeal_id
    )
    is_new, is_agreed = request.status is Status.NEW, request.status is Status.AGREED
    with st.container(border=True):
        facts = markup.build_facts(_words.list_facts(request))
        markup.render_markup(facts + (markup.build_hint(_HOW) if is_new else EMPTY))
        if thread_forms.is_drawn(_name_form("price", thread), thread, is_possible=is_new):
            _render_price(actor, request, thread)
        if thread_forms.is_drawn(_name_form("done", thread), thread, is_possible=is_agreed):
            _render_completion(actor, thread)
        is_open = (is_new or is_agreed) and not request.is_paid
        if thread_forms.is_drawn(_name_form("refuse", thread), thread, is_possible=is_open):
            _render_refusal(actor, thread)


def _name_form(name: str, thread: Thread) -> str:
    return f"{name}.{thread.summary.appeal_id}"


def _make_step(form: str, thread: Thread) -> Step:
    seen = thread_forms.keep_seen(form, thread)
    return Step(seen.account_id, seen.appeal_id, seen.version, seen.request_key)


def _render_price(actor: Actor, request: PaidRequest, thread: Thread) -> None:
    form = _name_form("price", thread)
    step = _make_step(form, thread)
    key = step.request_key
    shown = request.offered or request.list_price
    with st.form(f"{form}.{key}", border=False):
        price = st.text_input(
            "Цена, ₽",
            value=formats.format_money(shown) if shown else "",
            width=320,
            key=f"{form}.price.{key}",
        )
        sent = st.form_submit_button("Назвать цену", type="primary")
    if sent:
        with thread_forms.report_outcome(form, thread, done="Цена названа, житель получит письмо."):
            request_steps.offer_price(actor=actor, step=step, price=typed.parse_money(price or ""))


def _render_completion(actor: Actor, thread: Thread) -> None:
    form = _name_form("done", thread)
    step = _make_step(form, thread)
    with st.form(f"{form}.{step.request_key}", border=False):
        sent = st.form_submit_button("Работа выполнена", type="primary")
    if sent:
        with thread_forms.report_outcome(
            form, thread, done="Заявка выполнена, житель получит письмо."
        ):
            request_steps.complete_request(actor=actor, step=step)


def _render_refusal(actor: Actor, thread: Thread) -> None:
    """Ask for a reason, in a form of its own: Enter in another field does not decline."""
    form = _name_form("refuse", thread)
    step = _make_step(form, thread)
    key = step.request_key
    with st.form(f"{form}.{key}", border=False):
        reason = st.text_input(
            "Причина отказа",
            max_chars=LONGEST_REASON,
            placeholder="её увидит житель",
            key=f"{form}.reason.{key}",
        )
        sent = st.form_submit_button("Отклонить заявку")
    if sent:
        with thread_forms.report_outcome(
            form, thread, done="Заявка отклонена, житель получит письмо."
        ):
            request_steps.decline_request(actor=actor, step=step, reason=reason or "")
