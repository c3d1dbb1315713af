"""Rows of registers and payments of billing's packages that are one: found in either order.

An import of the one looks for the other, so whichever comes second recognises the first; both
hold the same lock, so neither can miss what the other has just brought.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.queries.registers import matches as queries
from lib import clock
from lib.domain.registers.matching import DAYS, Entry, match
from lib.domain.registers.reason import Reason
from lib.services.registers._rows import RECEIVED, Place, received

_BY_REFERENCE_DAYS = 31  # further away, even a reference may have been given anew
_ONLINE = "online"


@dataclass(slots=True)
class Pairing:
    """Billing's payment of each row that has one, and the rows that a person must decide on."""

    links: dict[Place, int] = field(default_factory=dict)
    unclear: set[Place] = field(default_factory=set)


def wait_for_turn(session: Session) -> None:
    """Let one import at a time: the second waits here and then sees the first one's rows."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('kabinet import'))"))


def pair(session: Session, rows: pl.DataFrame) -> Pairing:
    """Find billing's payments of some rows, by ``register_rows.RECEIVED``; an account's at once."""
    pairing = Pairing()
    if rows.is_empty():
        return pairing
    payments = _candidates(session, rows)
    ours = defaultdict[int, list[Entry[Place]]](list)
    wanted = ("register_id", "line", "account_id", "reference", "amount", "channel", "paid_on")
    near = rows.filter(pl.col("account_id").is_in(payments.keys())).select(wanted)
    for register_id, line, account_id, *rest in near.iter_rows():
        ours[account_id].append(Entry((register_id, line), *rest))
    for account_id, entries in ours.items():
        matching = match(entries, payments[account_id])
        pairing.links.update(matching.pairs)
        pairing.unclear.update(matching.unclear)
    return pairing


def _candidates(session: Session, rows: pl.DataFrame) -> dict[int, list[Entry[int]]]:
    """Return billing's payments that may be these, by account."""
    days: list[dt.date] = rows["paid_on"].to_list()
    margin = dt.timedelta(days=DAYS)
    found = defaultdict[int, list[Entry[int]]](list)
    for one in queries.candidates(
        session,
        accounts=rows["account_id"].unique().to_list(),
        since=min(days) - margin,
        until=max(days) + margin,
        longer=_BY_REFERENCE_DAYS,
    ):
        entry = Entry(one.id, one.reference, one.amount, one.channel, one.paid_on)
        found[one.account_id].append(entry)
    return found


def carry(session: Session, *, sender_id: int) -> None:
    """Recognise, in what a sender's package has just brought, what had come before it."""
    _carry_online(session, sender_id=sender_id)
    came = queries.uncarried(session, sender_id=sender_id)
    pairing = pair(
        session, received(*({name: getattr(row, name) for name in RECEIVED} for row in came))
    )
    accounts = {(row.register_id, row.line): row.account_id for row in came}
    # a person has said that such a row is none of billing's: they are not asked again
    decided = {(row.register_id, row.line) for row in came if row.decided_by is not None}
    queries.link(
        session,
        links=[(accounts[place], *place, payment) for place, payment in pairing.links.items()],
    )
    queries.withdraw(
        session,
        places=[(accounts[place], *place) for place in pairing.unclear - decided],
        reason=Reason.SEVERAL_CANDIDATES,
    )


def _carry_online(session: Session, *, sender_id: int) -> None:
    """Recognise payments made in the portal that billing brings without their reference."""
    online = queries.uncarried_online(session, sender_id=sender_id)
    found = _carry_sums(session, online, [row.left for row in online])
    # billing may know one as it was before money was given back, from the bank itself
    rest = [
        row
        for number, row in enumerate(online)
        if row.left != row.amount and (0, number) not in found.links.keys() | found.unclear
    ]
    _carry_sums(session, rest, [row.amount for row in rest])


def _carry_sums(session: Session, online: Sequence[AnyRow], sums: Sequence[Decimal]) -> Pairing:
    """Recognise payments made in the portal by these sums, one for each."""
    made = (
        {
            "register_id": 0,
            "line": number,
            "account_id": row.account_id,
            "amount": amount,
            "paid_on": clock.local(row.paid_at).date(),
            "channel": _ONLINE,
            "reference": row.bank_id,
        }
        for number, (row, amount) in enumerate(zip(online, sums, strict=True))
    )
    pairing = pair(session, received(*made))
    queries.carry_online(
        session,
        rows=(
            {
                "account_id": online[number].account_id,
                "online_payment_id": online[number].id,
                "payment_id": payment,
            }
            for (_, number), payment in pairing.links.items()
        ),
    )
    return pairing
