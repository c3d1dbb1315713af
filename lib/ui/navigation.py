"""The one table of screens: what is not in it for an actor does not exist for them."""

import copy
import functools
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

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


_PROFILE = Screen(
    links.PROFILE,
    "public/profile.py",
    "Мой профиль",
    ":material/person:",
    Permission.PROFILE_MANAGE,
)
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
    Screen(
        links.METERS,
        "resident/meters.py",
        "Показания счётчиков",
        ":material/speed:",
        Permission.READINGS_SUBMIT,
    ),
    Screen(
        links.PAYMENTS,
        "resident/payments.py",
        "Платежи",
        ":material/payments:",
        Permission.PAYMENTS_READ,
    ),
    _PROFILE,
)
# of employees and administrators: whoever has the permission
_STAFF = (
    Screen(
        links.ACCOUNT_REQUESTS,
        "staff/account_requests.py",
        "Заявки на лицевые счета",
        ":material/assignment_ind:",
        Permission.ACCOUNT_REQUESTS_DECIDE,
    ),
    Screen(
        links.READINGS_REVIEW,
        "staff/readings_review.py",
        "Показания на проверке",
        ":material/speed:",
        Permission.READINGS_REVIEW,
    ),
    Screen(
        links.EXCHANGE,
        "staff/exchange.py",
        "Обмен с банками",
        ":material/account_balance:",
        Permission.EXCHANGE_MANAGE,
    ),
    Screen(links.PEOPLE, "staff/people.py", "Люди", ":material/group:", Permission.PEOPLE_MANAGE),
    Screen(
        links.AUDIT,
        "staff/audit.py",
        "Журнал действий",
        ":material/history:",
        Permission.AUDIT_READ,
    ),
    _PROFILE,
)
_PUBLIC = (
    (links.REGISTRATION, "public/registration.py", "Регистрация"),
    (links.ACTIVATION, "public/activation.py", "Подтверждение регистрации"),
    (links.RECOVERY, "public/recovery.py", "Восстановление доступа"),
    (links.NEW_PASSWORD, "public/new_password.py", "Новый пароль"),
    (links.EMAIL_CHANGE, "public/email_change.py", "Смена e-mail"),
    (links.INVITATION, "public/invitation.py", "Приглашение"),
    (links.PRIVACY, "public/privacy.py", "Политика обработки персональных данных"),
    (links.TERMS, "public/terms.py", "Пользовательское соглашение"),
)
_ACCOUNTLESS = {links.HOME, links.PROFILE}


def run(actor: Actor | None) -> Any:
    """Offer the actor's screens and return the one that was asked for."""
    if actor is None:
        return st.navigation(_for_strangers(), position="hidden")
    return st.navigation(_for_actor(actor), position="sidebar")


def _for_strangers() -> list[Any]:
    """Answer every address with sign-in, so that it leads back there afterwards."""
    public = {path for path, _, _ in _PUBLIC}
    sign_in = [
        _page("public/sign_in.py", title="Вход", path=path, is_default=path == links.HOME)
        for path in links.SCREENS
        if path not in public and (path == links.HOME or _may_be_asked(path))
    ]
    return [*sign_in, *_public()]


def _for_actor(actor: Actor) -> list[Any]:
    offered = [_screen(screen) for screen in screens(actor)]
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


def screens(actor: Actor) -> list[Screen]:
    """Return the screens of the actor's menu; without an account a resident has but a few."""
    if actor.role is Role.RESIDENT:
        open_ = [one for one in _RESIDENT if actor.accounts or one.path in _ACCOUNTLESS]
        return [one for one in open_ if actor.may(one.permission)]
    return [one for one in _STAFF if actor.may(one.permission)]


def _public() -> list[Any]:
    return [_hidden(script, title, path) for path, script, title in _PUBLIC if _may_be_asked(path)]


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
