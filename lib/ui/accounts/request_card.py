"""A request for an account as staff see it, with both decisions."""

import streamlit as st

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.services.accounts import claims, decisions, request_queue, requests
from lib.services.accounts.request_queue import RequestQueue, WaitingRequest
from lib.services.accounts.requests import Status
from lib.ui import markup, session, submit
from lib.ui.markup import text

_FORM, _SHOWN = "account_requests", "shown"
_MATCHED = '<span class="kb-advance">счёт найден по этому адресу</span>'
_UNMATCHED = '<span class="kb-debt">счёта с таким номером по этому адресу нет</span>'


def tell_decided(actor: Actor, queue: RequestQueue) -> None:
    """Tell what colleagues have decided since the run before: a click on it has found nothing."""
    before = session.take_note(_FORM, _SHOWN) or ""
    now = {request.request_id for request in queue.requests}
    session.note(_FORM, _SHOWN, " ".join(map(str, now)))
    gone = {int(key) for key in before.split()} - now
    if not gone:
        return
    for one in request_queue.list_decided_requests(actor=actor, request_ids=gone):
        outcome = "одобрил" if one.status is Status.APPROVED else "отклонил"
        markup.show(
            f'<p role="status">Заявку на счёт {text(one.number)} уже {outcome} ваш коллега '
            f"{formats.moment(one.decided_at)}.</p>"
        )


def show(actor: Actor, request: WaitingRequest) -> None:
    """Draw the request and take in a decision."""
    with st.container(border=True):
        _facts(request)
        _approval(actor, request)
        _refusal(actor, request)


def _approval(actor: Actor, request: WaitingRequest) -> None:
    """Ask for the account: a form of its own, so that Enter in a reason approves nothing."""
    form = f"approve.{request.request_id}"
    with st.form(f"{form}.{session.request_key(form)}", border=False):
        number = st.text_input(
            "Номер лицевого счёта",
            value=request.number,
            max_chars=claims.LONGEST_NUMBER,
            width=320,
        )
        sent = st.form_submit_button("Одобрить", type="primary")
    if sent:
        with submit.outcome(form=form, done="Счёт присоединён, житель получит письмо."):
            decisions.approve_request(
                actor=actor,
                request_id=request.request_id,
                number=number or "",
                address=session.address(),
            )


def _refusal(actor: Actor, request: WaitingRequest) -> None:
    form = f"decline.{request.request_id}"
    with st.form(f"{form}.{session.request_key(form)}", border=False):
        reason = st.text_input(
            "Причина отказа",
            max_chars=requests.LONGEST_COMMENT,
            placeholder="что жителю нужно исправить",
        )
        sent = st.form_submit_button("Отклонить")
    if sent:
        with submit.outcome(form=form, done="Заявка отклонена, житель получит письмо."):
            decisions.decline_request(
                actor=actor,
                request_id=request.request_id,
                reason=reason or "",
                address=session.address(),
            )


def _facts(request: WaitingRequest) -> None:
    match = _MATCHED if request.is_matched else _UNMATCHED
    comment = f"<dt>Комментарий</dt><dd>{text(request.comment)}</dd>" if request.comment else ""
    address = text(links.account_request(request_id=request.request_id))
    markup.show(
        f'<dl class="kb-facts"><dt>Заявитель</dt><dd>{text(request.who)} '
        f'<span class="kb-quiet">({text(request.username)})</span></dd>'
        f"<dt>Лицевой счёт</dt><dd>{text(request.number)} — {match}</dd>"
        f"<dt>Адрес</dt><dd>{text(request.address)}</dd>"
        f"<dt>Отправлена</dt><dd>{formats.moment(request.requested_at)}</dd>{comment}"
        f'<dt>Документ</dt><dd><a class="kb-link" href="{address}" target="_blank">'
        "Открыть документ</a></dd></dl>"
    )
