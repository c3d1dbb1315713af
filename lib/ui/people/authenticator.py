"""Sign-in through streamlit-authenticator, the login library of the portal's platform.

The library decides nothing here and is not needed for safety. ``sign_in.issue_ticket`` has checked
the password and counted the attempt; the library only confirms the same password over a mapping
with that one login. It is here because the platform of the portal prescribes it, and to keep
our password hashes compatible with it (a test holds that). Its own users, cookie and sessions are
not used: it holds all users in one dict, its cookie cannot be revoked, and it computes no hash for
an unknown login, so the time would reveal which logins exist.
"""

from typing import Any

import bcrypt
from streamlit_authenticator.controllers import AuthenticationController

from lib.services.people import passwords, sign_in

_FORMAL_COST = 4  # the lowest of bcrypt: the service has checked the real hash


def issue_ticket(
    *,
    name: str,
    password: str,
    visit: str,
    remember: bool,
    address: str = "",
    captcha: tuple[str, str] | None = None,
) -> str:
    """Check a password and return the ticket that opens a session.

    Raises:
        PortalError: a refusal of ``sign_in.issue_ticket``.
    """
    ticket = sign_in.issue_ticket(
        name=name,
        password=password,
        visit=visit,
        remember=remember,
        address=address,
        captcha=captcha,
    )
    word = passwords.digest_password(password)
    user = {"password": bcrypt.hashpw(word.encode(), bcrypt.gensalt(_FORMAL_COST)).decode()}
    controller = AuthenticationController(
        credentials={"usernames": {name.strip().lower(): user | {"name": name}}}, auto_hash=False
    )
    if not _passes(controller, name=name, word=word):
        raise sign_in.SignInRefused
    return ticket


def _passes(controller: Any, *, name: str, word: str) -> bool:
    return bool(controller.login(username=name, password=word))
