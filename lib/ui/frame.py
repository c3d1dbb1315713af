"""The frame of every screen: the header, the footer, the browser's tab."""

from pathlib import Path
from typing import NoReturn

import streamlit as st
from markupsafe import Markup

from lib import clock, config, links
from lib.access import Actor, Permission
from lib.ui import markup, screens
from lib.ui.guide import view
from lib.ui.markup import EMPTY, escape, fill

TITLE = "Личный кабинет"
_ICON = Path(__file__).with_name("icon.png")
_SIGN_OUT = fill(
    Markup(
        '<form method="post" action="{}">'
        '<button class="kb-link" type="submit">Выход</button></form>'
    ),
    links.SIGN_OUT,
)
_GUIDE = markup.build_link(view.TITLE, links.link_to_screen(links.GUIDE))
_HEADER = Markup(
    '<header class="kb-header"><div class="kb-centre">{}<span>{}</span>'
    '<a href="/" class="kb-brand">{}</a></div><div class="kb-who">{}</div></header>'
)
# the page's script, lib/web/mistakes.js, handles both the keys and the button
_MISTAKE = Markup(
    "<p>Заметили ошибку в тексте? Выделите ее мышкой и нажмите Ctrl+Enter "
    '<button class="kb-link kb-mistake" type="button">Сообщить об ошибке</button></p>'
)
_FOOTER = Markup(
    '<footer class="kb-footer">{}<p>{}</p><p>© {} '
    "{}. Все права защищены и охраняются законом.</p>"
    '<p><a href="{}">Политика обработки персональных данных</a>'
    '<a href="{}">Пользовательское соглашение</a></p></footer>'
)


def render_header(actor: Actor | None, path: str) -> None:
    """Draw the centre's name, the greeting, the sign-out, and «Справка» of the screen."""
    settings = config.get_settings()
    form = settings.kabinet_centre_legal_form
    legal = fill(Markup('<span class="kb-legal">{}</span>'), form) if form else EMPTY
    actions = _GUIDE
    if actor:
        greeting = fill(Markup("<span>Здравствуйте, {}</span>"), actor.first_name)
        actions = _build_attach_link(actor) + greeting + _GUIDE + _SIGN_OUT
    about = view.build_about(actor, path, is_public=screens.is_public(path))
    header = fill(_HEADER, legal, settings.kabinet_centre_name, TITLE, actions)
    markup.render_markup(header + about)


def _build_attach_link(actor: Actor) -> Markup:
    """Return the link that attaches an account, for those who may have accounts."""
    if not actor.may(Permission.ACCOUNTS_ATTACH):
        return EMPTY
    return markup.build_link("Добавить лицевой счет", links.link_to_screen(links.ATTACH))


def render_footer() -> None:
    """Draw the centre's address and phones, the years and the two public documents."""
    settings = config.get_settings()
    address = settings.kabinet_centre_address
    contacts = [escape(address)] if address else []
    for name, number in (
        ("телефон", settings.kabinet_centre_phone),
        ("факс", settings.kabinet_centre_fax),
    ):
        if number:
            contacts.append(fill(Markup("<span>{}: {}</span>"), name, number))
    since, year = settings.kabinet_centre_since, clock.today().year
    markup.render_markup(
        fill(
            _FOOTER,
            _MISTAKE,
            Markup(", ").join(contacts),
            str(since) if since >= year else f"{since}–{year}",
            settings.kabinet_centre_name,
            links.link_to_screen(links.PRIVACY),
            links.link_to_screen(links.TERMS),
        )
    )


def end_screen() -> NoReturn:
    """End a screen early, with its footer: nothing else is drawn after this."""
    render_footer()
    st.stop()


def configure_page() -> None:
    """Set the title and the icon of the browser's tab."""
    st.set_page_config(page_title=TITLE, page_icon=_ICON, layout="wide", menu_items={})
