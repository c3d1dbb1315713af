"""Registrations that nobody confirms do not stay."""

from lib.jobs import periodic
from lib.services.people import registrations


@periodic("25 * * * *", "remove_stale_registrations")
def remove_stale_registrations() -> None:
    """Remove the registrations that nobody has confirmed in a week."""
    registrations.remove_stale_registrations()
