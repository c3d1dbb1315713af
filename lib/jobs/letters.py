"""Jobs of letters."""

from lib.jobs import periodic, task
from lib.services import letters

# with the pauses between them, half a day without a mail server
_ATTEMPTS = 20


@task("send_letter", attempts=_ATTEMPTS)
def send_letter(letter_id: int) -> None:
    """Send a letter that was posted."""
    letters.send_letter(letter_id=letter_id)


@periodic("17 22 * * *", "forget_letters")
def forget_letters() -> None:
    """Delete letters sent long ago, at night."""
    letters.delete_old_letters()
