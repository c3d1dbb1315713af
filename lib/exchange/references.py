"""References: the columns that contain ids of rows of other files."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.exchange.package_format import FILES


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell of ``column`` in ``file`` must be empty or the id of a row of ``target``."""

    file: str
    column: str
    target: str


# the file that a column refers to, by the column's name
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

# the id column of every file that others refer to
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

# rows that can never change their owner: the column of their id and the columns of the owner
OWNED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "payments": ("payment_id", ("account_id",)),
    "meters": ("meter_id", ("account_id", "house_id")),
    "recalculations": ("recalc_id", ("account_id", "period")),
}
