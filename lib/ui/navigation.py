"""The one table of screens: what is not in it for an actor does not exist for them."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib import links
from lib.access import Actor, Permission, Role


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: its address, its script, and who may open it."""

    path: str
    script: str
    title: str
    icon: str
    permission: Permission


# in the order of the guide's menu
_RESIDENT = (
    Screen(links.HOME, "resident/home.py", "Главная", ":material/home:", Permission.ACCOUNTS_READ),
    Screen(
        links.CHARGES,
        "resident/charges.py",
        "Начисления",
        ":material/receipt_long:",
        Permission.CHARGES_READ,
    ),
)
_PUBLIC = (
    (links.PRIVACY, "public/privacy.py", "Политика обработки персональных данных"),
    (links.TERMS, "public/terms.py", "Пользовательское соглашение"),
)
_ACCOUNTLESS = {links.HOME}


def run(actor: Actor | None) -> Any:
    """Offer the actor's screens and return the one that was asked for."""
    if actor is None:
        return st.navigation(_for_strangers(), position="hidden")
    return st.navigation(_for_actor(actor), position="sidebar")


def _for_strangers() -> list[Any]:
    """Answer every address with sign-in, so that it leads back there afterwards."""
    public = [_hidden(script, title, path) for path, script, title in _PUBLIC]
    taken = {path for path, _, _ in _PUBLIC}
    sign_in = [
        st.Page("public/sign_in.py", title="Вход", url_path=path, default=path == links.HOME)
        for path in links.SCREENS
        if path not in taken
    ]
    return [*sign_in, *public]


def _for_actor(actor: Actor) -> list[Any]:
    offered = [_page(screen) for screen in _RESIDENT if _is_offered(screen, actor)]
    if actor.role is not Role.RESIDENT:
        offered = [
            st.Page(
                "staff/welcome.py",
                title="Главная",
                icon=":material/home:",
                url_path="",
                default=True,
            )
        ]
    offered.append(
        st.Page(
            "public/sign_out.py",
            title="Выход",
            icon=":material/logout:",
            url_path=links.SIGN_OUT_PAGE,
        )
    )
    offered += [_hidden(script, title, path) for path, script, title in _PUBLIC]
    there = {page.url_path for page in offered}
    closed = [path for path in links.SCREENS if path not in there]
    return offered + [_hidden("public/not_found.py", "Страница не найдена", p) for p in closed]


def _is_offered(screen: Screen, actor: Actor) -> bool:
    """Tell whether the menu has the screen: without an account there is but Главная."""
    return actor.may(screen.permission) and (bool(actor.accounts) or screen.path in _ACCOUNTLESS)


def _page(screen: Screen) -> Any:
    return st.Page(
        screen.script,
        title=screen.title,
        icon=screen.icon,
        url_path=screen.path,
        default=screen.path == links.HOME,
    )


def _hidden(script: str, title: str, path: str) -> Any:
    return st.Page(script, title=title, url_path=path, visibility="hidden")
