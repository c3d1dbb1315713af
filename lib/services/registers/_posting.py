"""Post one payment of a register by hand: it is paired or spread as in an import."""

from collections.abc import Sequence
from functools import partial

import polars as pl
from sqlalchemy.orm import Session

from db.queries.registers import decisions as queries
from db.queries.registers import portal as portal_queries
from db.queries.registers.decisions import AccountRow, LockedRow, NewPart
from db.queries.registers.portal import PortalPayment
from lib import clock
from lib.access import Actor
from lib.domain.registers.reason import Reason
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.registers import _debts, _spreading, pairing
from lib.services.registers._reasons import is_settled
from lib.services.registers._rows import make_frame
from lib.services.registers.pairing import Pairing


class DecisionRefused(PortalError):
    """The payment cannot be posted to this account, or not by hand."""


def find_refusal(session: Session, row: LockedRow) -> PortalError | None:
    """Return why a payment must not be posted by hand; None if it may be."""
    if row.amount <= 0:
        return DecisionRefused("Сумма не больше нуля: провести её нельзя. Нажмите «Не проводить».")
    payments = _list_portal_payments(session, row)
    if all(is_settled(payment, row.amount) for payment in payments):
        return None
    return DecisionRefused(
        "Портал знает этот платёж, но банк его ещё не подтвердил или сумма другая. "
        "Подождите подтверждения: долг уменьшится сам."
    )


def post_row(
    session: Session,
    actor: Actor,
    row: LockedRow,
    account: AccountRow,
    *,
    request_key: str,
    address: str,
) -> PortalError | None:
    """Post a payment to an account; return the refusal if it has to wait for another reason."""
    decide = partial(record_decision, session, actor, row, request_key=request_key)
    payments = _list_portal_payments(session, row)
    if any(is_settled(payment, row.amount) for payment in payments):
        # the bank has confirmed it and the portal counts it, whatever it waited for
        decide(status="known", account_id=account.id)
    else:
        payment = make_frame(
            row._asdict() | {"account_id": account.id, "sender_id": account.sender_id}
        )
        paired = _find_pairing(session, row, account, payment)
        if paired.unclear:
            queries.change_reason(
                session,
                register_id=row.register_id,
                line=row.line,
                reason=Reason.SEVERAL_CANDIDATES,
                account_id=account.id,
            )
            return DecisionRefused(
                "На этом счёте есть похожие платежи из биллинга: возможно, этот уже учтён. Если "
                "нет, нажмите «Провести» ещё раз, если учтён – «Не проводить»."
            )
        payment_id = paired.links.get((row.register_id, row.line))
        if payment_id is None:
            _spread(session, payment)
        decide(status="posted", account_id=account.id, payment_id=payment_id)
    record_event(session, actor, row, Action.REGISTER_ROW_MATCHED, address, account_id=account.id)
    return None


def _list_portal_payments(session: Session, row: LockedRow) -> Sequence[PortalPayment]:
    """Return the payments made in the portal that a row of the acquirer's register can be."""
    if not row.is_acquirer or row.reference is None:
        return ()
    return portal_queries.list_portal_payments(session, references=[row.reference])


def _find_pairing(
    session: Session, row: LockedRow, account: AccountRow, payment: pl.DataFrame
) -> Pairing:
    """Look for the payment in billing; a repeated posting means that no candidate is right."""
    was_shown = row.reason == Reason.SEVERAL_CANDIDATES and row.account_id == account.id
    return Pairing() if was_shown else pairing.pair_rows(session, payment)


def _spread(session: Session, payment: pl.DataFrame) -> None:
    last = _debts.find_last_closed(session, payment.select("account_id", "sender_id"))
    parts = _spreading.spread_rows(session, payment, last)
    queries.add_parts(session, parts=[NewPart(*part) for part in parts.iter_rows()])


def record_decision(
    session: Session,
    actor: Actor,
    row: LockedRow,
    *,
    status: str,
    account_id: int | None,
    request_key: str,
    payment_id: int | None = None,
) -> None:
    """Record the outcome of a payment, and who decided it and when."""
    queries.record_decision(
        session,
        register_id=row.register_id,
        line=row.line,
        status=status,
        account_id=account_id,
        payment_id=payment_id,
        login_id=actor.login_id,
        request_key=request_key,
        now=clock.now(),
    )


def record_event(
    session: Session,
    actor: Actor,
    row: LockedRow,
    action: Action,
    address: str,
    *,
    account_id: int | None = None,
) -> None:
    """Write a decision to the audit log, in the transaction that makes it."""
    trail.record_event(
        session,
        action=action,
        actor=actor,
        account_id=account_id,
        organization_id=row.organization_id,
        address=address,
        register=row.register_id,
        line=row.line,
    )
