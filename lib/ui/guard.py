"""The first line of every screen: who is asking, and may they."""

from typing import NoReturn

from lib.access import Actor, Permission
from lib.ui import frame, markup, session


def require(permission: Permission) -> Actor:
    """Return the actor, or end the run: strangers learn nothing but that there is no page."""
    actor = signed_in()
    if not actor.may(permission):
        refuse()
    return actor


def signed_in() -> Actor:
    """Return the actor, whatever they may do, or end the run."""
    actor = session.actor()
    if actor is None:
        refuse()
    return actor


def refuse() -> NoReturn:
    """Say that there is no such page and end the run."""
    markup.title("Страница не найдена")
    markup.show('<p class="kb-quiet">Такой страницы нет. <a href="/">На главную</a></p>')
    frame.end()
