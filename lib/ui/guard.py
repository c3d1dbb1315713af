"""The first line of every screen: who the actor is, and what they may open."""

from typing import NoReturn

from markupsafe import Markup

from lib.access import Actor, Permission
from lib.ui import frame, markup, session

_NOT_FOUND = Markup('<p class="kb-quiet">Такой страницы нет. <a href="/">На главную</a></p>')


def require(permission: Permission) -> Actor:
    """Return the actor; without the permission end the run, as if there were no such page."""
    actor = require_actor()
    if not actor.may(permission):
        refuse()
    return actor


def require_actor() -> Actor:
    """Return the actor of any role, or end the run."""
    actor = session.get_actor()
    if actor is None:
        refuse()
    return actor


def refuse() -> NoReturn:
    """Say that there is no such page and end the run."""
    markup.render_title("Страница не найдена")
    markup.render_markup(_NOT_FOUND)
    frame.end_screen()
