"""Payments that are one: rows of registers, the portal's own, and those that billing brought."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Text,
    and_,
    any_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    CarriedPayment,
    OnlinePayment,
    Payment,
    RegisterPart,
    RegisterRow,
)
from db.queries.payments import online as online_payments

_ACCOUNTS = bindparam("accounts", type_=ARRAY(BigInteger))
_REFERENCES = bindparam("references", type_=ARRAY(Text))
_IS_A_ROW = exists().where(
    RegisterRow.account_id == Payment.account_id, RegisterRow.payment_id == Payment.id
)
_IS_OURS = or_(
    exists().where(
        CarriedPayment.account_id == Payment.account_id, CarriedPayment.payment_id == Payment.id
    ),
    exists().where(
        OnlinePayment.account_id == Payment.account_id, OnlinePayment.bank_id == Payment.reference
    ),
)
# what billing brought and nobody has recognised yet
_CANDIDATES = select(
    Payment.account_id,
    Payment.id,
    Payment.reference,
    Payment.amount,
    Payment.channel,
    Payment.paid_on,
).where(
    Payment.account_id == any_(_ACCOUNTS),
    Payment.is_reversal.is_(False),
    or_(
        Payment.paid_on.between(bindparam("since"), bindparam("until")),
        and_(
            Payment.reference.is_not(None),
            Payment.paid_on.between(bindparam("long_since"), bindparam("long_until")),
        ),
    ),
    ~_IS_A_ROW,
    ~_IS_OURS,
)
_ONLINE = select(
    OnlinePayment.account_id,
    OnlinePayment.id,
    OnlinePayment.bank_id,
    OnlinePayment.status,
    (OnlinePayment.amount + OnlinePayment.fee).label("amount"),
).where(OnlinePayment.bank_id == any_(_REFERENCES))
# paid in the portal, and no package has brought a payment of that reference
_UNCARRIED_ONLINE = (
    select(
        OnlinePayment.account_id,
        OnlinePayment.id,
        OnlinePayment.bank_id,
        OnlinePayment.amount,
        # as an export gives it out: of the fee billing has never heard
        online_payments.LEFT.label("left"),
        OnlinePayment.paid_at,
    )
    .join(Account, Account.id == OnlinePayment.account_id)
    .where(
        Account.sender_id == bindparam("sender"),
        OnlinePayment.status == "paid",
        OnlinePayment.appeal_id.is_(None),  # billing never hears of paid requests
        ~exists().where(
            CarriedPayment.account_id == OnlinePayment.account_id,
            CarriedPayment.online_payment_id == OnlinePayment.id,
        ),
        ~exists().where(
            Payment.account_id == OnlinePayment.account_id,
            Payment.reference == OnlinePayment.bank_id,
        ),
    )
)
_ROW = (
    RegisterRow.register_id,
    RegisterRow.line,
    RegisterRow.account_id,
    RegisterRow.amount,
    RegisterRow.paid_on,
    RegisterRow.channel,
    RegisterRow.reference,
    RegisterRow.document,
    RegisterRow.payee_account,
)
_UNCARRIED = (
    select(*_ROW, Account.sender_id, RegisterRow.decided_by)
    .join(Account, Account.id == RegisterRow.account_id)
    .where(
        Account.sender_id == bindparam("sender"),
        RegisterRow.status == "posted",
        RegisterRow.payment_id.is_(None),
    )
)

_REGISTERS = bindparam("registers", type_=ARRAY(BigInteger))
_LINES = bindparam("lines", type_=ARRAY(BigInteger))
# a hundred thousand at once: one statement, arrays for its rows
_links = (
    func.unnest(_ACCOUNTS, _REGISTERS, _LINES, bindparam("payments", type_=ARRAY(BigInteger)))
    .table_valued("account_id", "register_id", "line", "payment_id", name="links")
    .render_derived()
)
_places = (
    func.unnest(_ACCOUNTS, _REGISTERS, _LINES)
    .table_valued("account_id", "register_id", "line", name="places")
    .render_derived()
)
_LINK = (
    update(RegisterRow)
    .where(RegisterRow.register_id == _links.c.register_id, RegisterRow.line == _links.c.line)
    .values(payment_id=_links.c.payment_id)
    .execution_options(synchronize_session=False)
)
_CARRY_PARTS = (
    update(RegisterPart)
    .where(
        RegisterPart.account_id == _links.c.account_id,
        RegisterPart.register_id == _links.c.register_id,
        RegisterPart.line == _links.c.line,
    )
    .values(is_carried=True)
    .execution_options(synchronize_session=False)
)
_WITHDRAW = (
    update(RegisterRow)
    .where(RegisterRow.register_id == _places.c.register_id, RegisterRow.line == _places.c.line)
    .values(status="unmatched", reason=bindparam("reason"))
    .execution_options(synchronize_session=False)
)
_DROP_PARTS = (
    delete(RegisterPart)
    .where(
        RegisterPart.account_id == _places.c.account_id,
        RegisterPart.register_id == _places.c.register_id,
        RegisterPart.line == _places.c.line,
    )
    .execution_options(synchronize_session=False)
)


def candidates(
    session: Session, *, accounts: Collection[int], since: dt.date, until: dt.date, longer: int
) -> Sequence[AnyRow]:
    """Return billing's payments of some days that nobody has recognised yet.

    Those that carry a reference are looked for ``longer`` days further both ways.
    """
    more = dt.timedelta(days=longer)
    values = {
        "since": since,
        "until": until,
        "long_since": since - more,
        "long_until": until + more,
    }
    return session.execute(_CANDIDATES, {"accounts": list(accounts), **values}).all()


def online(session: Session, *, references: Collection[str]) -> Sequence[AnyRow]:
    """Return the payments that were made in the portal under these references."""
    return session.execute(_ONLINE, {"references": list(references)}).all()


def uncarried(session: Session, *, sender_id: int) -> Sequence[AnyRow]:
    """Return the posted rows of a sender's accounts that billing has not brought yet."""
    return session.execute(_UNCARRIED, {"sender": sender_id}).all()


def uncarried_online(session: Session, *, sender_id: int) -> Sequence[AnyRow]:
    """Return the payments made in the portal that billing has not brought yet."""
    return session.execute(_UNCARRIED_ONLINE, {"sender": sender_id}).all()


def link(session: Session, *, links: Sequence[tuple[int, int, int, int]]) -> None:
    """Say of rows which payment of billing's they are: its own parts count from now on.

    Args:
        session: the owner's, or the operator's.
        links: account, register, line and payment of each.
    """
    if links:
        values = _columns(links, "accounts", "registers", "lines", "payments")
        session.execute(_LINK, values)
        session.execute(_CARRY_PARTS, values)


def withdraw(session: Session, *, places: Sequence[tuple[int, int, int]], reason: str) -> None:
    """Take posted rows back, given by account, register and line: a person has to look at them."""
    if places:
        values = _columns(places, "accounts", "registers", "lines")
        session.execute(_WITHDRAW, {**values, "reason": reason})
        session.execute(_DROP_PARTS, values)


def carry_online(session: Session, *, rows: Iterable[dict[str, Any]]) -> None:
    """Remember which payments of billing's are the portal's own."""
    wanted = list(rows)
    if wanted:
        session.execute(insert(CarriedPayment), wanted)


def _columns(rows: Iterable[tuple[int, ...]], *names: str) -> dict[str, Any]:
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
