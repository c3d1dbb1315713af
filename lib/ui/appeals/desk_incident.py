"""An incident: the appeals of one house on one topic, and one answer to all of them."""

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.domain.appeals.rules import STATUSES
from lib.services.appeals import incidents, texts
from lib.services.appeals.desk_batches import BatchOutcome, ChosenAppeal
from lib.services.appeals.incidents import JoinedIncident
from lib.ui import markup, session, submit
from lib.ui.markup import EMPTY, fill, join_pieces

_SHOWN = "shown"
_MEMBER = Markup("<li>{} {}</li>")
_MEMBERS = Markup('<h2 class="kb-subtitle">{}: {}</h2>{}<ul class="kb-answers">{}</ul>')


def render_incident(actor: Actor, incident: JoinedIncident) -> None:
    """Draw the appeals of an incident and the form that answers them all."""
    items = join_pieces(
        fill(
            _MEMBER,
            markup.build_link(
                f"№ {member.number}", links.link_to_screen(links.SERVICE_DESK, id=member.appeal_id)
            ),
            markup.build_quiet(STATUSES[member.status]),
        )
        for member in incident.members
    )
    answered = (
        markup.build_note(f"Всем ответили {formats.format_moment(incident.answered_at)}.")
        if incident.answered_at
        else EMPTY
    )
    markup.render_markup(
        markup.build_title(f"Инцидент: {incident.address}")
        + markup.build_links([("Все обращения", links.link_to_screen(links.SERVICE_DESK))])
        + fill(_MEMBERS, incident.topic, len(incident.members), answered, items)
    )
    _render_answer(actor, incident)


def _render_answer(actor: Actor, incident: JoinedIncident) -> None:
    form = f"desk.incident.{incident.incident_id}"
    waiting = _keep_waiting(form, incident)
    if not waiting:
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
        sent = st.form_submit_button(f"Ответить всем: {len(waiting)}", type="primary")
    if sent:
        with submit.report_outcome(form=form) as say:
            outcome = incidents.answer_incident(
                actor=actor,
                incident_id=incident.incident_id,
                chosen=waiting,
                text=written or "",
                request_key=key,
            )
            session.forget_notes(form)
            say(_format_outcome(outcome))


def _keep_waiting(form: str, incident: JoinedIncident) -> tuple[ChosenAppeal, ...]:
    """Return the appeals that waited when the form was first drawn, with their versions.

    The run that handles a click reads the appeals again. If a colleague has answered them all
    meanwhile, the form stays for one run, so that the click is answered.
    """
    kept = session.find_note(form, _SHOWN)
    if kept is None:
        kept = "\n".join(
            f"{member.account_id} {member.appeal_id} {member.version} {member.number}"
            for member in incident.members
            if member.is_waiting
        )
    if incident.waiting:
        session.keep_note(form, _SHOWN, kept)
    else:
        session.forget_notes(form)
    found = (line.split(" ", 3) for line in kept.splitlines())
    return tuple(
        ChosenAppeal(int(account), int(appeal), number, int(version))
        for account, appeal, version, number in found
    )


def _format_outcome(outcome: BatchOutcome) -> str:
    sentences = [f"Ответы отправлены: {outcome.done}."]
    sentences += ["Жители получат письма."] if outcome.done else []
    sentences += [f"№ {number}: {reason}" for number, reason in outcome.refused]
    return " ".join(sentences)
