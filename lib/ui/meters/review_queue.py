"""A doubtful reading as staff see it, with both decisions."""

from collections.abc import Mapping

import streamlit as st

from lib.access import Actor
from lib.domain import formats
from lib.domain.meters.checks import Check
from lib.services.meters import review
from lib.services.meters.doubtful import DoubtfulReading
from lib.ui import markup, session, submit
from lib.ui.markup import text

_DOUBTS: Mapping[str, str] = {
    Check.ROLLOVER: "счётчик начал с нуля",
    Check.ABOVE_SOFT: "очень большой расход за месяц",
    Check.NOTHING_USED: "расхода нет, хотя раньше был",
    Check.FAR_ABOVE: "расход больше обычного в пять и более раз",
    Check.SWAPPED: "похоже, перепутаны холодная и горячая вода",
    Check.SLIPPED: "похоже, сбились цифры",
}


def show(actor: Actor, reading: DoubtfulReading) -> None:
    """Draw the reading and take in a decision."""
    with st.container(border=True):
        _facts(reading)
        _acceptance(actor, reading)
        _refusal(actor, reading)


def _facts(reading: DoubtfulReading) -> None:
    doubts = ", ".join(_DOUBTS.get(doubt, doubt) for doubt in reading.doubts)
    comment = f"<dt>Комментарий</dt><dd>{text(reading.comment)}</dd>" if reading.comment else ""
    facts = {
        "Лицевой счёт": f"{reading.number}, {reading.address}",
        "Счётчик": reading.meter,
        "Показание": f"{_number(reading)} за {formats.month_name(reading.period)}",
        "Прошлое": formats.number(reading.previous, places=0),
        "Расход": f"{formats.number(reading.used, places=0)} {reading.unit}",
        "Что смущает": doubts,
        "Передано": formats.moment(reading.submitted_at),
    }
    listed = "".join(f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in facts.items())
    markup.show(f'<dl class="kb-facts">{listed}{comment}</dl>')


def _acceptance(actor: Actor, reading: DoubtfulReading) -> None:
    """Ask for nothing: a form of its own, so that Enter in a reason accepts nothing."""
    form = f"accept.{reading.reading_id}"
    with st.form(f"{form}.{session.request_key(form)}", border=False):
        sent = st.form_submit_button(f"Принять {_number(reading)}", type="primary")
    if sent:
        with submit.outcome(form=form, done="Показание принято."):
            review.accept(
                actor=actor,
                account_id=reading.account_id,
                reading_id=reading.reading_id,
                address=session.address(),
            )


def _refusal(actor: Actor, reading: DoubtfulReading) -> None:
    form = f"return.{reading.reading_id}"
    with st.form(f"{form}.{session.request_key(form)}", border=False):
        reason = st.text_input(
            "Причина возврата",
            max_chars=review.LONGEST_REASON,
            placeholder="что жителю нужно исправить",
        )
        sent = st.form_submit_button("Вернуть жителю")
    if sent:
        with submit.outcome(form=form, done="Показание возвращено, житель получит письмо."):
            review.send_back(
                actor=actor,
                account_id=reading.account_id,
                reading_id=reading.reading_id,
                reason=reason or "",
                address=session.address(),
            )


def _number(reading: DoubtfulReading) -> str:
    return formats.number(reading.value, places=0)
