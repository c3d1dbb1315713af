"""Activation: the link of a letter confirms a registration."""

from dataclasses import dataclass

from db import session as database
from db.queries.people import logins
from lib import clock
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _letter_tokens
from lib.services.people._letter_tokens import Purpose


class ActivationRefused(PortalError):
    """The link is used, expired, or replaced by a later letter."""

    def __init__(self) -> None:
        super().__init__(
            "Ссылка больше не действует: она одноразовая и живёт сутки. Откройте ссылку из самого "
            "последнего письма или зарегистрируйтесь заново с тем же e-mail."
        )


class AlreadyActivated(PortalError):
    """The registration is confirmed already."""

    def __init__(self) -> None:
        super().__init__("Регистрация уже подтверждена. Войдите с именем пользователя и паролем.")


@dataclass(frozen=True, slots=True)
class PendingRegistration:
    """A registration that waits to be confirmed."""

    username: str


def get_pending(*, token: str) -> PendingRegistration:
    """Return the registration of a link, without using the link.

    Raises:
        AlreadyActivated: the registration is confirmed already.
        ActivationRefused: the link is not valid.
    """
    with database.transaction(database.GATE) as session:
        link = _letter_tokens.find_link(session, token=token, purpose=Purpose.ACTIVATION)
    if link is not None and link.is_activated:
        raise AlreadyActivated
    if link is None or not link.is_live:
        raise ActivationRefused
    return PendingRegistration(link.username)


def activate_login(*, token: str, address: str) -> None:
    """Confirm the registration of a link, so that its login may sign in.

    Raises:
        AlreadyActivated: the registration is confirmed already.
        ActivationRefused: the link is not valid.
    """
    pending = get_pending(token=token)
    with database.transaction(database.GATE) as session:
        login_id = _letter_tokens.use_token(session, token=token, purpose=Purpose.ACTIVATION)
        if login_id is None:
            raise ActivationRefused
        logins.activate_login(session, login_id=login_id, now=clock.now())
        trail.record_event(
            session,
            action=Action.ACTIVATED,
            login_id=login_id,
            username=pending.username,
            address=address,
        )
