"""Attaching an account: whoever knows its last payment, or holds its receipt, may see it.

A wrong answer is one sentence, whatever was wrong, and is committed before it is said.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from db import session as database
from db.base import AnyRow
from db.queries.accounts import attachments as queries
from lib import clock
from lib.access import Actor, Permission
from lib.domain import typed
from lib.errors import PortalError
from lib.mail import account_letters, outbox
from lib.services import attempts, captchas
from lib.services.accounts._attach_limits import EarlierTries, Way
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
    """Something is wrong; what, and whether there is such an account, nobody is told."""

    def __init__(self, way: Way) -> None:
        super().__init__(f"Данные не подтверждены. Проверьте адрес, {_HINTS[way]}")


@dataclass(frozen=True, slots=True)
class CaptchaAnswer:
    """What was typed from a captcha, and in which browser."""

    key: str
    visit: str
    answer: str


@dataclass(frozen=True, slots=True)
class _Try:
    """One try: who says what about which account, and where from.

    Attributes:
        paid: day and sum of the payment that they say they made.
        period: the month of the receipt whose code they typed; None if it is none's.
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
        """Return what is tried: the account, whether or not there is one."""
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
    """Attach the account of whoever knows a payment of its last three months that have any.

    Args:
        actor: who asks; needs ``accounts:attach``.
        claim: which account.
        paid_on: the day of the payment as typed: «18.09.2014».
        amount: its sum as typed: «1 234,56».
        captcha: the answer to the captcha.
        address: the client's address.

    Raises:
        AccessDenied: no permission.
        PortalError: something was left out, the captcha is wrong, there were too many
            tries, the data are not confirmed, or the account is attached already.
    """
    actor.demand(Permission.ACCOUNTS_ATTACH)
    named = clean_claim(claim)
    paid = (typed.parse_day(paid_on), typed.parse_money(amount))
    _settle(_Try(actor, named, Way.PAYMENT, captcha, address, paid=paid))


def attach_by_code(
    *, actor: Actor, claim: Claim, code: str, captcha: CaptchaAnswer, address: str
) -> None:
    """Attach the account of whoever holds its latest receipt, once a receipt.

    Raises:
        AccessDenied: no permission.
        PortalError: as ``attach_by_payment``.
    """
    actor.demand(Permission.ACCOUNTS_ATTACH)
    named = clean_claim(claim)
    if not code.strip() or len(code) > _LONGEST_CODE:
        raise ClaimRefused("Введите код из квитанции: десять букв.")
    period = receipt_codes.month_of(premise_id=named.premise_id, number=named.number, typed=code)
    _settle(_Try(actor, named, Way.CODE, captcha, address, period=period))


def _settle(tried: _Try) -> None:
    """Judge one try, alone; what it was is committed before a refusal is raised."""
    with database.transaction(database.GATE) as session:
        refusal = _judge(session, tried, now=clock.now())
    if refusal is not None:
        raise refusal


def _judge(session: Session, tried: _Try, *, now: dt.datetime) -> PortalError | None:
    earlier = EarlierTries(
        session,
        way=tried.way,
        login_id=tried.actor.login_id,
        subject=tried.subject,
        address=tried.address,
        now=now,
    )
    if earlier.is_repeated:
        return None
    answer = tried.captcha
    if not captchas.use_captcha(session, key=answer.key, visit=answer.visit, answer=answer.answer):
        return CaptchaRefused()
    return earlier.refusal or _attach(session, tried, now=now)


def _attach(session: Session, tried: _Try, *, now: dt.datetime) -> PortalError | None:
    account_id = _proved(session, tried)
    if account_id is None:
        return _failed(session, tried)
    holders = queries.list_holders(session, account_id=account_id, now=now)
    if any(holder.login_id == tried.actor.login_id for holder in holders):
        return AlreadyAttached()
    if not _unused(session, tried, account_id=account_id, now=now):
        return _failed(session, tried)
    queries.grant_access(session, login_id=tried.actor.login_id, account_id=account_id, now=now)
    _record(session, tried, action=Action.ACCOUNT_ATTACHED, account_id=account_id)
    notify_holders(session, holders=holders, number=tried.claim.number)
    return None


def notify_holders(session: Session, *, holders: Sequence[AnyRow], number: str) -> None:
    """Tell the logins that had the account before, in the caller's transaction."""
    for holder in holders:
        letter = account_letters.write_attached_by_another(name=holder.first_name, number=number)
        outbox.post_letter(session, recipient=holder.email, letter=letter)


def _proved(session: Session, tried: _Try) -> int | None:
    claim = tried.claim
    if tried.paid is not None:
        paid_on, amount = tried.paid
        return queries.find_account_by_payment(
            session,
            organization_id=claim.organization_id,
            premise_id=claim.premise_id,
            number=claim.number,
            paid_on=paid_on,
            amount=amount,
        )
    if tried.period is None:
        return None
    return queries.find_account_by_receipt(
        session,
        organization_id=claim.organization_id,
        premise_id=claim.premise_id,
        number=claim.number,
        period=tried.period,
    )


def _unused(session: Session, tried: _Try, *, account_id: int, now: dt.datetime) -> bool:
    """Use up the receipt's code, where it is a code that was typed."""
    return tried.period is None or queries.use_code(
        session,
        account_id=account_id,
        period=tried.period,
        login_id=tried.actor.login_id,
        now=now,
    )


def _failed(session: Session, tried: _Try) -> NotConfirmed:
    _record(session, tried, action=Action.ATTACH_FAILED)
    return NotConfirmed(tried.way)


def _record(
    session: Session, tried: _Try, *, action: Action, account_id: int | None = None
) -> None:
    attempts.record_attempt(
        session,
        kind=tried.way.kind,
        subject=tried.subject,
        address=tried.address,
        login_id=tried.actor.login_id,
        succeeded=action is Action.ACCOUNT_ATTACHED,
    )
    trail.record_event(
        session,
        action=action,
        actor=tried.actor,
        account_id=account_id,
        organization_id=tried.claim.organization_id,
        address=tried.address,
        way=tried.way.value,
    )
