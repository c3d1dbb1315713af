"""The tables of the facts: kinds of files, their columns and what the columns mean.

Money is Decimal(14, 2) in roubles, volumes are Decimal(15, 6) in the unit of the service. No column
holds a number of an account, a flat, a name, a contact, a login or a text that a person wrote.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lib.facts.house_tables import (
    BALANCES_BY_HOUSE,
    CALENDAR,
    CHARGES_BY_HOUSE,
    GROUPS,
    HOUSE_MONTHS,
    HOUSES,
    ORGANIZATIONS,
    PAYERS_BY_HOUSE,
    PAYMENTS_BY_HOUSE,
    SERVICES,
)
from lib.facts.kinds import (
    ALL_MONTHS,
    DAY,
    FLAG,
    KEY,
    MOMENT,
    MONEY,
    NUMBER,
    PRICE,
    VOLUME,
    WORD,
    Column,
    Kind,
)
from lib.facts.line_tables import (
    ACCOUNT_MONTHS,
    APPEALS,
    BALANCES,
    CHARGES,
    HOUSE_VOLUMES,
    PAYMENTS,
    READINGS,
    SUBMISSIONS,
)
from lib.facts.shared_columns import AMOUNTS

__all__ = [
    "ACCOUNT_MONTHS",
    "ALL_MONTHS",
    "AMOUNTS",
    "APPEALS",
    "BALANCES",
    "BALANCES_BY_HOUSE",
    "CALENDAR",
    "CHARGES",
    "CHARGES_BY_HOUSE",
    "DAY",
    "FLAG",
    "GROUPS",
    "HOUSES",
    "HOUSE_MONTHS",
    "HOUSE_VOLUMES",
    "KEY",
    "KINDS",
    "MOMENT",
    "MONEY",
    "NUMBER",
    "ORGANIZATIONS",
    "PAYERS_BY_HOUSE",
    "PAYMENTS",
    "PAYMENTS_BY_HOUSE",
    "PRICE",
    "READINGS",
    "SERVICES",
    "SUBMISSIONS",
    "VOLUME",
    "WORD",
    "Column",
    "Kind",
]

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            CHARGES,
            CHARGES_BY_HOUSE,
            PAYMENTS,
            PAYMENTS_BY_HOUSE,
            PAYERS_BY_HOUSE,
            BALANCES,
            BALANCES_BY_HOUSE,
            ACCOUNT_MONTHS,
            HOUSE_MONTHS,
            READINGS,
            SUBMISSIONS,
            HOUSE_VOLUMES,
            APPEALS,
            ORGANIZATIONS,
            HOUSES,
            GROUPS,
            SERVICES,
            CALENDAR,
        )
    }
)
