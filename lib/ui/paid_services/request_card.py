"""A request for a paid service as staff see it: name a price, mark as done, decline."""

import streamlit as st

from lib.access import Actor
from lib.domain import formats, typed
from lib.domain.appeals.rules import Status
from lib.services.appeals.threads import Thread
from lib.services.paid_services import request_steps
from lib.services.paid_services.request_steps import LONGEST_REASON, Step
from lib.services.paid_services.requests import PaidRequest
from lib.ui import markup
from lib.ui.appeals import desk_seen
from lib.ui.paid_services import _words

_HOW = (
    '<p class="kb-quiet">Цена из прейскуранта согласована сразу, с другой ценой должен согласиться '
    "житель.</p>"
)


def show(actor: Actor, thread: Thread) -> None:
    """Draw what is asked for and take in a step; the thread itself is the desk's.

    Args:
        actor: staff of the organisation that answers; needs ``paid_services:manage``.
        thread: the request's, as the desk has just read it.
    """
    one = thread.summary
    request = request_steps.get_request(
        actor=actor, account_id=one.account_id, appeal_id=one.appeal_id
    )
    is_new, is_agreed = request.status is Status.NEW, request.status is Status.AGREED
    with st.container(border=True):
        facts = _words.facts(_words.known(request))
        markup.show(facts + (_HOW if is_new else ""))
        if desk_seen.has(_form("price", thread), thread, is_possible=is_new):
            _offer(actor, request, thread)
        if desk_seen.has(_form("done", thread), thread, is_possible=is_agreed):
            _completion(actor, thread)
        is_open = (is_new or is_agreed) and not request.is_paid
        if desk_seen.has(_form("refuse", thread), thread, is_possible=is_open):
            _refusal(actor, thread)


def _form(name: str, thread: Thread) -> str:
    return f"{name}.{thread.summary.appeal_id}"


def _step(form: str, thread: Thread) -> Step:
    seen = desk_seen.seen(form, thread)
    return Step(seen.account_id, seen.appeal_id, seen.version, seen.request_key)


def _offer(actor: Actor, request: PaidRequest, thread: Thread) -> None:
    form = _form("price", thread)
    step = _step(form, thread)
    key = step.request_key
    shown = request.offered or request.list_price
    with st.form(f"{form}.{key}", border=False):
        price = st.text_input(
            "Цена, ₽",
            value=formats.money(shown) if shown else "",
            width=320,
            key=f"{form}.price.{key}",
        )
        sent = st.form_submit_button("Назвать цену", type="primary")
    if sent:
        with desk_seen.outcome(form, thread, done="Цена названа, житель получит письмо."):
            request_steps.offer_price(actor=actor, step=step, price=typed.money(price or ""))


def _completion(actor: Actor, thread: Thread) -> None:
    form = _form("done", thread)
    step = _step(form, thread)
    with st.form(f"{form}.{step.request_key}", border=False):
        sent = st.form_submit_button("Работа выполнена", type="primary")
    if sent:
        with desk_seen.outcome(form, thread, done="Заявка выполнена, житель получит письмо."):
            request_steps.complete_request(actor=actor, step=step)


def _refusal(actor: Actor, thread: Thread) -> None:
    """Ask for a reason: a form of its own, so that Enter in another field declines nothing."""
    form = _form("refuse", thread)
    step = _step(form, thread)
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
        with desk_seen.outcome(form, thread, done="Заявка отклонена, житель получит письмо."):
            request_steps.decline_request(actor=actor, step=step, reason=reason or "")
