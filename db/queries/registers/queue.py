"""Rows of registers that wait for a person, and what one decides."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    House,
    Organization,
    Premise,
    Register,
    RegisterFormat,
    RegisterPart,
    RegisterRow,
    ServiceGroup,
)

_WAITING = (
    select(
        RegisterRow,
        Register.registry_no,
        Register.registry_on,
        Organization.name.label("organization"),
        func.count().over().label("all_waiting"),
        func.sum(RegisterRow.amount).over().label("all_amount"),
    )
    .outerjoin(Register, Register.id == RegisterRow.register_id)
    .outerjoin(Organization, Organization.id == RegisterRow.organization_id)
    .where(RegisterRow.status == "unmatched")
    .order_by(RegisterRow.register_id, RegisterRow.line)
    .limit(bindparam("limit"))
)
_OF_ORGANIZATION = _WAITING.where(RegisterRow.organization_id == bindparam("organization"))
_SUGGESTED = (
    select(
        Account.id,
        Account.number,
        Account.organization_id,
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
    )
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .where(
        or_(
            Account.id == any_(bindparam("accounts", type_=ARRAY(BigInteger))),
            Account.number == any_(bindparam("numbers", type_=ARRAY(Text))),
        )
    )
    .order_by(Account.id)
)
_ONE = (
    select(RegisterRow, RegisterFormat.is_acquirer)
    .join(Register, Register.id == RegisterRow.register_id)
    .join(RegisterFormat, RegisterFormat.code == Register.format_code)
    .where(RegisterRow.register_id == bindparam("register"), RegisterRow.line == bindparam("line"))
    .with_for_update(of=RegisterRow)
)
_ACCOUNT = select(Account.id, Account.sender_id, Account.number, Account.organization_id).where(
    Account.number == bindparam("number")
)
_SPLIT = (
    select(ServiceGroup.name, RegisterPart.amount)
    .join(ServiceGroup, ServiceGroup.id == RegisterPart.group_id)
    .where(
        RegisterPart.account_id == bindparam("account"),
        RegisterPart.register_id == bindparam("register"),
        RegisterPart.line == bindparam("line"),
    )
    .order_by(ServiceGroup.sort, ServiceGroup.name)
)


def waiting(session: Session, *, organization_id: int | None, limit: int) -> Sequence[AnyRow]:
    """Return rows that wait, the oldest first; of one organisation, or of all for None."""
    if organization_id is None:
        return session.execute(_WAITING, {"limit": limit}).all()
    values = {"organization": organization_id, "limit": limit}
    return session.execute(_OF_ORGANIZATION, values).all()


def suggested(
    session: Session, *, accounts: Collection[int], numbers: Collection[str]
) -> Sequence[AnyRow]:
    """Return accounts by key or number, each with its address; the operator's."""
    values = {"accounts": list(accounts), "numbers": list(numbers)}
    return session.execute(_SUGGESTED, values).all()


def one(session: Session, *, register_id: int, line: int) -> AnyRow | None:
    """Return a row, locked, and whether its register is the acquirer's; None if there is none."""
    return session.execute(_ONE, {"register": register_id, "line": line}).one_or_none()


def accounts(session: Session, *, number: str) -> Sequence[AnyRow]:
    """Return every account of a number."""
    return session.execute(_ACCOUNT, {"number": number}).all()


def add_parts(session: Session, *, parts: Sequence[tuple[int, int, int, int, object]]) -> None:
    """Write the split of a row: account, register, line, group and amount."""
    names = ("account_id", "register_id", "line", "group_id", "amount")
    rows = [{**dict(zip(names, part, strict=True)), "is_carried": False} for part in parts]
    if rows:
        session.execute(insert(RegisterPart), rows)


def decide(
    session: Session,
    row: RegisterRow,
    *,
    status: str,
    account_id: int | None,
    payment_id: int | None,
    login_id: int,
    now: dt.datetime,
) -> None:
    """Say what became of a row that waited; whom the bank named is forgotten."""
    session.execute(
        update(RegisterRow)
        .where(RegisterRow.register_id == row.register_id, RegisterRow.line == row.line)
        .values(
            status=status,
            reason=None,
            account_id=account_id,
            payment_id=payment_id,
            payer=None,
            decided_by=login_id,
            decided_at=now,
        )
    )


def stage(session: Session, row: RegisterRow, *, reason: str, account_id: int) -> None:
    """Give a row that waits another reason, and the account that it seems to be for."""
    session.execute(
        update(RegisterRow)
        .where(RegisterRow.register_id == row.register_id, RegisterRow.line == row.line)
        .values(reason=reason, account_id=account_id)
    )


def split(session: Session, *, account_id: int, register_id: int, line: int) -> Sequence[AnyRow]:
    """Return the groups that a row went to, in the order of the bill."""
    values = {"account": account_id, "register": register_id, "line": line}
    return session.execute(_SPLIT, values).all()
