"""A thread on the service desk: its facts, notes and entries, then one form at a time."""

from collections.abc import Mapping
from enum import StrEnum

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.domain.appeals.rules import Kind, Status
from lib.services.appeals import desk_moves
from lib.services.appeals.desk_threads import DeskThread, Note
from lib.ui import markup, query
from lib.ui.appeals import _desk_forms, _desk_moves_forms, _desk_reply, thread, thread_forms
from lib.ui.markup import EMPTY, fill, join_pieces

_OPEN = frozenset({Status.NEW, Status.IN_PROGRESS, Status.DEFERRED, Status.AGREED})


class Operation(StrEnum):
    """An operation on a thread; one form is drawn at a time, as each element costs time."""

    REPLY = "reply"
    NOTE = "note"
    ASSIGN = "assign"
    STATUS = "status"
    REDIRECT = "redirect"
    EXTEND = "extend"


_NAMES: Mapping[str, str] = {
    Operation.REPLY: "Написать заявителю",
    Operation.NOTE: "Заметка",
    Operation.ASSIGN: "Исполнитель",
    Operation.STATUS: "Статус",
    Operation.REDIRECT: "Передать",
    Operation.EXTEND: "Продлить срок",
}
_NOTES = Markup(
    '<section class="kb-note" aria-label="Заметки для коллег"><strong>Заметки для коллег'
    '</strong> <span class="kb-quiet">житель их не видит</span>'
    '<ul class="kb-notes">{}</ul></section>'
)
_NOTE = Markup(
    '<li><span class="kb-quiet"><strong>{}</strong>, {}</span><p class="kb-body">{}</p></li>'
)


def get_asked_keys() -> tuple[int | None, int]:
    """Return the account and the thread of the address: `?id=<account>-<key>`.

    Links in letters have the thread's key alone.
    """
    account, dash, key = query.get_text("id").rpartition("-")
    if not dash:
        return None, query.get_number("id") or 0
    return query.parse_key(account) or 0, query.parse_key(key) or 0


def render_thread(actor: Actor, found: DeskThread) -> None:
    """Draw the thread and the buttons that need no form."""
    summary = found.thread.summary
    kind = "Обращение" if summary.kind is Kind.APPEAL else "Заявка"
    ways = [("Все обращения", links.link_to_screen(links.SERVICE_DESK))]
    if found.incident_id is not None:
        incident = links.link_to_screen(links.SERVICE_DESK, incident=found.incident_id)
        ways.append(("Инцидент: все обращения дома на эту тему", incident))
    markup.render_markup(
        markup.build_title(f"{kind} № {summary.number}")
        + markup.build_links(ways)
        + markup.build_subtitle(summary.topic)
        + thread.build_facts(found.thread, first=_list_people(found))
        + _build_notes(found.notes)
        + thread.build_entries(found.thread, address=links.SERVICE_DESK)
    )
    _desk_forms.render_buttons(actor, found)


def render_forms(actor: Actor, found: DeskThread) -> None:
    """Ask what to do with the thread and draw the form for it."""
    operations = _list_possible(found)
    chosen = st.pills(
        "Что сделать",
        [operation.value for operation in operations],
        default=operations[0].value,
        format_func=_NAMES.__getitem__,
        required=True,
        key=f"desk.deed.{found.thread.summary.appeal_id}",
    )
    operation = Operation(chosen) if chosen in operations else operations[0]
    if operation is Operation.REPLY:
        _desk_reply.render_form(actor, found)
    elif operation is Operation.NOTE:
        _desk_forms.render_note_form(actor, found)
    elif operation is Operation.ASSIGN:
        _desk_forms.render_assign_form(actor, found)
    elif operation is Operation.STATUS:
        _desk_moves_forms.render_status_form(actor, found)
    elif operation is Operation.REDIRECT:
        _desk_moves_forms.render_redirect_form(actor, found)
    else:
        _desk_moves_forms.render_extend_form(actor, found)


def _list_possible(found: DeskThread) -> tuple[Operation, ...]:
    """Return the operations that the thread's status allows, the likeliest first.

    One that a colleague has just made impossible stays for one run: a click must get an answer.
    """
    summary = found.thread.summary
    is_open = summary.status in _OPEN
    is_appeal = summary.kind is Kind.APPEAL
    can = {
        Operation.REPLY: is_open or summary.status is Status.COMPLETED,
        Operation.NOTE: True,
        Operation.ASSIGN: is_open,
        Operation.STATUS: is_open and is_appeal,
        Operation.REDIRECT: is_open and is_appeal and bool(found.others),
        Operation.EXTEND: desk_moves.can_extend(found.topic, summary.status, summary.due_rule),
    }
    return tuple(
        operation
        for operation, is_possible in can.items()
        if thread_forms.is_drawn(f"desk.deed.{operation}", found.thread, is_possible=is_possible)
    )


def _list_people(found: DeskThread) -> tuple[tuple[str, str | Markup], ...]:
    """Return who answers and who wrote, with a link to the account's card."""
    card = links.link_to_screen(links.ACCOUNT_CARD, number=found.thread.summary.account)
    applicant = found.applicant or "учётная запись удалена"
    assigned = found.people.get_name(found.assigned_to) or "не назначен"
    link = markup.build_link("карточка лицевого счёта", card)
    return ("Исполнитель", assigned), ("Заявитель", fill(Markup("{} · {}"), applicant, link))


def _build_notes(notes: tuple[Note, ...]) -> Markup:
    items = join_pieces(
        fill(_NOTE, note.author, formats.format_moment(note.happened_at), note.body)
        for note in notes
    )
    return fill(_NOTES, items) if items else EMPTY
