"""Decisions of staff on payments of registers that could not be posted automatically."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db import session as database
from db.queries.registers import decisions as queries
from db.queries.registers import pairing as pairing_queries
from db.queries.registers.decisions import AccountRow, LockedRow
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.errors import PortalError
from lib.services.accounts.claims import clean_number
from lib.services.audit.trail import Action
from lib.services.decisions import AlreadyDecided, Decision, is_open
from lib.services.registers import _posting
from lib.services.registers._posting import DecisionRefused
from lib.services.registers.queue import get_scope

_LOCK_TIMEOUT = dt.timedelta(seconds=3)
_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's error (SQLSTATE)
_OUTCOMES = {
    "posted": "уже проведён",
    "known": "уже признан учтённым",
    "dismissed": "уже отклонён",
}


class ExchangeBusy(PortalError):
    """A package or a register is being imported."""

    def __init__(self) -> None:
        super().__init__("Сейчас идёт загрузка. Повторите через минуту: платёж не потеряется.")


@dataclass(frozen=True, slots=True)
class Posted:
    """A payment that was posted.

    Attributes:
        number: the account's number.
        split: names of the groups that it went to, and what each got; empty if billing
            or the portal had counted it before.
    """

    number: str
    split: tuple[tuple[str, Decimal], ...]

    @property
    def sentence(self) -> str:
        """Return the outcome in words, for the employee."""
        if not self.split:
            return f"Платёж уже учтён на счёте {self.number}: долг не изменился."
        parts = "; ".join(f"{group} {formats.format_money(amount)}" for group, amount in self.split)
        return f"Платёж проведён на счёт {self.number}: {parts}."


def post_payment(
    *, actor: Actor, register_id: int, line: int, number: str, request_key: str, address: str
) -> Posted:
    """Post a payment to an account of the actor's organisation; an administrator, to any.

    Args:
        actor: needs ``exchange:manage``.
        register_id: key of the register.
        line: the payment's line there.
        number: the account's number.
        request_key: one value for each rendered form; the same form posts once.
        address: the client's IP address.

    Raises:
        AccessDenied: the actor has no permission, or the payment is of another organisation.
        ClaimRefused: the number is empty.
        DecisionRefused: it cannot be posted to that account, or not by hand.
        AlreadyDecided: the payment was decided on before.
        ExchangeBusy: a package or a register is being imported.
    """
    actor.demand(Permission.EXCHANGE_MANAGE)
    cleaned_number = clean_number(number)
    with _exchange_lock() as session:
        row = _lock_row(session, actor, register_id, line)
        account = _get_account(session, actor, cleaned_number)
        decision = _find_decision(row)
        if not is_open(decision, request_key=request_key):
            if row.account_id != account.id:  # the number was changed after the first click
                raise AlreadyDecided(decision.outcome or "", decision.decided_at)
            return _make_posted(session, row, account)
        refusal = _posting.find_refusal(session, row)
        if refusal is None:
            refusal = _posting.post_row(
                session, actor, row, account, request_key=request_key, address=address
            )
        if refusal is None:
            return _make_posted(session, row, account)
    # after the commit: the new reason why the payment waits is kept
    raise refusal


def dismiss_payment(
    *, actor: Actor, register_id: int, line: int, request_key: str, address: str
) -> None:
    """Take a payment off the list without posting it: it was returned, or counts already.

    Raises:
        AccessDenied: the actor has no permission, or the payment is of another organisation.
        AlreadyDecided: the payment was decided on before.
        ExchangeBusy: a package or a register is being imported.
    """
    actor.demand(Permission.EXCHANGE_MANAGE)
    with _exchange_lock() as session:
        row = _lock_row(session, actor, register_id, line)
        if not is_open(_find_decision(row), request_key=request_key):
            return
        _posting.record_decision(
            session,
            actor,
            row,
            status="dismissed",
            account_id=row.account_id,
            request_key=request_key,
        )
        _posting.record_event(session, actor, row, Action.REGISTER_ROW_DISMISSED, address)


@contextmanager
def _exchange_lock() -> Iterator[Session]:
    """Begin a transaction while no import runs: an import could bring the same payment."""
    try:
        with database.transaction(database.OPERATOR) as session:
            pairing_queries.lock_imports(session, timeout=_LOCK_TIMEOUT)
            yield session
    except OperationalError as failure:
        if getattr(failure.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise ExchangeBusy from failure
        raise


def _lock_row(session: Session, actor: Actor, register_id: int, line: int) -> LockedRow:
    row = queries.lock_row(session, register_id=register_id, line=line)
    scope = get_scope(actor)
    if row is None or scope not in {None, row.organization_id}:
        raise AccessDenied
    return row


def _get_account(session: Session, actor: Actor, number: str) -> AccountRow:
    scope = get_scope(actor)
    found = [
        account
        for account in queries.list_accounts(session, number=number)
        if scope in {None, account.organization_id}
    ]
    if not found:
        raise DecisionRefused("Счёта с таким номером нет. Проверьте номер.")
    if len(found) > 1:
        raise DecisionRefused(
            "Счетов с таким номером несколько: платёж проведёт сотрудник нужной организации."
        )
    return found[0]


def _find_decision(row: LockedRow) -> Decision:
    outcome = _OUTCOMES.get(row.status)
    words = f"Платёж {outcome}" if outcome else None
    return Decision(words, row.decided_at, row.decision_key)


def _make_posted(session: Session, row: LockedRow, account: AccountRow) -> Posted:
    parts = queries.list_parts(
        session, account_id=account.id, register_id=row.register_id, line=row.line
    )
    return Posted(account.number, tuple((part.name, part.amount) for part in parts))
