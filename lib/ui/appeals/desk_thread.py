"""A thread on the service desk: its facts, notes and lines, then one form at a time."""

from collections.abc import Mapping
from enum import StrEnum

import streamlit as st

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.domain.appeals.rules import Kind, Status
from lib.services.appeals import desk_moves
from lib.services.appeals.desk_threads import DeskThread, Note
from lib.ui import markup, query
from lib.ui.appeals import _desk_forms, _desk_moves_forms, _desk_reply, desk_seen, thread
from lib.ui.markup import text
from lib.ui.paid_services import request_card

_OPEN = frozenset({Status.NEW, Status.IN_PROGRESS, Status.DEFERRED, Status.AGREED})


class Deed(StrEnum):
    """What may be done with a thread: one form at a time, each element costs every run."""

    REPLY = "reply"
    NOTE = "note"
    ASSIGN = "assign"
    STATUS = "status"
    REDIRECT = "redirect"
    EXTEND = "extend"


_NAMES: Mapping[str, str] = {
    Deed.REPLY: "Написать заявителю",
    Deed.NOTE: "Заметка",
    Deed.ASSIGN: "Исполнитель",
    Deed.STATUS: "Статус",
    Deed.REDIRECT: "Передать",
    Deed.EXTEND: "Продлить срок",
}


def asked() -> tuple[int | None, int]:
    """Return which thread the address asks for: `?id=<account>-<key>`, in letters the key alone."""
    account, dash, key = query.words("id").rpartition("-")
    if not dash:
        return None, query.number("id") or 0
    return query.whole(account) or 0, query.whole(key) or 0


def show(actor: Actor, found: DeskThread) -> None:
    """Draw the thread and take in what is done with it."""
    one = found.thread.summary
    kind = "Обращение" if one.kind is Kind.APPEAL else "Заявка"
    back = links.screen(links.SERVICE_DESK)
    ways = f'<a href="{back}">Все обращения</a>{_incident(found)}'
    markup.show(
        markup.heading(f"{kind} № {one.number}")
        + f'<p class="kb-links">{ways}</p><h2 class="kb-subtitle">{text(one.topic)}</h2>'
        + thread.facts(found.thread, first=_people(found))
        + _notes(found.notes)
        + thread.lines(found.thread, address=links.SERVICE_DESK)
    )
    _desk_forms.buttons(actor, found)
    if one.kind is Kind.PAID_SERVICE:
        request_card.show(actor, found.thread)
    _deed(actor, found)


def _deed(actor: Actor, found: DeskThread) -> None:
    deeds = _possible(found)
    chosen = st.pills(
        "Что сделать",
        [deed.value for deed in deeds],
        default=deeds[0].value,
        format_func=_NAMES.__getitem__,
        required=True,
        key=f"desk.deed.{found.thread.summary.appeal_id}",
    )
    deed = Deed(chosen) if chosen in deeds else deeds[0]
    if deed is Deed.REPLY:
        _desk_reply.show(actor, found)
    elif deed is Deed.NOTE:
        _desk_forms.note(actor, found)
    elif deed is Deed.ASSIGN:
        _desk_forms.assign(actor, found)
    elif deed is Deed.STATUS:
        _desk_moves_forms.status(actor, found)
    elif deed is Deed.REDIRECT:
        _desk_moves_forms.redirect(actor, found)
    else:
        _desk_moves_forms.extend(actor, found)


def _possible(found: DeskThread) -> tuple[Deed, ...]:
    """Return what the thread's status has use for, the likeliest first.

    What a colleague has just made impossible is there once more, for its press to be answered.
    """
    one = found.thread.summary
    is_open = one.status in _OPEN
    is_appeal = one.kind is Kind.APPEAL
    can = {
        Deed.REPLY: is_open or one.status is Status.COMPLETED,
        Deed.NOTE: True,
        Deed.ASSIGN: is_open,
        Deed.STATUS: is_open and is_appeal,
        Deed.REDIRECT: is_open and is_appeal and bool(found.others),
        Deed.EXTEND: desk_moves.can_extend(found.topic, one.status, one.due_rule),
    }
    return tuple(
        deed
        for deed, is_possible in can.items()
        if desk_seen.has(f"desk.deed.{deed}", found.thread, is_possible=is_possible)
    )


def _people(found: DeskThread) -> tuple[tuple[str, str], ...]:
    """Return whose work it is and who wrote, with the way to the account."""
    card = links.screen(links.ACCOUNT_CARD, number=found.thread.summary.account)
    who = text(found.applicant) if found.applicant else "учётная запись удалена"
    assigned = text(found.people.name(found.assigned_to)) or "не назначен"
    way = f'<a class="kb-link" href="{text(card)}">карточка лицевого счёта</a>'
    return ("Исполнитель", assigned), ("Заявитель", f"{who} · {way}")


def _incident(found: DeskThread) -> str:
    if found.incident_id is None:
        return ""
    address = links.screen(links.SERVICE_DESK, incident=found.incident_id)
    return f'<a href="{text(address)}">Инцидент: все обращения дома на эту тему</a>'


def _notes(notes: tuple[Note, ...]) -> str:
    if not notes:
        return ""
    items = "".join(
        f'<li><span class="kb-quiet"><strong>{text(one.author)}</strong>, '
        f'{formats.moment(one.happened_at)}</span><p class="kb-body">{text(one.body)}</p></li>'
        for one in notes
    )
    return (
        '<section class="kb-note" aria-label="Заметки для коллег"><strong>Заметки для коллег'
        '</strong> <span class="kb-quiet">житель их не видит</span>'
        f'<ul class="kb-notes">{items}</ul></section>'
    )
