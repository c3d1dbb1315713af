"""Organisations: those that serve a resident's houses and a directory of all."""

from collections import defaultdict
from dataclasses import dataclass

from db import session as database
from db.queries import organizations as queries
from db.queries.organizations import DirectoryRow
from db.session import DatabaseRole, Viewer
from lib.access import Actor, Permission
from lib.domain import address, formats
from lib.domain.billing.price_history import Price
from lib.domain.search import cut_ending, fold_letters

_EVERYBODY = Viewer(DatabaseRole.APP)
_ENDING, _SHORTEST = 1, 3  # «вода» finds «водоотведение»
_QUOTES = str.maketrans("", "", '«»"')


@dataclass(frozen=True, slots=True)
class Requisites:
    """Bank details for payments to the organisation; a field that billing left out is empty."""

    inn: str
    kpp: str
    ogrn: str
    bank: str
    bic: str
    account: str
    corr_account: str


@dataclass(frozen=True, slots=True)
class Organization:
    """An organisation as billing describes it; a field that billing left out is empty.

    Attributes:
        organization_id: its key.
        name: its full name with Russian quotes.
        kind: as in the package: uk, tsg, rso, rc, fkr.
        services: names of its services in the order of the bill.
        address: in one line.
        phone: as billing wrote it; may be several numbers.
        emergency: the phone of the emergency dispatcher, as billing wrote it.
        email: for letters.
        site: its web address.
        hours: its working hours.
        requisites: its bank details.
    """

    organization_id: int
    name: str
    kind: str
    services: tuple[str, ...]
    address: str
    phone: str
    emergency: str
    email: str
    site: str
    hours: str
    requisites: Requisites

    @property
    def search_text(self) -> str:
        """Return the text that a search looks in."""
        fields = (self.name, *self.services, self.address, self.phone, self.emergency)
        return _plain(" ".join((*fields, self.requisites.inn)))


@dataclass(frozen=True, slots=True)
class ServedHouse:
    """A house of the actor's accounts and the organisations that serve it.

    Attributes:
        house_id: its key.
        address: in one line.
        manager_id: the organisation that serves the actor's accounts there.
        house_manager_id: the organisation that manages the house; usually the same.
        services: names of services by the key of their supplier, in the order of the bill.
    """

    house_id: int
    address: str
    manager_id: int
    house_manager_id: int
    services: dict[int, tuple[str, ...]]


def list_directory() -> tuple[Organization, ...]:
    """Return all organisations by name; everybody may see them."""
    with database.transaction(_EVERYBODY) as session:
        return tuple(map(_organization, queries.list_directory(session)))


def list_prices(*, organization_id: int, houses: tuple[int, ...]) -> tuple[Price, ...]:
    """Return the prices of an organisation for all and for these houses, the latest first."""
    with database.transaction(_EVERYBODY) as session:
        rows = queries.list_tariffs(session, organization_id=organization_id, houses=houses)
    return tuple(
        Price(
            service=row.service if row.zone is None else f"{row.service}, зона {row.zone}",
            unit=row.unit,
            house_id=row.house_id,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            amount=row.price,
        )
        for row in rows
    )


def list_served(*, actor: Actor) -> tuple[ServedHouse, ...]:
    """Return the houses of the actor's accounts with their managers and suppliers.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.ORGANIZATIONS_READ)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_serving(session, viewer=actor.viewer)
    places: dict[tuple[int, int], tuple[str, int]] = {}
    services: defaultdict[tuple[int, int], dict[int, tuple[str, ...]]] = defaultdict(dict)
    for row in rows:
        key = (row.house_id, row.manager_id)
        place = address.format_house(row.city, row.street, row.house, row.building)
        places[key] = (place, row.house_manager_id)
        if row.supplier_id is not None:
            earlier = services[key].get(row.supplier_id, ())
            services[key][row.supplier_id] = tuple(dict.fromkeys((*earlier, *row.services)))
    return tuple(
        ServedHouse(house_id, place, manager_id, house_manager_id, services[house_id, manager_id])
        for (house_id, manager_id), (place, house_manager_id) in places.items()
    )


def filter_directory(directory: tuple[Organization, ...], typed: str) -> tuple[Organization, ...]:
    """Return the organisations that have all the typed words; without words, all of them."""
    words = [
        cut_ending(word, letters=_ENDING, shortest=_SHORTEST) for word in _plain(typed).split()
    ]
    return tuple(
        organization
        for organization in directory
        if all(word in organization.search_text for word in words)
    )


def drop_duplicates(directory: tuple[Organization, ...]) -> tuple[Organization, ...]:
    """Return each organisation once, even if several billing programmes have it."""
    unique: dict[tuple[str, str], Organization] = {}
    for organization in directory:
        unique.setdefault(_identity(organization), organization)
    return tuple(unique.values())


def list_others(
    directory: tuple[Organization, ...], served: tuple[ServedHouse, ...]
) -> tuple[Organization, ...]:
    """Return the organisations that serve none of these houses, each once."""
    keys = {
        key
        for house in served
        for key in (house.manager_id, house.house_manager_id, *house.services)
    }
    served_identities = {
        _identity(organization)
        for organization in directory
        if organization.organization_id in keys
    }
    return tuple(
        organization
        for organization in drop_duplicates(directory)
        if _identity(organization) not in served_identities
    )


def _identity(organization: Organization) -> tuple[str, str]:
    """Return the name and the ИНН, which billing programmes agree on."""
    return organization.name, organization.requisites.inn


def _organization(row: DirectoryRow) -> Organization:
    return Organization(
        organization_id=row.id,
        name=formats.quote_name(row.name),
        kind=row.kind,
        services=tuple(dict.fromkeys(row.services or ())),
        address=row.address or "",
        phone=row.phone or "",
        emergency=row.ads_phone or "",
        email=row.email or "",
        site=row.site or "",
        hours=row.work_hours or "",
        requisites=Requisites(
            inn=row.inn or "",
            kpp=row.kpp or "",
            ogrn=row.ogrn or "",
            bank=formats.quote_name(row.bank_name or ""),
            bic=row.bic or "",
            account=row.account or "",
            corr_account=row.corr_account or "",
        ),
    )


def _plain(text: str) -> str:
    return fold_letters(text).translate(_QUOTES)
