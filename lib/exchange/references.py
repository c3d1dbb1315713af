"""References: which column of which file names a row of which other file."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.exchange.columns import FILES


@dataclass(frozen=True, slots=True)
class Reference:
    """A filled cell of `file.column` must be the id of a row of `target`."""

    file: str
    column: str
    target: str


# A file's own id is its only key column; these words name it elsewhere too.
_BY_NAME = {
    "organization_id": "organizations",
    "recipient_organization_id": "organizations",
    "supplier_organization_id": "organizations",
    "house_id": "houses",
    "premise_id": "premises",
    "account_id": "accounts",
    "group_id": "service_groups",
    "service_id": "services",
    "payment_id": "payments",
    "reversed_payment_id": "payments",
    "meter_id": "meters",
}

# The id column of every file that others point at.
IDS = {
    "organizations": "organization_id",
    "houses": "house_id",
    "premises": "premise_id",
    "accounts": "account_id",
    "service_groups": "group_id",
    "services": "service_id",
    "payments": "payment_id",
    "meters": "meter_id",
}

REFERENCES: tuple[Reference, ...] = tuple(
    Reference(stem, column.name, _BY_NAME[column.name])
    for stem, columns in FILES.items()
    for column in columns
    if column.name in _BY_NAME and IDS.get(stem) != column.name
)

# Rows that belong to one owner for ever: their id, and what says whose they are.
OWNED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "payments": ("payment_id", ("account_id",)),
    "meters": ("meter_id", ("account_id", "house_id")),
    "recalculations": ("recalc_id", ("account_id", "period")),
}
