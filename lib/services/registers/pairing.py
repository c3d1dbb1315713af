"""Pairing: a payment that is in a register and in a package of billing counts once.

Each import looks for the payments of the other kind, so the second import finds the first one's.
Both hold the same lock, so neither can miss what the other has just written.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl
from sqlalchemy.orm import Session

from db.queries.registers import pairing as queries
from db.queries.registers import portal as portal_queries
from db.queries.registers.portal import CarriedPaymentLink, UncarriedPayment
from lib import clock
from lib.domain.registers.matching import DAYS, Entry, match_payments
from lib.domain.registers.reason import Reason
from lib.services.registers._rows import Place, make_frame

# banks may use a reference again after more days than this
_REFERENCE_MARGIN = dt.timedelta(days=31)
_DAY_MARGIN = dt.timedelta(days=DAYS)
_ONLINE = "online"


@dataclass(slots=True)
class Pairing:
    """The result of pairing some rows of registers.

    Attributes:
        links: keys of billing's payments, by the places of the rows that are the same payments.
        unclear: places of rows with several candidates: a person must decide.
    """

    links: dict[Place, int] = field(default_factory=dict)
    unclear: set[Place] = field(default_factory=set)


def pair_rows(session: Session, rows: pl.DataFrame) -> Pairing:
    """Find the payments of billing that are the same as some rows.

    Args:
        session: of a role that sees every account.
        rows: by ``_rows.ROWS``; all open rows of an account together.
    """
    pairing = Pairing()
    if rows.is_empty():
        return pairing
    payments = _find_candidates(session, rows)
    entries_by_account = defaultdict[int, list[Entry[Place]]](list)
    columns = ("register_id", "line", "account_id", "reference", "amount", "channel", "paid_on")
    near = rows.filter(pl.col("account_id").is_in(payments.keys())).select(columns)
    for register_id, line, account_id, *rest in near.iter_rows():
        entries_by_account[account_id].append(Entry((register_id, line), *rest))
    for account_id, entries in entries_by_account.items():
        matching = match_payments(entries, payments[account_id])
        pairing.links.update(matching.pairs)
        pairing.unclear.update(matching.unclear)
    return pairing


def _find_candidates(session: Session, rows: pl.DataFrame) -> dict[int, list[Entry[int]]]:
    """Return the payments of billing that may be these, by account."""
    days: list[dt.date] = rows["paid_on"].to_list()
    found = defaultdict[int, list[Entry[int]]](list)
    for payment in queries.list_candidates(
        session,
        accounts=rows["account_id"].unique().to_list(),
        since=min(days) - _DAY_MARGIN,
        until=max(days) + _DAY_MARGIN,
        margin=_REFERENCE_MARGIN,
    ):
        entry = Entry(
            payment.id, payment.reference, payment.amount, payment.channel, payment.paid_on
        )
        found[payment.account_id].append(entry)
    return found


def pair_package(session: Session, *, sender_id: int) -> None:
    """Pair the payments of a sender's new package with payments that were stored before it."""
    _pair_online(session, sender_id=sender_id)
    rows = queries.list_uncarried(session, sender_id=sender_id)
    pairing = pair_rows(session, make_frame(*(row._asdict() for row in rows)))
    accounts = {(row.register_id, row.line): row.account_id for row in rows}
    # a person has decided that such a row is no payment of billing: do not ask again
    decided = {(row.register_id, row.line) for row in rows if row.decided_by is not None}
    queries.link_rows(
        session,
        links=[(accounts[place], *place, payment) for place, payment in pairing.links.items()],
    )
    queries.withdraw_rows(
        session,
        places=[(accounts[place], *place) for place in pairing.unclear - decided],
        reason=Reason.SEVERAL_CANDIDATES,
    )


def _pair_online(session: Session, *, sender_id: int) -> None:
    """Pair payments made in the portal with billing's payments that have no reference."""
    online = portal_queries.list_uncarried_online(session, sender_id=sender_id)
    found = _pair_amounts(session, online, [payment.left for payment in online])
    # billing may know a payment from the bank itself, with the amount before refunds
    rest = [
        payment
        for number, payment in enumerate(online)
        if payment.left != payment.amount and (0, number) not in found.links.keys() | found.unclear
    ]
    _pair_amounts(session, rest, [payment.amount for payment in rest])


def _pair_amounts(
    session: Session, online: Sequence[UncarriedPayment], amounts: Sequence[Decimal]
) -> Pairing:
    """Pair payments made in the portal by these amounts, one for each payment."""
    rows = (
        {
            "register_id": 0,
            "line": number,
            "account_id": payment.account_id,
            "amount": amount,
            "paid_on": clock.local(payment.paid_at).date(),
            "channel": _ONLINE,
            "reference": payment.bank_id,
        }
        for number, (payment, amount) in enumerate(zip(online, amounts, strict=True))
    )
    pairing = pair_rows(session, make_frame(*rows))
    portal_queries.add_carried_payments(
        session,
        links=[
            CarriedPaymentLink(online[number].account_id, online[number].id, payment_id)
            for (_, number), payment_id in pairing.links.items()
        ],
    )
    return pairing
