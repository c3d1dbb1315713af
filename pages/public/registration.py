"""Регистрация: a login of one's own, brought to life by a letter."""

from lib.ui import markup
from lib.ui.people import guest, registration_form

markup.title("Регистрация")
email = registration_form.sent_to()
if guest.is_for_others():
    pass
elif email is None:
    registration_form.show()
else:
    registration_form.show_sent(email)
