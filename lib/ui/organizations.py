"""Organisations: who serves a house, the directory, and one of them in full."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from lib import links
from lib.domain import formats, phones
from lib.services.organizations import Organization, ServedHouse
from lib.ui import markup, tables
from lib.ui.markup import EMPTY, escape, fill, join_pieces

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
_HEADINGS = tables.list_word_headings("Организация", "Вид", "Услуги", "Телефон", "Аварийная служба")
_CARD = Markup(
    '<section class="kb-card"><h3><a href="{}">{}</a></h3><p class="kb-quiet">{}</p>{}</section>'
)
_EXTERNAL = Markup('<a class="kb-link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>')


def build_served(served: Sequence[ServedHouse], known: Mapping[int, Organization]) -> Markup:
    """Return who manages and supplies each house."""
    return join_pieces(_build_house(house, known) for house in served)


def build_directory(caption: str, organizations: Sequence[Organization]) -> Markup:
    """Return organisations as a table, each with a link to its facts."""
    if not organizations:
        return markup.build_note("Ничего не нашлось. Проверьте написание или сократите запрос.")
    table = tables.build_table(
        caption=caption,
        headings=_HEADINGS,
        rows=map(_build_cells, organizations[:MOST_SHOWN]),
        kind="kb-organizations",
    )
    more = len(organizations) - MOST_SHOWN
    if more <= 0:
        return table
    rest = f"Показаны первые {MOST_SHOWN}, ещё {more}: уточните запрос."
    return table + markup.build_note(rest)


def build_facts(organization: Organization) -> Markup:
    """Return the contacts and the requisites of an organisation."""
    requisites = organization.requisites
    contacts = {
        "Вид": escape(_KINDS.get(organization.kind, "организация")),
        "Услуги": escape(", ".join(organization.services)),
        "Аварийная служба": _build_phones(organization.emergency),
        "Телефон": _build_phones(organization.phone),
        "Часы работы": escape(organization.hours),
        "E-mail": _build_email(organization.email),
        "Сайт": _build_site(organization.site),
        "Адрес": _build_place(organization.address),
    }
    payment = {
        "ИНН": requisites.inn,
        "КПП": requisites.kpp,
        "ОГРН": requisites.ogrn,
        "Банк": requisites.bank,
        "БИК": requisites.bic,
        "Расчётный счёт": requisites.account,
        "Корр. счёт": requisites.corr_account,
    }
    return (
        _build_known(contacts)
        + markup.build_subtitle("Реквизиты")
        + (
            _build_known(payment)
            if any(payment.values())
            else markup.build_note("Реквизиты не указаны.")
        )
    )


def build_back() -> Markup:
    """Return the link to all organisations."""
    return markup.build_links([("Все организации", links.link_to_screen(links.ORGANIZATIONS))])


def _build_house(house: ServedHouse, known: Mapping[int, Organization]) -> Markup:
    managers = {house.manager_id: "Обслуживает дом"}
    if house.house_manager_id != house.manager_id:
        managers = {
            house.house_manager_id: "Управляет домом",
            house.manager_id: "Обслуживает лицевой счёт",
        }
    parts = managers | {key: "Поставщик" for key in house.services if key not in managers}
    cards = [
        _build_card(known[key], part, house.services.get(key, ()))
        for key, part in parts.items()
        if key in known
    ]
    return markup.build_subtitle(house.address) + join_pieces(cards)


def _build_card(organization: Organization, part: str, services: Sequence[str]) -> Markup:
    facts = {
        "Услуги": escape(", ".join(services)),
        "Аварийная служба": _build_phones(organization.emergency),
        "Телефон": _build_phones(organization.phone),
        "Часы работы": escape(organization.hours),
        "Адрес": _build_place(organization.address),
    }
    address = _get_address(organization)
    return fill(_CARD, address, organization.name, part, _build_known(facts))


def _build_cells(organization: Organization) -> tuple[str | Markup, ...]:
    return (
        fill(Markup('<a href="{}">{}</a>'), _get_address(organization), organization.name),
        _KINDS.get(organization.kind, "организация"),
        _shorten_services(organization.services) or formats.NO_DATA,
        _build_phones(organization.phone) or formats.NO_DATA,
        _build_phones(organization.emergency) or formats.NO_DATA,
    )


def _shorten_services(services: Sequence[str]) -> str:
    more = len(services) - _MOST_SERVICES
    rest = f" и ещё {more}" if more > 0 else ""
    return ", ".join(services[:_MOST_SERVICES]) + rest


def _build_known(facts: Mapping[str, str | Markup]) -> Markup:
    """Return the facts that have a value."""
    return markup.build_facts((name, value) for name, value in facts.items() if value)


def _build_phones(written: str) -> Markup:
    return Markup(", ").join(
        markup.build_link(number, dial) if dial else escape(number)
        for number, dial in phones.list_phones(written)
    )


def _build_email(address: str) -> Markup:
    if "@" not in address or " " in address:
        return escape(address)
    return markup.build_link(address, f"mailto:{address}")


def _build_site(address: str) -> Markup:
    """Return a link to the site; it always has a web scheme, whatever billing has sent."""
    if not address or " " in address:
        return escape(address)
    whole = address if address.lower().startswith(_WEB) else f"https://{address}"
    return fill(_EXTERNAL, whole, address)


def _build_place(address: str) -> Markup:
    """Return the address with a link to a map, which nothing loads before a click."""
    if not address:
        return EMPTY
    place = fill(_EXTERNAL, _MAP + urlencode({"query": address}), "на карте")
    return fill(Markup("{} · {}"), address, place)


def _get_address(organization: Organization) -> str:
    return links.link_to_screen(links.ORGANIZATIONS, id=organization.organization_id)
