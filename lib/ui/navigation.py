"""The screens offered to an actor: the menu, and screens that open by their address."""

import copy
import functools
from typing import Any, Literal
from urllib.parse import urlsplit

import streamlit as st

from lib import links
from lib.access import Actor, Permission, Role
from lib.ui import screens
from lib.ui.screens import Screen

_SIGN_IN, _STAFF_HOME = "public/sign_in.py", "staff/welcome.py"
_HOMES = {Role.RESIDENT: "resident/home.py", Role.ANALYST: "analyst/overview.py"}


def open_screen(actor: Actor | None) -> Any:
    """Offer the actor's screens and return the one to run."""
    if actor is None:
        return st.navigation(_list_for_visitor(), position="hidden")
    return st.navigation(_list_for_actor(actor), position="sidebar")


def find_home(actor: Actor | None) -> str:
    """Return the script of the actor's home screen, which is always offered."""
    if actor is None:
        return _SIGN_IN
    return _HOMES.get(actor.role, _STAFF_HOME)


def _list_for_visitor() -> list[Any]:
    """Return the public screens, and sign-in for every other address."""
    public = {path for path, _, _ in screens.PUBLIC}
    sign_in = [
        _make_page(_SIGN_IN, title="Вход", path=path, is_default=path == links.HOME)
        for path in links.SCREENS
        if path not in public and (path == links.HOME or _may_be_open(path))
    ]
    return [*sign_in, *_list_public()]


def _list_for_actor(actor: Actor) -> list[Any]:
    offered = [_make_menu_page(screen) for screen in screens.list_menu(actor)]
    if actor.role not in _HOMES:
        welcome = _make_page(_STAFF_HOME, title="Главная", icon=":material/home:", is_default=True)
        offered.insert(0, welcome)
    offered.append(
        _make_page(
            "public/sign_out.py",
            title="Выход",
            icon=":material/logout:",
            path=links.SIGN_OUT_PAGE,
        )
    )
    if actor.may(Permission.ACCOUNTS_ATTACH) and _may_be_open(links.ATTACH):
        offered.append(
            _make_hidden_page("resident/attach.py", "Добавить лицевой счёт", links.ATTACH)
        )
    if actor.may(Permission.PAYMENTS_MAKE) and actor.accounts and _may_be_open(links.PAY):
        offered.append(_make_hidden_page("resident/pay.py", "Оплата", links.PAY))
    offered += _list_public()
    known = {page.url_path for page in offered}
    missing = [path for path in links.SCREENS if path not in known and _may_be_open(path)]
    return offered + [
        _make_hidden_page("public/not_found.py", "Страница не найдена", p) for p in missing
    ]


def _list_public() -> list[Any]:
    return [
        _make_hidden_page(script, title, path)
        for path, script, title in screens.PUBLIC
        if _may_be_open(path)
    ]


def _may_be_open(path: str) -> bool:
    """Tell whether the browser is at this address, or its address is unknown.

    A screen outside the menu is offered only at its own address: pages cost time in every run.
    """
    address = st.context.url
    return address is None or urlsplit(address).path.strip("/") == path


def _make_menu_page(screen: Screen) -> Any:
    return _make_page(
        screen.script,
        title=screen.title,
        icon=screen.icon,
        path=screen.path,
        is_default=screen.path == links.HOME,
    )


def _make_hidden_page(script: str, title: str, path: str) -> Any:
    return _make_page(script, title=title, path=path, visibility="hidden")


def _make_page(
    script: str,
    *,
    title: str,
    icon: str = "",
    path: str = "",
    is_default: bool = False,
    visibility: Literal["visible", "hidden"] = "visible",
) -> Any:
    """Return a page for this run alone: Streamlit marks the page that it runs."""
    return copy.copy(_make_cached_page(script, title, icon, path, is_default, visibility))


@functools.cache
def _make_cached_page(  # noqa: PLR0917
    script: str,
    title: str,
    icon: str,
    path: str,
    is_default: bool,
    visibility: Literal["visible", "hidden"],
) -> Any:
    """Make a page once: Streamlit looks for its file each time."""
    return st.Page(
        script, title=title, icon=icon, url_path=path, default=is_default, visibility=visibility
    )
