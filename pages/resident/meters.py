"""Показания счётчиков: one form for the meters of all accounts, and what they showed before."""

from lib.access import Permission
from lib.services.meters import listing
from lib.ui import frame, guard, markup
from lib.ui.meters import form, history

actor = guard.require(Permission.READINGS_SUBMIT)
held = listing.list_meters(actor=actor)

if not held:
    markup.title("Показания счётчиков")
    markup.show(
        markup.note(
            "На ваших лицевых счетах не числится ни одного счётчика. Если счётчик установлен, "
            "передайте документы о нём в обслуживающую организацию."
        )
    )
    frame.end()
form.show(actor, held)
history.show(held)
