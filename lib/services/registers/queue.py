"""Payments of registers that wait for a person."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from db import session as database
from db.queries.registers import queue as queries
from db.queries.registers.queue import AccountRow
from lib.access import Actor, Permission, Role
from lib.domain import address, formats
from lib.domain.registers.reason import WORDS

MOST_SHOWN = 20
# digits in account numbers, with the leading zeros that banks drop
_LENGTHS = range(5, 13)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A payment that waits, as staff see it.

    Attributes:
        register_id: key of its register.
        line: its line there.
        source: the register and the line, in words.
        organization: the organisation that it seems to be for; empty if unknown.
        number: the account as the bank wrote it; may be empty.
        payer: the payer that the bank names; may be empty.
        paid_on: the day of the payment.
        amount: in roubles.
        why: why it waits, in words.
        suggestion: number of the account that it seems to be for; empty if unknown.
        suggested_address: the address of that account.
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
    """The oldest payments that wait, and the count and the sum of all of them."""

    rows: tuple[WaitingRow, ...]
    count: int
    amount: Decimal


def get_scope(actor: Actor) -> int | None:
    """Return the organisation whose payments the actor may decide on; None means all of them.

    Raises:
        AccessDenied: the actor is an employee without an organisation.
    """
    return None if actor.role is Role.ADMIN else actor.demand_organization()


def list_waiting(*, actor: Actor) -> Queue:
    """Return the payments that the actor may decide on.

    Raises:
        AccessDenied: the actor has no permission, or no organisation.
    """
    actor.demand(Permission.EXCHANGE_MANAGE)
    organization_id = get_scope(actor)
    viewer = database.OPERATOR if organization_id is None else actor.viewer
    with database.transaction(viewer) as session:
        rows = queries.list_waiting(session, organization_id=organization_id, limit=MOST_SHOWN)
    if not rows:
        return Queue((), 0, Decimal("0.00"))
    with database.transaction(database.OPERATOR) as session:
        accounts = queries.list_accounts(
            session,
            accounts={row.account_id for row in rows if row.account_id},
            numbers={variant for row in rows for variant in _list_variants(row.account_text)},
        )
    allowed = [
        account for account in accounts if organization_id in {None, account.organization_id}
    ]
    waiting = tuple(_make_row(row, _find_suggestion(row, allowed)) for row in rows)
    return Queue(waiting, rows[0].total_count, rows[0].total_amount)


def _list_variants(number: str) -> Iterable[str]:
    """Return what a number may have been before a bank dropped its zeros or added letters."""
    digits = re.sub(r"[^0-9]", "", number).lstrip("0")
    return {number, digits, *(digits.zfill(length) for length in _LENGTHS)} if digits else set()


def _find_suggestion(row: queries.WaitingRow, accounts: Sequence[AccountRow]) -> AccountRow | None:
    """Return the account that a payment seems to be for, if there is only one."""
    if row.account_id:
        return next((account for account in accounts if account.id == row.account_id), None)
    variants = set(_list_variants(row.account_text))
    fitting = [account for account in accounts if account.number in variants]
    return fitting[0] if len(fitting) == 1 else None


def _make_row(row: queries.WaitingRow, suggestion: AccountRow | None) -> WaitingRow:
    return WaitingRow(
        register_id=row.register_id,
        line=row.line,
        source=_describe_source(row),
        organization=formats.quote_name(row.organization) if row.organization else "",
        number=row.account_text,
        payer=row.payer or "",
        paid_on=row.paid_on,
        amount=row.amount,
        why=WORDS.get(row.reason, row.reason),
        suggestion=suggestion.number if suggestion else "",
        suggested_address=_format_address(suggestion) if suggestion else "",
    )


def _format_address(account: AccountRow) -> str:
    street = address.format_address(
        street=account.street,
        house=account.house,
        building=account.building,
        premise=account.premise,
        kind=account.premise_kind,
    )
    return f"{account.city}, {street}"


def _describe_source(row: queries.WaitingRow) -> str:
    """Return the register and the line in Russian; staff do not see every register."""
    if row.registry_no is None:
        return f"строка {row.line}"
    day = f" от {formats.format_date(row.registry_on)}" if row.registry_on else ""
    return f"реестр {row.registry_no}{day}, строка {row.line}"
