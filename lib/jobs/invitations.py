"""Invitations that have done their work, or are late, do not stay: they name a person."""

from lib.jobs import periodic
from lib.services.people import invitations


@periodic("35 * * * *", "remove_spent_invitations")
def remove_spent_invitations() -> None:
    """Remove the invitations that were used or ran out."""
    invitations.remove_spent_invitations()
