"""An incident: the appeals of one house on one topic, and one answer to all of them."""

import streamlit as st

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.domain.appeals.rules import STATUSES
from lib.services.appeals import incidents, texts
from lib.services.appeals.desk_batches import BatchOutcome, ChosenAppeal
from lib.services.appeals.incidents import JoinedIncident
from lib.ui import markup, session, submit
from lib.ui.markup import text

_SHOWN = "shown"


def show(actor: Actor, incident: JoinedIncident) -> None:
    """Draw the appeals and take in the answer."""
    items = "".join(
        f'<li><a class="kb-link" href="{text(links.screen(links.SERVICE_DESK, id=one.appeal_id))}">'
        f'№ {text(one.number)}</a> <span class="kb-quiet">{STATUSES[one.status]}</span></li>'
        for one in incident.members
    )
    answered = (
        markup.note(f"Всем ответили {formats.moment(incident.answered_at)}.")
        if incident.answered_at
        else ""
    )
    markup.show(
        markup.heading(f"Инцидент: {incident.address}")
        + f'<p class="kb-links"><a href="{links.screen(links.SERVICE_DESK)}">Все обращения</a></p>'
        f'<h2 class="kb-subtitle">{text(incident.topic)}: {len(incident.members)}</h2>'
        f'{answered}<ul class="kb-answers">{items}</ul>'
    )
    _answer(actor, incident)


def _answer(actor: Actor, incident: JoinedIncident) -> None:
    form = f"desk.incident.{incident.incident_id}"
    shown = _shown(form, incident)
    if not shown:
        return
    key = session.request_key(form)
    with st.form(f"{form}.{key}", border=False):
        written = st.text_area(
            "Ответ всем сразу",
            max_chars=texts.LONGEST_TEXT,
            height=140,
            placeholder="поля {имя}, {номер}, {адрес}, {срок} заполнятся для каждого",
            key=f"{form}.text.{key}",
        )
        sent = st.form_submit_button(f"Ответить всем: {len(shown)}", type="primary")
    if sent:
        with submit.outcome(form=form) as say:
            outcome = incidents.answer_incident(
                actor=actor,
                incident_id=incident.incident_id,
                chosen=shown,
                text=written or "",
                request_key=key,
            )
            session.forget_notes(form)
            say(_words(outcome))


def _shown(form: str, incident: JoinedIncident) -> tuple[ChosenAppeal, ...]:
    """Return the appeals that waited when the form was first drawn, of their versions then.

    The run that takes a click in reads anew. Where a colleague has answered them all meanwhile,
    the form is drawn once more, for the click to be answered.
    """
    kept = session.noted(form, _SHOWN)
    if kept is None:
        kept = "\n".join(
            f"{one.account_id} {one.appeal_id} {one.version} {one.number}"
            for one in incident.members
            if one.is_waiting
        )
    if incident.waiting:
        session.note(form, _SHOWN, kept)
    else:
        session.forget_notes(form)
    found = (line.split(" ", 3) for line in kept.splitlines())
    return tuple(
        ChosenAppeal(int(account), int(appeal), number, int(version))
        for account, appeal, version, number in found
    )


def _words(outcome: BatchOutcome) -> str:
    told = [f"Ответы отправлены: {outcome.done}."]
    told += ["Жители получат письма."] if outcome.done else []
    told += [f"№ {number}: {reason}" for number, reason in outcome.refused]
    return " ".join(told)
