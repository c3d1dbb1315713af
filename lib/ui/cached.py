"""What is remembered between runs: reference data alone, nothing that belongs to a resident.

The cache is one for all users, so everything that selects the data is a plain argument.
"""

import datetime as dt

import streamlit as st

from lib.services import houses
from lib.services.houses import HouseVolume, TariffStep


@st.cache_data(ttl=600, max_entries=2_000, show_spinner=False)
def house_volumes(house_id: int, period: dt.date) -> tuple[HouseVolume, ...]:
    """Return what a house used in a month."""
    return houses.list_volumes(house_id=house_id, period=period)


@st.cache_data(ttl=600, max_entries=2_000, show_spinner=False)
def tariffs(house_id: int) -> tuple[TariffStep, ...]:
    """Return the prices that hold or held in a house."""
    return houses.list_tariffs(house_id=house_id)
