"""The screens that are offered to whoever asks: the menu, and what is opened by its address."""

import copy
import functools
from typing import Any, Literal
from urllib.parse import urlsplit

import streamlit as st

from lib import links
from lib.access import Actor, Permission, Role
from lib.ui import screens
from lib.ui.screens import Screen


def run(actor: Actor | None) -> Any:
    """Offer the actor's screens and return the one that was asked for."""
    if actor is None:
        return st.navigation(_for_strangers(), position="hidden")
    return st.navigation(_for_actor(actor), position="sidebar")


def _for_strangers() -> list[Any]:
    """Answer every address with sign-in, so that it leads back there afterwards."""
    public = {path for path, _, _ in screens.PUBLIC}
    sign_in = [
        _page("public/sign_in.py", title="Вход", path=path, is_default=path == links.HOME)
        for path in links.SCREENS
        if path not in public and (path == links.HOME or _may_be_asked(path))
    ]
    return [*sign_in, *_public()]


def _for_actor(actor: Actor) -> list[Any]:
    offered = [_screen(screen) for screen in screens.menu(actor)]
    if actor.role is not Role.RESIDENT:
        welcome = _page(
            "staff/welcome.py", title="Главная", icon=":material/home:", is_default=True
        )
        offered.insert(0, welcome)
    offered.append(
        _page(
            "public/sign_out.py",
            title="Выход",
            icon=":material/logout:",
            path=links.SIGN_OUT_PAGE,
        )
    )
    if actor.may(Permission.ACCOUNTS_ATTACH) and _may_be_asked(links.ATTACH):
        offered.append(_hidden("resident/attach.py", "Добавить лицевой счёт", links.ATTACH))
    if actor.may(Permission.PAYMENTS_MAKE) and actor.accounts and _may_be_asked(links.PAY):
        offered.append(_hidden("resident/pay.py", "Оплата", links.PAY))
    offered += _public()
    there = {page.url_path for page in offered}
    closed = [path for path in links.SCREENS if path not in there and _may_be_asked(path)]
    return offered + [_hidden("public/not_found.py", "Страница не найдена", p) for p in closed]


def _public() -> list[Any]:
    return [
        _hidden(script, title, path)
        for path, script, title in screens.PUBLIC
        if _may_be_asked(path)
    ]


def _may_be_asked(path: str) -> bool:
    """Tell whether the browser stands at this address, or nobody knows where it stands.

    What is in no menu is offered at its own address alone: each page costs every run.
    """
    address = st.context.url
    return address is None or urlsplit(address).path.strip("/") == path


def _screen(screen: Screen) -> Any:
    return _page(
        screen.script,
        title=screen.title,
        icon=screen.icon,
        path=screen.path,
        is_default=screen.path == links.HOME,
    )


def _hidden(script: str, title: str, path: str) -> Any:
    return _page(script, title=title, path=path, visibility="hidden")


def _page(
    script: str,
    *,
    title: str,
    icon: str = "",
    path: str = "",
    is_default: bool = False,
    visibility: Literal["visible", "hidden"] = "visible",
) -> Any:
    """Return a page of this run's own: a run marks the page that it calls."""
    return copy.copy(_made(script, title, icon, path, is_default, visibility))


@functools.cache
def _made(  # noqa: PLR0917
    script: str,
    title: str,
    icon: str,
    path: str,
    is_default: bool,
    visibility: Literal["visible", "hidden"],
) -> Any:
    """Make a page once: the framework looks for its file each time."""
    return st.Page(
        script, title=title, icon=icon, url_path=path, default=is_default, visibility=visibility
    )
