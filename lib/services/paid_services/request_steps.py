"""Steps of staff in requests for paid services: offer a price, complete, decline."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from db import session as database
from db.models import Appeal
from db.models import PaidRequest as OrderedService
from db.queries.paid_services import requests as queries
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.appeals.rules import EntryKind, Side, Status
from lib.errors import PortalError
from lib.services.appeals import desk_threads, steps, texts, versions
from lib.services.paid_services import requests
from lib.services.paid_services.price_list import HIGHEST_PRICE
from lib.services.paid_services.requests import PaidRequest

LONGEST_REASON = texts.LONGEST_REASON


class StepRefused(PortalError):
    """The request does not allow this step now."""


@dataclass(frozen=True, slots=True)
class Step:
    """The request of a step, as the screen showed it.

    Attributes:
        account_id: the request's account.
        appeal_id: the request.
        version: the version of the thread that the screen showed.
        request_key: one value for a rendered form, not for a click.
    """

    account_id: int
    appeal_id: int
    version: int
    request_key: str


def get_request(*, actor: Actor, account_id: int, appeal_id: int) -> PaidRequest:
    """Return a request that the actor's organisation answers.

    Raises:
        AccessDenied: no permission, no such request, or another organisation's.
    """
    actor.demand(Permission.PAID_SERVICES_MANAGE)
    organization_id = actor.demand_organization()
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        row = queries.find_request_for_staff(
            session, viewer=viewer, appeal_id=appeal_id, organization_id=organization_id
        )
    if row is None:
        raise AccessDenied
    return requests.make_request(row)


def offer_price(*, actor: Actor, step: Step, price: Decimal) -> None:
    """Offer a price; the price of the price list needs no consent of the resident.

    Raises:
        AccessDenied: no permission, no such request, or another organisation's.
        StepRefused: the price is agreed already, or it is out of range.
        AppealChanged: somebody else has changed the request.
    """
    actor.demand(Permission.PAID_SERVICES_MANAGE)
    if not 0 < price <= HIGHEST_PRICE:
        raise StepRefused(
            f"Укажите цену больше нуля и не больше {formats.format_money(HIGHEST_PRICE)} ₽."
        )
    with _lock(actor, step) as (session, appeal, ordered):
        if appeal.status == Status.AGREED and ordered.price == price:
            return  # the second of two clicks
        if appeal.status != Status.NEW:
            raise StepRefused("Цена уже согласована, изменить её нельзя.")
        ordered.offered = price
        if price != ordered.list_price:
            _add_price(session, appeal, actor, step, price)
            return
        ordered.price = price
        steps.change_status(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.STAFF,
            to=Status.AGREED,
            reason=f"Цена {formats.format_money(price)} ₽, как в прейскуранте. "
            "Заявку можно оплатить.",
            request_key=step.request_key,
        )


def complete_request(*, actor: Actor, step: Step) -> None:
    """Mark a request as done.

    Raises:
        AccessDenied: no permission, no such request, or another organisation's.
        StatusChangeRefused: no price was agreed.
        AppealChanged: somebody else has changed the request.
    """
    actor.demand(Permission.PAID_SERVICES_MANAGE)
    with _lock(actor, step) as (session, appeal, _):
        steps.change_status(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.STAFF,
            to=Status.COMPLETED,
            reason="Работа выполнена.",
            request_key=step.request_key,
        )


def decline_request(*, actor: Actor, step: Step, reason: str) -> None:
    """Decline a request with a reason; a paid request cannot be declined.

    Raises:
        AccessDenied: no permission, no such request, or another organisation's.
        TextRefused: the reason is empty or too long.
        StepRefused: it is paid, or a payment is under way.
        StatusChangeRefused: it is completed or closed.
        AppealChanged: somebody else has changed the request.
    """
    actor.demand(Permission.PAID_SERVICES_MANAGE)
    cleaned_reason = texts.demand_text(reason, longest=LONGEST_REASON)
    with _lock(actor, step) as (session, appeal, _):
        _refuse_paid(session, actor, step)
        steps.change_status(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.STAFF,
            to=Status.DECLINED,
            reason=cleaned_reason,
            request_key=step.request_key,
        )


@contextmanager
def _lock(actor: Actor, step: Step) -> Iterator[tuple[Session, Appeal, OrderedService]]:
    """Lock a request of the organisation and check the version that the form was rendered with."""
    with desk_threads.lock_thread(actor, step.account_id, step.appeal_id) as (session, appeal):
        ordered = queries.lock_request(
            session, account_id=step.account_id, appeal_id=step.appeal_id
        )
        if ordered is None:
            raise AccessDenied
        versions.demand_version(
            session, appeal=appeal, version=step.version, request_key=step.request_key
        )
        yield session, appeal, ordered


def _refuse_paid(session: Session, actor: Actor, step: Step) -> None:
    row = queries.find_request_for_staff(
        session,
        viewer=replace(actor.viewer, accounts=(step.account_id,)),
        appeal_id=step.appeal_id,
        organization_id=actor.demand_organization(),
    )
    if row is not None and row.paid > 0:
        raise StepRefused(
            "Заявка оплачена. Чтобы отклонить её, сначала попросите расчётный центр вернуть деньги."
        )
    if row is not None and row.is_disputed:
        raise StepRefused(
            "Банк взял с жителя другую сумму, расчётный центр разбирается. Пока деньги у банка, "
            "отклонить заявку нельзя."
        )
    if row is not None and row.waiting is not None:
        raise StepRefused("Житель сейчас оплачивает эту заявку. Повторите через полчаса.")


def _add_price(session: Session, appeal: Appeal, actor: Actor, step: Step, price: Decimal) -> None:
    steps.add_entry(
        session,
        appeal=appeal,
        actor=actor,
        side=Side.STAFF,
        kind=EntryKind.PRICE,
        text=f"Предлагаем цену {formats.format_money(price)} ₽.",
        request_key=step.request_key,
    )
