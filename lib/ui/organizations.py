"""Organisations: who serves a house, the directory, and one of them in full."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from lib import links
from lib.domain import formats, phones
from lib.services.organizations import Organization, ServedHouse
from lib.ui import markup, query
from lib.ui.markup import text

MOST_SHOWN = 50
_MOST_SERVICES = 4  # in a list
_MAP = "https://www.openstreetmap.org/search?"
_WEB = ("https://", "http://")
_KINDS = {
    "uk": "управляющая организация",
    "tsg": "товарищество собственников",
    "rso": "поставщик ресурсов",
    "rc": "расчётный центр",
    "fkr": "фонд капитального ремонта",
}
_HEADINGS = ("Вид", "Услуги", "Телефон", "Аварийная служба")
_CELL = '<td class="kb-word" data-label="{}">{}</td>'


def search() -> str:
    """Ask what to look for; the answer is kept in the address."""
    with (
        st.form("organizations.search", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input(
            "Найти организацию",
            value=query.words("q"),
            max_chars=100,
            placeholder="название, услуга, телефон или ИНН",
            width=420,
        )
        if st.form_submit_button("Найти"):
            query.put(q=(typed or "").strip(), id=None)
            st.rerun()
    return query.words("q")


def serving(served: Sequence[ServedHouse], known: Mapping[int, Organization]) -> str:
    """Return who manages and supplies each house."""
    return "".join(_house(house, known) for house in served)


def directory(caption: str, organizations: Sequence[Organization]) -> str:
    """Return organisations as a table, each with the way to the rest about it."""
    if not organizations:
        return markup.note("Ничего не нашлось. Проверьте написание или сократите запрос.")
    head = "".join(f'<th scope="col" class="kb-word">{name}</th>' for name in _HEADINGS)
    rows = "".join(map(_row, organizations[:MOST_SHOWN]))
    more = len(organizations) - MOST_SHOWN
    rest = markup.note(f"Показаны первые {MOST_SHOWN}, ещё {more}: уточните запрос.")
    return (
        f'<table class="kb-bill kb-organizations"><caption>{text(caption)}</caption><thead><tr>'
        f'<th scope="col">Организация</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
        + (rest if more > 0 else "")
    )


def facts(one: Organization) -> str:
    """Return all that is known of an organisation, and the way to pay it."""
    own = one.requisites
    contacts = {
        "Вид": text(_KINDS.get(one.kind, "организация")),
        "Услуги": text(", ".join(one.services)),
        "Аварийная служба": _phones(one.emergency),
        "Телефон": _phones(one.phone),
        "Часы работы": text(one.hours),
        "E-mail": _mail(one.email),
        "Сайт": _site(one.site),
        "Адрес": _place(one.address),
    }
    requisites = {
        "ИНН": own.inn,
        "КПП": own.kpp,
        "ОГРН": own.ogrn,
        "Банк": own.bank,
        "БИК": own.bic,
        "Расчётный счёт": own.account,
        "Корр. счёт": own.corr_account,
    }
    paid = {name: text(value) for name, value in requisites.items()}
    return f'{_listed(contacts)}<h2 class="kb-subtitle">Реквизиты</h2>' + (
        _listed(paid) if any(paid.values()) else markup.note("Реквизиты не указаны.")
    )


def back() -> str:
    """Return the way to all organisations."""
    address = links.screen(links.ORGANIZATIONS)
    return f'<p class="kb-links"><a href="{address}">Все организации</a></p>'


def _house(house: ServedHouse, known: Mapping[int, Organization]) -> str:
    managers = {house.manager_id: "Обслуживает дом"}
    if house.house_manager_id != house.manager_id:
        managers = {
            house.house_manager_id: "Управляет домом",
            house.manager_id: "Обслуживает лицевой счёт",
        }
    parts = managers | {key: "Поставщик" for key in house.services if key not in managers}
    cards = [
        _card(known[key], part, house.services.get(key, ()))
        for key, part in parts.items()
        if key in known
    ]
    return f'<h2 class="kb-subtitle">{text(house.address)}</h2>{"".join(cards)}'


def _card(one: Organization, part: str, services: Sequence[str]) -> str:
    told = {
        "Услуги": text(", ".join(services)),
        "Аварийная служба": _phones(one.emergency),
        "Телефон": _phones(one.phone),
        "Часы работы": text(one.hours),
        "Адрес": _place(one.address),
    }
    return (
        f'<section class="kb-card"><h3><a href="{_address(one)}">{text(one.name)}</a></h3>'
        f'<p class="kb-quiet">{part}</p>{_listed(told)}</section>'
    )


def _row(one: Organization) -> str:
    cells = (
        text(_KINDS.get(one.kind, "организация")),
        text(_some(one.services)) or formats.NO_DATA,
        _phones(one.phone) or formats.NO_DATA,
        _phones(one.emergency) or formats.NO_DATA,
    )
    return (
        f'<tr><th scope="row"><a href="{_address(one)}">{text(one.name)}</a></th>'
        + "".join(_CELL.format(name, cell) for name, cell in zip(_HEADINGS, cells, strict=True))
        + "</tr>"
    )


def _some(services: Sequence[str]) -> str:
    more = len(services) - _MOST_SERVICES
    rest = f" и ещё {more}" if more > 0 else ""
    return ", ".join(services[:_MOST_SERVICES]) + rest


def _listed(told: Mapping[str, str]) -> str:
    items = "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in told.items() if said)
    return f'<dl class="kb-facts">{items}</dl>'


def _phones(written: str) -> str:
    return ", ".join(
        f'<a class="kb-link" href="{dial}">{text(number)}</a>' if dial else text(number)
        for number, dial in phones.each(written)
    )


def _mail(address: str) -> str:
    if "@" not in address or " " in address:
        return text(address)
    return f'<a class="kb-link" href="mailto:{text(address)}">{text(address)}</a>'


def _site(address: str) -> str:
    """Return the way to the site: to the web alone, whatever billing has sent."""
    if not address or " " in address:
        return text(address)
    whole = address if address.lower().startswith(_WEB) else f"https://{address}"
    return _outside(whole, address)


def _place(address: str) -> str:
    """Return the address with the way to a map, which is asked only when it is gone to."""
    if not address:
        return ""
    return f"{text(address)} · {_outside(_MAP + urlencode({'query': address}), 'на карте')}"


def _outside(address: str, words: str) -> str:
    return (
        f'<a class="kb-link" href="{text(address)}" target="_blank" '
        f'rel="noopener noreferrer">{text(words)}</a>'
    )


def _address(one: Organization) -> str:
    return text(links.screen(links.ORGANIZATIONS, id=one.organization_id))
