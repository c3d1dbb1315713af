"""The job of news: letters about what has been published, by its author or by its time."""

from lib.jobs import periodic
from lib.services.news import letters


@periodic("* * * * *", "tell_published_news")
def tell_published_news() -> None:
    """Post letters about news published of late, every minute."""
    letters.post_letters()
