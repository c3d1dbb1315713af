"""Several appeals of a page at once: an assignee, one answer to all, closing."""

from collections.abc import Mapping
from enum import StrEnum

import streamlit as st

from lib.access import Actor
from lib.services.appeals import desk_batches, texts
from lib.services.appeals.desk_batches import BatchOutcome, ChosenAppeal
from lib.services.appeals.desk_queue import DeskKind, Filters, Queue, QueueRow
from lib.ui import markup, query, session, submit
from lib.ui.appeals import _desk_forms, desk_filters

_FORM, _SHOWN = "desk.batch", "desk.batch.shown"


class Operation(StrEnum):
    """An operation on several appeals at once."""

    ASSIGN = "assign"
    ANSWER = "answer"
    CLOSE = "close"


_NAMES: Mapping[str, str] = {
    Operation.ASSIGN: "Назначить исполнителя",
    Operation.ANSWER: "Ответить одинаково",
    Operation.CLOSE: "Закрыть отвеченные",
}


def is_asked() -> bool:
    """Tell whether the address asks for the choice of several appeals."""
    return query.get_number("several") is not None


def render_batch(actor: Actor, filters: Filters, queue: Queue) -> None:
    """Draw the choice of appeals and of an operation on them."""
    known = {
        str(row.key): row
        for row in queue.rows
        if row.account_id is not None and row.kind in {DeskKind.APPEAL, DeskKind.PAID_SERVICE}
    }
    back = desk_filters.get_address(filters, page=queue.page)
    markup.render_markup(markup.build_links([("Вернуться к списку", back)]))
    operation = _ask_operation()
    key = session.request_key(_FORM)
    _keep_versions(known)
    with st.form(f"{_FORM}.{key}", border=False):
        picked = st.multiselect(
            "Обращения этой страницы",
            list(known),
            format_func=lambda key: f"{known[key].number}, {known[key].address}",
            placeholder="выберите",
            key=f"{_FORM}.picked.{key}",
        )
        colleague, written = None, ""
        if operation == Operation.ASSIGN:
            colleague = _desk_forms.ask_colleague(queue.people, key=f"{_FORM}.to.{key}")
        elif operation == Operation.ANSWER:
            written = st.text_area(
                "Текст для заявителей",
                max_chars=texts.LONGEST_TEXT,
                placeholder="поля {имя}, {номер}, {адрес}, {срок} заполнятся для каждого",
                key=f"{_FORM}.text.{key}",
            )
        sent = st.form_submit_button("Выполнить", type="primary")
    if sent:
        chosen = [_choose_shown(known[key]) for key in picked]
        with submit.report_outcome(form=_FORM) as say:
            say(_format_outcome(_apply(actor, operation, chosen, colleague, written or "")))
            session.forget_notes(_SHOWN)


def _ask_operation() -> Operation:
    chosen = st.pills(
        "Что сделать",
        list(_NAMES),
        default=Operation.ASSIGN.value,
        format_func=_NAMES.__getitem__,
        required=True,
        key=f"{_FORM}.deed",
    )
    return Operation(chosen or Operation.ASSIGN)


def _keep_versions(known: Mapping[str, QueueRow]) -> None:
    """Keep the versions first shown: the run that handles a click reads the appeals again."""
    for key, row in known.items():
        if session.find_note(_SHOWN, key) is None:
            session.keep_note(_SHOWN, key, str(row.version))


def _choose_shown(row: QueueRow) -> ChosenAppeal:
    version = session.find_note(_SHOWN, str(row.key)) or row.version
    return ChosenAppeal(row.account_id or 0, row.key, row.number, int(version))


def _apply(
    actor: Actor,
    operation: Operation,
    chosen: list[ChosenAppeal],
    colleague: int | None,
    written: str,
) -> BatchOutcome:
    key = session.request_key(_FORM)
    if operation is Operation.ASSIGN:
        return desk_batches.assign_appeals(
            actor=actor, chosen=chosen, to=colleague, request_key=key
        )
    if operation is Operation.ANSWER:
        return desk_batches.answer_appeals(
            actor=actor, chosen=chosen, text=written, request_key=key
        )
    return desk_batches.close_appeals(actor=actor, chosen=chosen, request_key=key)


def _format_outcome(outcome: BatchOutcome) -> str:
    sentences = [f"Готово: {outcome.done}."]
    sentences += [f"№ {number}: {reason}" for number, reason in outcome.refused]
    return " ".join(sentences)
