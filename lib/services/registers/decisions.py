"""Decisions of staff on payments of registers that nothing could post by itself."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db import session as database
from db.base import AnyRow
from db.models import RegisterRow
from db.queries.registers import queue as queries
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.errors import PortalError
from lib.services.accounts.claims import clean_number
from lib.services.audit.trail import Action
from lib.services.registers import _posting, pairing
from lib.services.registers._posting import DecisionRefused
from lib.services.registers.queue import scope

_SAME_CLICK = dt.timedelta(seconds=10)
_PATIENCE = "3s"
_LOCKED = "55P03"
_OUTCOMES = {
    "posted": "уже проведён",
    "known": "уже признан учтённым",
    "dismissed": "уже отклонён",
}


class AlreadyDecided(PortalError):
    """Somebody was faster."""

    def __init__(self, row: RegisterRow) -> None:
        when = f" {formats.moment(clock.local(row.decided_at))}" if row.decided_at else ""
        super().__init__(f"Платёж {_OUTCOMES[row.status]}{when}.")


class ExchangeBusy(PortalError):
    """A package or a register is being loaded."""

    def __init__(self) -> None:
        super().__init__("Сейчас идёт загрузка. Повторите через минуту: платёж не потеряется.")


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a payment.

    Attributes:
        number: of the account.
        split: names of the groups that it went to and how much each got; empty where billing
            or the portal had it already.
    """

    number: str
    split: tuple[tuple[str, Decimal], ...]

    @property
    def words(self) -> str:
        """Say it to the employee."""
        if not self.split:
            return f"Платёж уже учтён на счёте {self.number}: долг не изменился."
        parts = "; ".join(f"{group} {formats.money(amount)}" for group, amount in self.split)
        return f"Платёж проведён на счёт {self.number}: {parts}."


def post(*, actor: Actor, register_id: int, line: int, number: str, address: str) -> Posted:
    """Post a payment to an account of the actor's organisation; of any, for an administrator.

    Args:
        actor: who decides; needs ``exchange:manage``.
        register_id: key of the register.
        line: the payment's line there.
        number: the account's number.
        address: the client's address.

    Raises:
        AccessDenied: no permission, no such payment, or another organisation's.
        ClaimRefused: no number was given.
        DecisionRefused: it cannot be posted to that account, or not by hand.
        AlreadyDecided: somebody was faster.
        ExchangeBusy: a package or a register is being loaded.
    """
    actor.demand(Permission.EXCHANGE_MANAGE)
    known = clean_number(number)
    with _turn() as session:
        found = _found(session, actor, register_id, line)
        row, account = found.RegisterRow, _account(session, actor, known)
        if row.status != "unmatched":
            return _repeated(session, actor, row, account)
        is_acquirer = found.is_acquirer
        refusal = _posting.refusal(session, row, is_acquirer=is_acquirer)
        if refusal is None:
            refusal = _posting.settle(
                session, actor, row, account, address, is_acquirer=is_acquirer
            )
        if refusal is None:
            return _posted(session, row, account)
    # committed: what was found out is kept, though it cannot be posted
    raise refusal


def dismiss(*, actor: Actor, register_id: int, line: int, address: str) -> None:
    """Take a payment off the list without posting it: returned, or counted already.

    Raises:
        AccessDenied: no permission, no such payment, or another organisation's.
        AlreadyDecided: somebody was faster.
        ExchangeBusy: a package or a register is being loaded.
    """
    actor.demand(Permission.EXCHANGE_MANAGE)
    with _turn() as session:
        row = _found(session, actor, register_id, line).RegisterRow
        if row.status == "dismissed" and _is_same_click(row, actor):
            return
        if row.status != "unmatched":
            raise AlreadyDecided(row)
        _posting.decide(session, actor, row, status="dismissed", account_id=row.account_id)
        _posting.record(session, actor, row, Action.REGISTER_ROW_DISMISSED, address)


@contextmanager
def _turn() -> Iterator[Session]:
    """Begin, in turn with imports: what comes in at the same moment would not be recognised."""
    try:
        with database.transaction(database.OPERATOR) as session:
            session.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
            pairing.wait_for_turn(session)
            yield session
    except OperationalError as failure:
        if getattr(failure.orig, "sqlstate", None) == _LOCKED:
            raise ExchangeBusy from failure
        raise


def _found(session: Session, actor: Actor, register_id: int, line: int) -> AnyRow:
    found = queries.one(session, register_id=register_id, line=line)
    wanted = scope(actor)
    if found is None or wanted not in {None, found.RegisterRow.organization_id}:
        raise AccessDenied
    return found


def _account(session: Session, actor: Actor, number: str) -> AnyRow:
    wanted = scope(actor)
    found = [
        one
        for one in queries.accounts(session, number=number)
        if wanted in {None, one.organization_id}
    ]
    if not found:
        raise DecisionRefused("Счёта с таким номером нет. Проверьте номер.")
    if len(found) > 1:
        raise DecisionRefused(
            "Счетов с таким номером несколько: платёж проведёт сотрудник нужной организации."
        )
    return found[0]


def _repeated(session: Session, actor: Actor, row: RegisterRow, account: AnyRow) -> Posted:
    """Answer a double click as the first one; somebody else's decision is told."""
    if row.status == "posted" and row.account_id == account.id and _is_same_click(row, actor):
        return _posted(session, row, account)
    raise AlreadyDecided(row)


def _is_same_click(row: RegisterRow, actor: Actor) -> bool:
    if row.decided_by != actor.login_id or row.decided_at is None:
        return False
    return clock.now() - row.decided_at < _SAME_CLICK


def _posted(session: Session, row: RegisterRow, account: AnyRow) -> Posted:
    parts = queries.split(
        session, account_id=account.id, register_id=row.register_id, line=row.line
    )
    return Posted(account.number, tuple((part.name, part.amount) for part in parts))
