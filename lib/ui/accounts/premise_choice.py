"""The choice of a premise: organisation, house, flat - each asked for once the last is known."""

from dataclasses import dataclass

import streamlit as st

from lib.services.accounts import premises
from lib.services.accounts.premises import HouseChoice, OrganizationChoice, PremiseChoice
from lib.ui import cached

WIDTH = 480


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account is."""

    organization_id: int
    premise_id: int


def ask() -> Place | None:
    """Ask for a premise; None until a flat is chosen."""
    organization = _organization()
    house = _house(organization) if organization else None
    premise = _premise(house) if house else None
    if organization is None or premise is None:
        return None
    return Place(organization.organization_id, premise.premise_id)


def _organization() -> OrganizationChoice | None:
    known = cached.organizations()
    return st.selectbox(
        "Организация",
        known,
        index=0 if len(known) == 1 else None,
        format_func=lambda one: one.name,
        placeholder="Кто присылает вам квитанцию",
        width=WIDTH,
    )


def _house(organization: OrganizationChoice) -> HouseChoice | None:
    """Ask for a house; a list of thousands would be sent with every run, so a word narrows it."""
    typed = st.text_input(
        "Улица и дом",
        max_chars=100,
        placeholder="например: Гражданская 1",
        autocomplete="off",
        width=WIDTH,
    )
    found = cached.houses_found(organization.organization_id, typed or "")
    if not found:
        st.info(
            "Такого дома у этой организации нет. Проверьте название улицы и номер дома.",
            icon=":material/info:",
            width=WIDTH,
        )
        return None
    chosen = st.selectbox(
        "Дом",
        found,
        index=0 if len(found) == 1 else None,
        format_func=lambda one: one.address,
        placeholder="Выберите дом",
        width=WIDTH,
    )
    if len(found) == premises.MOST_HOUSES and chosen is None:
        st.caption(f"Показаны первые {premises.MOST_HOUSES} домов: уточните улицу или номер.")
    return chosen


def _premise(house: HouseChoice) -> PremiseChoice | None:
    return st.selectbox(
        "Квартира",
        cached.premises(house.house_id),
        index=None,
        format_func=lambda one: one.name,
        placeholder="Выберите квартиру",
        width=WIDTH,
    )
