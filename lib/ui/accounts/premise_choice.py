"""The choice of a premise: organisation, house, flat; each follows the choice before it."""

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


def ask_place() -> Place | None:
    """Ask for a premise; None until a flat is chosen."""
    organization = _ask_organization()
    house = _ask_house(organization) if organization else None
    premise = _ask_premise(house) if house else None
    if organization is None or premise is None:
        return None
    return Place(organization.organization_id, premise.premise_id)


def _ask_organization() -> OrganizationChoice | None:
    offered = cached.list_organizations()
    return st.selectbox(
        "Организация",
        offered,
        index=0 if len(offered) == 1 else None,
        format_func=lambda organization: organization.name,
        placeholder="Кто присылает вам квитанцию",
        width=WIDTH,
    )


def _ask_house(organization: OrganizationChoice) -> HouseChoice | None:
    """Ask for a house; typed words narrow the list, which every run sends to the browser."""
    typed = st.text_input(
        "Улица и дом",
        max_chars=100,
        placeholder="например: Гражданская 1",
        autocomplete="off",
        width=WIDTH,
    )
    found = cached.find_houses(organization.organization_id, typed or "")
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
        format_func=lambda house: house.address,
        placeholder="Выберите дом",
        width=WIDTH,
    )
    if len(found) == premises.MOST_HOUSES and chosen is None:
        st.caption(f"Показаны первые {premises.MOST_HOUSES} домов: уточните улицу или номер.")
    return chosen


def _ask_premise(house: HouseChoice) -> PremiseChoice | None:
    return st.selectbox(
        "Квартира",
        cached.list_premises(house.house_id),
        index=None,
        format_func=lambda premise: premise.name,
        placeholder="Выберите квартиру",
        width=WIDTH,
    )
