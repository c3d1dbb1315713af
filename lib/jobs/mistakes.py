"""Jobs of mistakes in the text: telling those who decide."""

from lib.jobs import task
from lib.services import mistake_news


@task(mistake_news.TELL)
def tell_of_mistakes() -> None:
    """Post the letters about new reports."""
    mistake_news.tell()
