"""Attaching an account with its last payment or with the code of its receipt as the proof.

The refusal is the same sentence for every wrong value. The failed attempt is committed before
the refusal is raised.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from db import session as database
from db.queries.accounts import attachments as queries
from db.queries.accounts.attachments import HolderRow
from lib import clock
from lib.access import Actor, Permission
from lib.domain import typed
from lib.errors import PortalError
from lib.mail import account_letters, outbox
from lib.services import attempts, captchas
from lib.services.accounts._attach_limits import EarlierAttempts, Way
from lib.services.accounts.claims import AlreadyAttached, Claim, ClaimRefused, clean_claim
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.billing import receipt_codes
from lib.services.captchas import CaptchaRefused

_LONGEST_CODE = 40
_HINTS = {
    Way.PAYMENT: "номер лицевого счёта, дату и сумму последнего платежа — по квитанции или чеку. "
    "Если ничего не подходит, выберите другой способ: код с квитанции или фотографию документа.",
    Way.CODE: "номер лицевого счёта и код: он напечатан в последней квитанции и действует один "
    "раз. Если ничего не подходит, выберите другой способ: платёж или фотографию документа.",
}


class NotConfirmed(PortalError):
    """A value is wrong; the message does not tell which, nor whether the account exists."""

    def __init__(self, way: Way) -> None:
        super().__init__(f"Данные не подтверждены. Проверьте адрес, {_HINTS[way]}")


@dataclass(frozen=True, slots=True)
class CaptchaAnswer:
    """An answer to a captcha, with the browser visit it was given in."""

    key: str
    visit: str
    answer: str


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt to attach an account.

    Attributes:
        paid: day and sum of the claimed payment.
        period: month of the receipt whose code was typed; None if no receipt has this code.
    """

    actor: Actor
    claim: Claim
    way: Way
    captcha: CaptchaAnswer
    address: str
    paid: tuple[dt.date, Decimal] | None = None
    period: dt.date | None = None

    @property
    def subject(self) -> str:
        """Return the claimed account as text; it may not exist."""
        return f"{self.claim.premise_id}/{self.claim.number}"


def attach_by_payment(
    *,
    actor: Actor,
    claim: Claim,
    paid_on: str,
    amount: str,
    captcha: CaptchaAnswer,
    address: str,
) -> None:
    """Attach an account to the actor, who names a payment of its last three months with payments.

    Args:
        actor: needs ``accounts:attach``.
        claim: which account.
        paid_on: the day of the payment as typed: «18.09.2014».
        amount: its sum in roubles as typed: «1 234,56».
        captcha: the answer to the captcha.
        address: the client's address.

    Raises:
        AccessDenied: no permission.
        PortalError: a value is missing, the captcha is wrong, there were too many attempts,
            the data are not confirmed, or the account is attached already.
    """
    actor.demand(Permission.ACCOUNTS_ATTACH)
    cleaned = clean_claim(claim)
    paid = (typed.parse_day(paid_on), typed.parse_money(amount))
    _handle(_Attempt(actor, cleaned, Way.PAYMENT, captcha, address, paid=paid))


def attach_by_code(
    *, actor: Actor, claim: Claim, code: str, captcha: CaptchaAnswer, address: str
) -> None:
    """Attach an account to the actor, who types the code of its latest receipt; each works once.

    Raises:
        AccessDenied: no permission.
        PortalError: as ``attach_by_payment``.
    """
    actor.demand(Permission.ACCOUNTS_ATTACH)
    cleaned = clean_claim(claim)
    if not code.strip() or len(code) > _LONGEST_CODE:
        raise ClaimRefused("Введите код из квитанции: десять букв.")
    period = receipt_codes.find_month(
        premise_id=cleaned.premise_id, number=cleaned.number, typed=code
    )
    _handle(_Attempt(actor, cleaned, Way.CODE, captcha, address, period=period))


def _handle(attempt: _Attempt) -> None:
    """Handle one attempt; commit its record before raising a refusal."""
    with database.transaction(database.GATE) as session:
        refusal = _try_to_attach(session, attempt, now=clock.now())
    if refusal is not None:
        raise refusal


def _try_to_attach(session: Session, attempt: _Attempt, *, now: dt.datetime) -> PortalError | None:
    earlier = EarlierAttempts(
        session,
        way=attempt.way,
        login_id=attempt.actor.login_id,
        subject=attempt.subject,
        address=attempt.address,
        request_key=attempt.captcha.key,
        now=now,
    )
    if earlier.is_repeated:
        return None
    answer = attempt.captcha
    if not captchas.use_captcha(session, key=answer.key, visit=answer.visit, answer=answer.answer):
        return CaptchaRefused()
    return earlier.refusal or _attach(session, attempt, now=now)


def _attach(session: Session, attempt: _Attempt, *, now: dt.datetime) -> PortalError | None:
    account_id = _find_account(session, attempt)
    if account_id is None:
        return _record_failure(session, attempt)
    holders = queries.list_holders(session, account_id=account_id, now=now)
    if any(holder.login_id == attempt.actor.login_id for holder in holders):
        return AlreadyAttached()
    if not _use_code(session, attempt, account_id=account_id, now=now):
        return _record_failure(session, attempt)
    queries.grant_access(session, login_id=attempt.actor.login_id, account_id=account_id, now=now)
    _record(session, attempt, action=Action.ACCOUNT_ATTACHED, account_id=account_id)
    notify_holders(session, holders=holders, number=attempt.claim.number)
    return None


def notify_holders(session: Session, *, holders: Iterable[HolderRow], number: str) -> None:
    """Post letters to the logins that already had the account, in the caller's transaction."""
    for holder in holders:
        letter = account_letters.write_attached_by_another(name=holder.first_name, number=number)
        outbox.post_letter(session, recipient=holder.email, letter=letter)


def _find_account(session: Session, attempt: _Attempt) -> int | None:
    claim = attempt.claim
    if attempt.paid is not None:
        paid_on, amount = attempt.paid
        return queries.find_account_by_payment(
            session,
            organization_id=claim.organization_id,
            premise_id=claim.premise_id,
            number=claim.number,
            paid_on=paid_on,
            amount=amount,
        )
    if attempt.period is None:
        return None
    return queries.find_account_by_receipt(
        session,
        organization_id=claim.organization_id,
        premise_id=claim.premise_id,
        number=claim.number,
        period=attempt.period,
    )


def _use_code(session: Session, attempt: _Attempt, *, account_id: int, now: dt.datetime) -> bool:
    """Use up the receipt's code; False if it is used already. A payment needs no code."""
    return attempt.period is None or queries.use_code(
        session,
        account_id=account_id,
        period=attempt.period,
        login_id=attempt.actor.login_id,
        now=now,
    )


def _record_failure(session: Session, attempt: _Attempt) -> NotConfirmed:
    _record(session, attempt, action=Action.ATTACH_FAILED)
    return NotConfirmed(attempt.way)


def _record(
    session: Session, attempt: _Attempt, *, action: Action, account_id: int | None = None
) -> None:
    attempts.record_attempt(
        session,
        kind=attempt.way.kind,
        subject=attempt.subject,
        address=attempt.address,
        login_id=attempt.actor.login_id,
        succeeded=action is Action.ACCOUNT_ATTACHED,
        request_key=attempt.captcha.key,
    )
    trail.record_event(
        session,
        action=action,
        actor=attempt.actor,
        account_id=account_id,
        organization_id=attempt.claim.organization_id,
        address=attempt.address,
        way=attempt.way.value,
    )
