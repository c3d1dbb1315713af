"""Meters (Показания счётчиков): one form for the meters of all accounts, and their history."""

from lib.access import Permission
from lib.services.meters import listing
from lib.ui import frame, guard, markup
from lib.ui.meters import history, reading_form

actor = guard.require(Permission.READINGS_SUBMIT)
accounts = listing.list_meters(actor=actor)

if not accounts:
    markup.render_title("Показания счётчиков")
    markup.render_markup(
        markup.build_note(
            "На ваших лицевых счетах не числится ни одного счётчика. Если счётчик установлен, "
            "передайте документы о нём в обслуживающую организацию."
        )
    )
    frame.end_screen()
reading_form.render_form(actor, accounts)
history.render_history(accounts)
