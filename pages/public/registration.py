"""Registration (Регистрация): a new login, which a letter's link activates."""

from lib.ui import frame, markup
from lib.ui.people import guest, registration_form

markup.render_title("Регистрация")
if guest.render_signed_in():
    frame.end_screen()

email = registration_form.find_email()
if email is None:
    registration_form.render_form()
else:
    registration_form.render_sent(email)
