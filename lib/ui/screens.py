"""Which screens an actor can open: what the table lists for their role, and nothing else."""

from urllib.parse import urlsplit

from lib import links
from lib.access import Actor, Role
from lib.ui.screen_table import ANALYST, PUBLIC, RESIDENT, STAFF, Screen

__all__ = [
    "ANALYST",
    "PUBLIC",
    "RESIDENT",
    "STAFF",
    "Screen",
    "format_screen_name",
    "is_public",
    "list_menu",
]

_WITHOUT_ACCOUNTS = {links.HOME, links.PROFILE}


def list_menu(actor: Actor) -> list[Screen]:
    """Return the screens of the actor's menu; a resident without an account has only a few."""
    if actor.role is Role.RESIDENT:
        offered = [
            screen for screen in RESIDENT if actor.accounts or screen.path in _WITHOUT_ACCOUNTS
        ]
        return [screen for screen in offered if actor.may(screen.permission)]
    offered_to_staff = ANALYST if actor.role is Role.ANALYST else STAFF
    return [screen for screen in offered_to_staff if actor.may(screen.permission)]


def is_public(path: str) -> bool:
    """Tell whether the screen at a path is open to everybody."""
    return any(path == public for public, _, _ in PUBLIC)


def format_screen_name(address: str, *, is_signed: bool) -> str:
    """Return the title of the screen at an address as its reader saw it, with the address."""
    path = urlsplit(address).path.strip("/")
    if not is_signed and not is_public(path):
        return f"Вход ({address})"
    titles = {screen.path: screen.title for screen in (*STAFF, *ANALYST, *RESIDENT)}
    titles |= {public: title for public, _, title in PUBLIC}
    return f"{titles[path]} ({address})" if path in titles else address
