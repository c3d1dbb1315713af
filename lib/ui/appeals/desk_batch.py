"""Several appeals of a page at once: whose they are, one answer to all, closing."""

from collections.abc import Mapping
from enum import StrEnum

import streamlit as st

from lib.access import Actor
from lib.services.appeals import desk_batches, texts
from lib.services.appeals.desk_batches import BatchOutcome, ChosenAppeal
from lib.services.appeals.desk_queue import DeskKind, Filters, Queue, QueueRow
from lib.ui import markup, query, session, submit
from lib.ui.appeals import _desk_forms, desk_filters
from lib.ui.markup import text

_FORM, _SHOWN = "desk.batch", "desk.batch.shown"


class Deed(StrEnum):
    """What may be done with several at once."""

    ASSIGN = "assign"
    ANSWER = "answer"
    CLOSE = "close"


_NAMES: Mapping[str, str] = {
    Deed.ASSIGN: "Назначить исполнителя",
    Deed.ANSWER: "Ответить одинаково",
    Deed.CLOSE: "Закрыть отвеченные",
}


def is_asked() -> bool:
    """Tell whether the address asks for several."""
    return query.number("several") is not None


def show(actor: Actor, filters: Filters, queue: Queue) -> None:
    """Draw the choice of appeals and of what to do with them."""
    known = {
        str(row.key): row
        for row in queue.rows
        if row.account_id is not None and row.kind in {DeskKind.APPEAL, DeskKind.PAID_SERVICE}
    }
    back = desk_filters.address(filters, page=queue.page)
    markup.show(f'<p class="kb-links"><a href="{text(back)}">Вернуться к списку</a></p>')
    deed = _deed()
    key = session.request_key(_FORM)
    _keep_versions(known)
    with st.form(f"{_FORM}.{key}", border=False):
        picked = st.multiselect(
            "Обращения этой страницы",
            list(known),
            format_func=lambda one: f"{known[one].number}, {known[one].address}",
            placeholder="выберите",
            key=f"{_FORM}.picked.{key}",
        )
        colleague, written = None, ""
        if deed == Deed.ASSIGN:
            colleague = _desk_forms.colleague(queue.people, key=f"{_FORM}.to.{key}")
        elif deed == Deed.ANSWER:
            written = st.text_area(
                "Текст для заявителей",
                max_chars=texts.LONGEST_TEXT,
                placeholder="поля {имя}, {номер}, {адрес}, {срок} заполнятся для каждого",
                key=f"{_FORM}.text.{key}",
            )
        sent = st.form_submit_button("Выполнить", type="primary")
    if sent:
        chosen = [_chosen(known[one]) for one in picked]
        with submit.outcome(form=_FORM) as say:
            say(_words(_do(actor, deed, chosen, colleague, written or "")))
            session.forget_notes(_SHOWN)


def _deed() -> Deed:
    chosen = st.pills(
        "Что сделать",
        list(_NAMES),
        default=Deed.ASSIGN.value,
        format_func=_NAMES.__getitem__,
        required=True,
        key=f"{_FORM}.deed",
    )
    return Deed(chosen or Deed.ASSIGN)


def _keep_versions(known: Mapping[str, QueueRow]) -> None:
    """Keep the versions that the screen first showed: the run that takes a click in reads anew."""
    for key, row in known.items():
        if session.noted(_SHOWN, key) is None:
            session.note(_SHOWN, key, str(row.version))


def _chosen(row: QueueRow) -> ChosenAppeal:
    version = session.noted(_SHOWN, str(row.key)) or row.version
    return ChosenAppeal(row.account_id or 0, row.key, row.number, int(version))


def _do(
    actor: Actor, deed: Deed, chosen: list[ChosenAppeal], colleague: int | None, written: str
) -> BatchOutcome:
    key = session.request_key(_FORM)
    if deed is Deed.ASSIGN:
        return desk_batches.assign_appeals(
            actor=actor, chosen=chosen, to=colleague, request_key=key
        )
    if deed is Deed.ANSWER:
        return desk_batches.answer_appeals(
            actor=actor, chosen=chosen, text=written, request_key=key
        )
    return desk_batches.close_appeals(actor=actor, chosen=chosen, request_key=key)


def _words(outcome: BatchOutcome) -> str:
    told = [f"Готово: {outcome.done}."]
    told += [f"№ {number}: {reason}" for number, reason in outcome.refused]
    return " ".join(told)
