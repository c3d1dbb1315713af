"""Jobs of appeals: letters about what was said, closing what nobody has opened again."""

from lib.jobs import periodic, task
from lib.services.appeals import notices


@task("tell_of_appeal")
def tell_of_appeal(account_id: int, entry_id: int) -> None:
    """Post the letters about a line of a thread."""
    notices.post_letters(account_id=account_id, entry_id=entry_id)


@periodic("43 * * * *", "close_appeals")
def close_appeals() -> None:
    """Close the appeals that were answered a week ago, every hour."""
    notices.close_answered()
