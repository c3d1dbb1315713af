"""streamlit-authenticator's checking, driven over one user whom our service has verified.

The library keeps all users in one dict, its cookie cannot be revoked, and it
computes no hash for an unknown login. So the service checks the password, and
the library's controller gets a mapping with that one login. It keeps nothing in
its cookie and opens no session: the service's ticket does.
"""

from typing import Any

import bcrypt
from streamlit_authenticator.controllers import AuthenticationController

from lib.services.people import passwords, sign_in

_FORMAL_COST = 4  # the real hash has been computed by the service


def issue_ticket(
    *,
    name: str,
    password: str,
    visit: str,
    remember: bool,
    address: str = "",
    captcha: tuple[str, str] | None = None,
) -> str:
    """Check a login and return the ticket that opens its session.

    Raises:
        PortalError: the refusals of ``sign_in.issue_ticket``.
        SignInRefused: no such login, it is blocked, or the password is wrong.
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
