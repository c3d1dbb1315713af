"""Addresses of the rows of the service desk's queue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from db import session as database
from db.queries.appeals import desk_premises as queries
from db.queries.appeals.desk_premises import PremiseRow
from db.queries.appeals.desk_queue import DeskRow
from lib.access import Actor
from lib.domain import address


def list_premises(actor: Actor, rows: Sequence[DeskRow]) -> dict[int, PremiseRow]:
    """Return the premises of a page by account; the organisation answers the appeals of all."""
    accounts = tuple(sorted({row.account_id for row in rows if row.account_id is not None}))
    if not accounts:
        return {}
    viewer = replace(actor.viewer, accounts=accounts)
    with database.transaction(viewer) as session:
        found = queries.list_premises(session, viewer=viewer)
    return {row.account_id: row for row in found}


def format_address(row: DeskRow, premises: Mapping[int, PremiseRow]) -> str:
    """Return the address of a row without its city; empty for a row without a house."""
    if row.house is None:
        return ""
    house = address.format_house("", row.street, row.house, row.building)
    found: DeskRow | PremiseRow = premises.get(row.account_id or 0, row)
    if found.premise is None or found.premise_kind is None:
        return house
    return f"{house}, {address.format_premise(kind=found.premise_kind, number=found.premise)}"
