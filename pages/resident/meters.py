"""Показания счётчиков: one form for the meters of all accounts, and what they showed before."""

from lib.access import Permission
from lib.services import meters
from lib.ui import frame, guard, markup, meter_form, meter_history

actor = guard.require(Permission.READINGS_SUBMIT)
held = meters.list_meters(actor=actor)

if not held:
    markup.title("Показания счётчиков")
    markup.show(
        markup.note(
            "На ваших лицевых счетах не числится ни одного счётчика. Если счётчик установлен, "
            "передайте документы о нём в обслуживающую организацию."
        )
    )
    frame.end()
meter_form.show(actor, held)
meter_history.show(held)
