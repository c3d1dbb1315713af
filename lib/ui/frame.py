"""The frame of every screen: the centre above, the way out, the quiet footer below."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

from lib import clock, config, links
from lib.access import Actor, Permission
from lib.ui import markup, screens
from lib.ui.guide import view
from lib.ui.markup import text

TITLE = "Личный кабинет"
_ICON = Path(__file__).with_name("icon.png")
_SIGN_OUT = (
    f'<form method="post" action="{links.SIGN_OUT}">'
    '<button class="kb-link" type="submit">Выход</button></form>'
)
_GUIDE = f'<a class="kb-link" href="{links.screen(links.GUIDE)}">{view.TITLE}</a>'
# the page's own script, lib/web/mistakes.js, listens to both
_MISTAKE = (
    "<p>Заметили ошибку в тексте? Выделите ее мышкой и нажмите Ctrl+Enter "
    '<button class="kb-link kb-mistake" type="button">Сообщить об ошибке</button></p>'
)


def header(actor: Actor | None, path: str) -> None:
    """Draw the centre's name, the greeting, the way out, and «Справка» of the screen."""
    settings = config.settings()
    form = settings.kabinet_centre_legal_form
    above = f'<span class="kb-legal">{text(form)}</span>' if form else ""
    who = (
        f"{_attach(actor)}<span>Здравствуйте, {text(actor.first_name)}</span>{_GUIDE}{_SIGN_OUT}"
        if actor
        else _GUIDE
    )
    about = view.about(actor, path, is_public=screens.is_public(path))
    markup.show(
        f'<header class="kb-header"><div class="kb-centre">{above}'
        f"<span>{text(settings.kabinet_centre_name)}</span>"
        f'<a href="/" class="kb-brand">{TITLE}</a></div>'
        f'<div class="kb-who">{who}</div></header>{about}'
    )


def _attach(actor: Actor) -> str:
    """Return the way to one more account, for those who may have any."""
    if not actor.may(Permission.ACCOUNTS_ATTACH):
        return ""
    return f'<a class="kb-link" href="{links.screen(links.ATTACH)}">Добавить лицевой счет</a>'


def footer() -> None:
    """Draw the centre's address and phones, the years and the two public documents."""
    settings = config.settings()
    address = settings.kabinet_centre_address
    contacts = [text(address)] if address else []
    for name, number in (
        ("телефон", settings.kabinet_centre_phone),
        ("факс", settings.kabinet_centre_fax),
    ):
        if number:
            contacts.append(f"<span>{name}: {text(number)}</span>")
    since, year = settings.kabinet_centre_since, clock.today().year
    years = str(since) if since >= year else f"{since}–{year}"
    line = ", ".join(contacts)
    markup.show(
        f'<footer class="kb-footer">{_MISTAKE}<p>{line}</p><p>© {years} '
        f"{text(settings.kabinet_centre_name)}. Все права защищены и охраняются законом.</p>"
        f'<p><a href="{links.screen(links.PRIVACY)}">Политика обработки персональных данных</a>'
        f'<a href="{links.screen(links.TERMS)}">Пользовательское соглашение</a></p></footer>'
    )


def end() -> NoReturn:
    """End a screen early, with its footer: nothing else is drawn after this."""
    footer()
    st.stop()


def begin() -> None:
    """Say what the browser shows in its tab."""
    st.set_page_config(page_title=TITLE, page_icon=_ICON, layout="wide", menu_items={})
