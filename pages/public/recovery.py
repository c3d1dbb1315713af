"""Восстановление доступа: a letter to whoever it is, if they are anybody."""

from lib.ui import markup
from lib.ui.people import guest, recovery_form

markup.title("Восстановление доступа")
if guest.is_for_others():
    pass
elif recovery_form.has_asked():
    recovery_form.show_asked()
else:
    recovery_form.show()
