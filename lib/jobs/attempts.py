"""What is swept away by itself: attempts, captchas and tokens that have no use any more."""

from lib.jobs import periodic
from lib.services import attempts


@periodic("*/10 * * * *", "remove_old_attempts")
def remove_old_attempts() -> None:
    """Remove attempts of yesterday, captchas and tokens that ran out."""
    attempts.remove_old_attempts()
