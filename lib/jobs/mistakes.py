"""Jobs of mistakes in the text: telling those who decide."""

from lib.jobs import task
from lib.services.mistakes import notices


@task(notices.TELL)
def tell_of_mistakes() -> None:
    """Post the letters about new reports."""
    notices.post_notices()
