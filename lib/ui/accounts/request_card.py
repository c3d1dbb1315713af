"""A request for an account as staff see it."""

from markupsafe import Markup

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.services.accounts import request_queue
from lib.services.accounts.request_queue import RequestQueue, WaitingRequest
from lib.services.accounts.requests import Status
from lib.ui import markup, session
from lib.ui.markup import fill

_FORM, _SHOWN = "account_requests", "shown"
_MATCHED = Markup('<span class="kb-advance">счёт найден по этому адресу</span>')
_UNMATCHED = Markup('<span class="kb-debt">счёта с таким номером по этому адресу нет</span>')
_DECIDED = Markup('<p role="status">Заявку на счёт {} уже {} ваш коллега {}.</p>')
_DOCUMENT = Markup('<a class="kb-link" href="{}" target="_blank">Открыть документ</a>')


def render_decided(actor: Actor, queue: RequestQueue) -> None:
    """Say what colleagues have decided since the last run: those requests are gone."""
    before = session.take_note(_FORM, _SHOWN) or ""
    now = {request.request_id for request in queue.requests}
    session.keep_note(_FORM, _SHOWN, " ".join(map(str, now)))
    gone = {int(key) for key in before.split()} - now
    if not gone:
        return
    for decided in request_queue.list_decided_requests(actor=actor, request_ids=gone):
        outcome = "одобрил" if decided.status is Status.APPROVED else "отклонил"
        moment = formats.format_moment(decided.decided_at)
        markup.render_markup(fill(_DECIDED, decided.number, outcome, moment))


def build_facts(request: WaitingRequest) -> Markup:
    """Return who asks for which account, and the document."""
    match = _MATCHED if request.is_matched else _UNMATCHED
    applicant = Markup("{} {}")
    facts: list[tuple[str, str | Markup]] = [
        (
            "Заявитель",
            fill(applicant, request.who, markup.build_quiet(f"({request.username})")),
        ),
        ("Лицевой счёт", fill(Markup("{} — {}"), request.number, match)),
        ("Адрес", request.address),
        ("Отправлена", formats.format_moment(request.requested_at)),
    ]
    if request.comment:
        facts.append(("Комментарий", request.comment))
    address = links.link_to_account_request(request_id=request.request_id)
    return markup.build_facts([*facts, ("Документ", fill(_DOCUMENT, address))])
