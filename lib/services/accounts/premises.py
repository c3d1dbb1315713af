"""Public search of premises: organisation, house, flat."""

import re
from dataclasses import dataclass

from db import session as database
from db.queries import organizations
from db.queries.billing import houses
from db.session import DatabaseRole, Viewer
from lib.domain import address, formats

MOST_HOUSES = 50
_EVERYBODY = Viewer(DatabaseRole.APP)
_LONGEST_SEARCH = 100
_WORD = re.compile(r"[0-9a-zа-я]+(?:/[0-9a-zа-я]+)*")
_FLAT = re.compile(r"\b(?:кв|квартира|комн|пом)\b.*")
# words of an address that do not tell one house from another
_ADDRESS_WORDS = frozenset(
    {
        *("г", "город", "ул", "улица", "пр", "т", "проспект", "пер", "переулок", "б", "р"),
        *("бульвар", "пл", "площадь", "ш", "шоссе", "д", "дом", "корп", "корпус", "к"),
    }
)


@dataclass(frozen=True, slots=True)
class OrganizationChoice:
    """An organisation that serves houses."""

    organization_id: int
    name: str


@dataclass(frozen=True, slots=True)
class HouseChoice:
    """A house of an organisation."""

    house_id: int
    address: str


@dataclass(frozen=True, slots=True)
class PremiseChoice:
    """A flat, a room or a non-residential unit of a house: «кв. 12а»."""

    premise_id: int
    name: str


def list_organizations() -> tuple[OrganizationChoice, ...]:
    """Return the organisations that serve houses, by name."""
    with database.transaction(_EVERYBODY) as session:
        rows = organizations.list_managers(session)
    return tuple(OrganizationChoice(row.id, formats.quote_name(row.name)) for row in rows)


def find_houses(*, organization_id: int, typed: str) -> tuple[HouseChoice, ...]:
    """Return the organisation's houses that match the typed address, at most fifty.

    Args:
        organization_id: the organisation.
        typed: «гражд 1», «ул. Гражданская, д. 1»; empty for all houses.
    """
    with database.transaction(_EVERYBODY) as session:
        rows = houses.search_houses(
            session, organization_id=organization_id, words=split_search(typed), limit=MOST_HOUSES
        )
    return tuple(
        HouseChoice(row.id, address.format_house(row.city, row.street, row.house, row.building))
        for row in rows
    )


def split_search(typed: str) -> tuple[str, ...]:
    """Return the significant words of a typed address."""
    plain = _FLAT.sub("", typed[:_LONGEST_SEARCH].lower().replace("ё", "е"))
    return tuple(word for word in _WORD.findall(plain) if word not in _ADDRESS_WORDS)


def list_premises(*, house_id: int) -> tuple[PremiseChoice, ...]:
    """Return the premises of a house in natural order: 2 before 10, «12а» after 12."""
    with database.transaction(_EVERYBODY) as session:
        rows = houses.list_premises(session, house_id=house_id)
    ordered = sorted(rows, key=lambda row: (row.kind != "flat", address.get_sort_key(row.number)))
    return tuple(
        PremiseChoice(row.id, address.format_premise(kind=row.kind, number=row.number))
        for row in ordered
    )
