"""One payment of a register posted by hand: recognised or spread, as an import would."""

from collections.abc import Sequence

import polars as pl
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import RegisterRow
from db.queries.registers import matches
from db.queries.registers import queue as queries
from lib import clock
from lib.access import Actor
from lib.domain.registers.reason import Reason
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.registers import _debts, _spreading
from lib.services.registers import pairing as register_pairing
from lib.services.registers._finding import is_settled
from lib.services.registers._rows import RECEIVED, received
from lib.services.registers.pairing import Pairing


class DecisionRefused(PortalError):
    """The payment cannot be posted so."""


def refusal(session: Session, row: RegisterRow, *, is_acquirer: bool) -> PortalError | None:
    """Say why a payment is not for hands at all, if it is not."""
    if row.amount <= 0:
        return DecisionRefused("Сумма не больше нуля: провести её нельзя. Нажмите «Не проводить».")
    made = _made_here(session, row, is_acquirer=is_acquirer)
    if all(is_settled(one, row.amount) for one in made):
        return None
    return DecisionRefused(
        "Портал знает этот платёж, но банк его ещё не подтвердил или сумма другая. "
        "Подождите подтверждения: долг уменьшится сам."
    )


def settle(
    session: Session,
    actor: Actor,
    row: RegisterRow,
    account: AnyRow,
    address: str,
    *,
    is_acquirer: bool,
) -> PortalError | None:
    """Recognise or spread a payment; where it is unclear, leave it with that reason."""
    made = _made_here(session, row, is_acquirer=is_acquirer)
    if any(is_settled(one, row.amount) for one in made):
        # whatever it waits for: the bank has confirmed it, and the portal counts it
        decide(session, actor, row, status="known", account_id=account.id)
    else:
        payment = _received(row, account)
        pairing = _pairing(session, row, account, payment)
        if pairing.unclear:
            reason = Reason.SEVERAL_CANDIDATES
            queries.stage(session, row, reason=reason, account_id=account.id)
            return DecisionRefused(
                "На этом счёте есть похожие платежи из биллинга: возможно, этот уже учтён. Если "
                "нет, нажмите «Провести» ещё раз, если учтён – «Не проводить»."
            )
        payment_id = pairing.links.get((row.register_id, row.line))
        if payment_id is None:
            _spread(session, payment)
        decide(session, actor, row, status="posted", account_id=account.id, payment_id=payment_id)
    record(session, actor, row, Action.REGISTER_ROW_MATCHED, address, account_id=account.id)
    return None


def _made_here(session: Session, row: RegisterRow, *, is_acquirer: bool) -> Sequence[AnyRow]:
    """Return the portal's own payments that a row is; only its acquirer's rows can be such."""
    if not is_acquirer or row.reference is None:
        return ()
    return matches.online(session, references=[row.reference])


def _received(row: RegisterRow, account: AnyRow) -> pl.DataFrame:
    values = {name: getattr(row, name) for name in RECEIVED if name != "sender_id"}
    return received(values | {"account_id": account.id, "sender_id": account.sender_id})


def _pairing(session: Session, row: RegisterRow, account: AnyRow, payment: pl.DataFrame) -> Pairing:
    """Look for the payment at billing; who was shown the candidates has said it is none of them."""
    was_shown = row.reason == Reason.SEVERAL_CANDIDATES and row.account_id == account.id
    return Pairing() if was_shown else register_pairing.pair(session, payment)


def _spread(session: Session, payment: pl.DataFrame) -> None:
    last = _debts.last_closed(session, payment.select("account_id", "sender_id"))
    parts = _spreading.spread_rows(session, payment, last)
    queries.add_parts(session, parts=parts.rows())


def decide(
    session: Session,
    actor: Actor,
    row: RegisterRow,
    *,
    status: str,
    account_id: int | None,
    payment_id: int | None = None,
) -> None:
    """Say what became of a payment, by whom and when."""
    queries.decide(
        session,
        row,
        status=status,
        account_id=account_id,
        payment_id=payment_id,
        login_id=actor.login_id,
        now=clock.now(),
    )


def record(
    session: Session,
    actor: Actor,
    row: RegisterRow,
    action: Action,
    address: str,
    *,
    account_id: int | None = None,
) -> None:
    """Record the decision in the transaction that makes it."""
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
