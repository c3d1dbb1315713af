"""Reference data that is cached between runs; nothing that belongs to a resident.

All users share the cache, so everything that selects the data is a plain argument.
"""

import datetime as dt

import streamlit as st

from lib.domain.billing.price_history import Price
from lib.services import organizations as directories
from lib.services.accounts import premises as places
from lib.services.accounts.premises import HouseChoice, OrganizationChoice, PremiseChoice
from lib.services.billing import houses
from lib.services.billing.houses import HouseVolume, TariffStep
from lib.services.organizations import Organization


@st.cache_data(ttl=600, max_entries=2_000, show_spinner=False)
def list_house_volumes(house_id: int, period: dt.date) -> tuple[HouseVolume, ...]:
    """Return what a house used in a month."""
    return houses.list_volumes(house_id=house_id, period=period)


@st.cache_data(ttl=600, max_entries=2_000, show_spinner=False)
def list_tariffs(house_id: int) -> tuple[TariffStep, ...]:
    """Return the prices of a house, present and past."""
    return houses.list_tariffs(house_id=house_id)


@st.cache_data(ttl=600, max_entries=1, show_spinner=False)
def list_organizations() -> tuple[OrganizationChoice, ...]:
    """Return the organisations that serve houses."""
    return places.list_organizations()


@st.cache_data(ttl=600, max_entries=500, show_spinner=False)
def find_houses(organization_id: int, typed: str) -> tuple[HouseChoice, ...]:
    """Return the first houses of an organisation that match the words."""
    return places.find_houses(organization_id=organization_id, typed=typed)


@st.cache_data(ttl=600, max_entries=500, show_spinner=False)
def list_premises(house_id: int) -> tuple[PremiseChoice, ...]:
    """Return the premises of a house."""
    return places.list_premises(house_id=house_id)


@st.cache_data(ttl=600, max_entries=1, show_spinner=False)
def list_directory() -> tuple[Organization, ...]:
    """Return all organisations with their contacts."""
    return directories.list_directory()


@st.cache_data(ttl=600, max_entries=500, show_spinner=False)
def list_prices(organization_id: int, houses: tuple[int, ...]) -> tuple[Price, ...]:
    """Return the prices of an organisation's services, of all and of some houses."""
    return directories.list_prices(organization_id=organization_id, houses=houses)
