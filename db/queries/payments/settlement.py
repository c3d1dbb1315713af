"""Settlement of online payments: what the operator's transactions read and write of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Text,
    bindparam,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    Login,
    LoginContact,
    OnlinePayment,
    OnlinePaymentEvent,
    OnlinePaymentPart,
    ServiceGroup,
)

_PARTS = (
    select(OnlinePaymentPart.group_id, OnlinePaymentPart.amount, ServiceGroup.name)
    .join(ServiceGroup, ServiceGroup.id == OnlinePaymentPart.group_id)
    .where(
        OnlinePaymentPart.account_id == bindparam("account"),
        OnlinePaymentPart.payment_id == bindparam("payment"),
    )
    .order_by(OnlinePaymentPart.place)
)
_BY_BANK = select(OnlinePayment.account_id, OnlinePayment.id).where(
    OnlinePayment.bank == bindparam("bank"), OnlinePayment.bank_id == bindparam("bank_id")
)
_BY_KEY = select(OnlinePayment.account_id, OnlinePayment.id).where(
    OnlinePayment.bank == bindparam("bank"), OnlinePayment.id == bindparam("key")
)
_PAYER = (
    select(Login.id, Login.username, LoginContact.first_name, LoginContact.email)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.id == bindparam("login"))
)
_NUMBER = select(Account.number).where(Account.id == bindparam("account"))
# each asker takes others, and puts them off first: a death leaves them for the next time
_DUE = (
    select(OnlinePayment.account_id, OnlinePayment.id)
    .where(OnlinePayment.check_at <= bindparam("now"))
    .order_by(OnlinePayment.check_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_SECOND: ColumnElement[dt.timedelta] = literal_column("interval '1 second'")
_PAUSE = func.least(
    bindparam("first_pause") * func.power(2, func.least(OnlinePayment.checks, 16)),
    bindparam("longest_pause"),
)
_CLAIM = (
    update(OnlinePayment)
    .where(OnlinePayment.account_id == _DUE.c.account_id, OnlinePayment.id == _DUE.c.id)
    .values(
        check_at=bindparam("now") + _PAUSE * _SECOND,
        checks=OnlinePayment.checks + 1,
    )
    .returning(OnlinePayment.account_id, OnlinePayment.id)
)

# what the bank named last, where it took another sum than was asked for
_SAID = (
    select(func.concat(OnlinePaymentEvent.amount, " ", OnlinePaymentEvent.currency))
    .where(
        OnlinePaymentEvent.account_id == OnlinePayment.account_id,
        OnlinePaymentEvent.payment_id == OnlinePayment.id,
        OnlinePaymentEvent.happening == "differs",
    )
    .order_by(OnlinePaymentEvent.id.desc())
    .limit(1)
    .scalar_subquery()
)
_LATEST = (
    select(
        OnlinePayment.id,
        OnlinePayment.bank_id,
        OnlinePayment.status,
        OnlinePayment.amount,
        OnlinePayment.fee,
        OnlinePayment.refunded,
        OnlinePayment.created_at,
        Account.number,
        _SAID.label("said"),
    )
    .join(Account, Account.id == OnlinePayment.account_id)
    .where(
        bindparam("status", type_=Text).is_(None) | (OnlinePayment.status == bindparam("status"))
    )
    .order_by(OnlinePayment.created_at.desc(), OnlinePayment.id)
    .limit(bindparam("most"))
)
_ACCOUNT_OF = select(OnlinePayment.account_id).where(OnlinePayment.id == bindparam("key"))


def held(session: Session, *, account_id: int, payment_id: UUID) -> OnlinePayment | None:
    """Return a payment and hold its row until the transaction ends."""
    return session.get(OnlinePayment, (account_id, payment_id), with_for_update=True)


def found(session: Session, *, account_id: int, payment_id: UUID) -> OnlinePayment | None:
    """Return a payment as it is now."""
    return session.get(OnlinePayment, (account_id, payment_id))


def parts(session: Session, *, account_id: int, payment_id: UUID) -> Sequence[AnyRow]:
    """Return group, amount and the group's name of each part, in the payment's order."""
    return session.execute(_PARTS, {"account": account_id, "payment": payment_id}).all()


def refund_parts(
    session: Session, *, account_id: int, payment_id: UUID, left: Mapping[int, Decimal]
) -> None:
    """Write down what is left of each part."""
    for group_id, amount in left.items():
        session.execute(
            update(OnlinePaymentPart)
            .where(
                OnlinePaymentPart.account_id == account_id,
                OnlinePaymentPart.payment_id == payment_id,
                OnlinePaymentPart.group_id == group_id,
            )
            .values(refunded=OnlinePaymentPart.amount - cast(literal(amount), Numeric))
        )


def by_bank_id(session: Session, *, bank: str, bank_id: str) -> AnyRow | None:
    """Return the key of the payment that a bank names so."""
    return session.execute(_BY_BANK, {"bank": bank, "bank_id": bank_id}).one_or_none()


def by_key(session: Session, *, bank: str, payment_id: UUID) -> AnyRow | None:
    """Return the whole key of a payment of a bank."""
    return session.execute(_BY_KEY, {"bank": bank, "key": payment_id}).one_or_none()


def payer(session: Session, *, login_id: int | None) -> AnyRow | None:
    """Return whom a letter about a payment goes to; None where the login is gone."""
    return session.execute(_PAYER, {"login": login_id}).one_or_none()


def account_number(session: Session, *, account_id: int) -> str:
    """Return the number of an account."""
    return session.scalar(_NUMBER, {"account": account_id}) or ""


def claim_due(
    session: Session, *, now: dt.datetime, most: int, pauses: tuple[float, float]
) -> Sequence[AnyRow]:
    """Take payments about which the bank is to be asked, and put them off for a growing while."""
    first, longest = pauses
    values = {"now": now, "most": most, "first_pause": first, "longest_pause": longest}
    return session.execute(_CLAIM, values).all()


def record(session: Session, **values: object) -> None:
    """Add an event to a payment's history."""
    session.execute(insert(OnlinePaymentEvent).values(**values).inline())


def latest(session: Session, *, status: str | None, most: int) -> Sequence[AnyRow]:
    """Return the latest payments, of one status or of all, with what the bank said last."""
    return session.execute(_LATEST, {"status": status, "most": most}).all()


def account_of(session: Session, *, payment_id: UUID) -> int | None:
    """Return whose payment one is; None where there is no such payment."""
    return session.scalar(_ACCOUNT_OF, {"key": payment_id})
