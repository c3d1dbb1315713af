"""The payments of registers that wait for a person: an organisation's, or all of them."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from db import session as database
from db.base import AnyRow
from db.models import RegisterRow
from db.queries.registers import queue as queries
from lib.access import Actor, Permission, Role
from lib.domain import address, formats
from lib.domain.registers.reason import WORDS

MOST_SHOWN = 20
_LENGTHS = range(5, 13)  # of account numbers that banks cut the zeros of


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A payment that waits, as staff see it.

    Attributes:
        register_id: key of its file.
        line: its line there.
        source: which register it is of, in words.
        organization: whose it seems to be; empty where nobody knows.
        number: the account as the bank wrote it; empty where it wrote none.
        payer: whom the bank names.
        paid_on: the day.
        amount: in roubles.
        why: what keeps it waiting.
        suggestion: number of the account that it seems to be for; empty where none does.
        suggested_address: where that account is.
    """

    register_id: int
    line: int
    source: str
    organization: str
    number: str
    payer: str
    paid_on: dt.date
    amount: Decimal
    why: str
    suggestion: str
    suggested_address: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The payments that wait: the oldest, how many there are in all and their sum."""

    rows: tuple[WaitingRow, ...]
    count: int
    amount: Decimal


def scope(actor: Actor) -> int | None:
    """Return the organisation whose rows the actor may decide on; None is every one.

    Raises:
        AccessDenied: an employee of no organisation.
    """
    return None if actor.role is Role.ADMIN else actor.demand_organization()


def list_waiting(*, actor: Actor) -> Queue:
    """Return the payments that wait for the actor.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.EXCHANGE_MANAGE)
    organization_id = scope(actor)
    viewer = database.OPERATOR if organization_id is None else actor.viewer
    with database.transaction(viewer) as session:
        found = queries.waiting(session, organization_id=organization_id, limit=MOST_SHOWN)
    if not found:
        return Queue((), 0, Decimal("0.00"))
    rows = [row.RegisterRow for row in found]
    with database.transaction(database.OPERATOR) as session:
        known = queries.suggested(
            session,
            accounts={row.account_id for row in rows if row.account_id},
            numbers={variant for row in rows for variant in _variants(row.account_text)},
        )
    own = [one for one in known if organization_id in {None, one.organization_id}]
    shown = tuple(_shown(row, _suggestion(row.RegisterRow, own)) for row in found)
    return Queue(shown, found[0].all_waiting, found[0].all_amount)


def _variants(number: str) -> Iterable[str]:
    """Say what a number may have been before a bank cut its zeros or added letters."""
    digits = re.sub(r"[^0-9]", "", number).lstrip("0")
    return {number, digits, *(digits.zfill(length) for length in _LENGTHS)} if digits else set()


def _suggestion(row: RegisterRow, known: Sequence[AnyRow]) -> AnyRow | None:
    """Return the account that a row seems to be for, if it is one alone."""
    if row.account_id:
        return next((one for one in known if one.id == row.account_id), None)
    variants = set(_variants(row.account_text))
    fitting = [one for one in known if one.number in variants]
    return fitting[0] if len(fitting) == 1 else None


def _shown(found: AnyRow, suggestion: AnyRow | None) -> WaitingRow:
    row = found.RegisterRow
    return WaitingRow(
        register_id=row.register_id,
        line=row.line,
        source=_source(found, row.line),
        organization=formats.quoted(found.organization) if found.organization else "",
        number=row.account_text,
        payer=row.payer or "",
        paid_on=row.paid_on,
        amount=row.amount,
        why=WORDS.get(row.reason, row.reason),
        suggestion=suggestion.number if suggestion else "",
        suggested_address=_place(suggestion) if suggestion else "",
    )


def _place(account: AnyRow) -> str:
    street = address.line(
        street=account.street,
        house=account.house,
        building=account.building,
        premise=account.premise,
        kind=account.premise_kind,
    )
    return f"{account.city}, {street}"


def _source(found: AnyRow, line: int) -> str:
    """Name a register; of one that several organisations share, its own name is not told."""
    if found.registry_no is None:
        return f"строка {line}"
    day = f" от {formats.day(found.registry_on)}" if found.registry_on else ""
    return f"реестр {found.registry_no}{day}, строка {line}"
