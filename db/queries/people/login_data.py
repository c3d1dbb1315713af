"""Everything that the portal keeps about a login, table by table.

Data of accounts are read as their holder sees them: under row security, only closed months.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from db.models import (
    Account,
    AccountAccess,
    AccountRequest,
    Accrual,
    AuditEvent,
    BillingPeriod,
    Consent,
    House,
    Login,
    LoginContact,
    Mistake,
    NewsRead,
    OnlinePayment,
    Organization,
    Payer,
    Payment,
    Premise,
    Recalculation,
    Service,
    ServiceGroup,
    Subscription,
    WebSession,
)
from db.queries import scope
from db.queries.people import _login_appeals, _login_meters, _login_views
from db.session import Viewer

_PORTION = 1_000
_supplier = aliased(Organization)
_login: BindParameter[int] = bindparam("login")
Table = Select[*tuple[Any, ...]]

# read in the gate's role
IDENTITY: Mapping[str, Table] = {
    "login": select(
        Login.username,
        Login.role,
        LoginContact.last_name,
        LoginContact.first_name,
        LoginContact.middle_name,
        LoginContact.email,
        Login.created_at,
        Login.activated_at,
    )
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.id == _login),
    "sessions": select(
        WebSession.opened_at,
        WebSession.expires_at,
        WebSession.ended_at,
        WebSession.address,
        WebSession.browser,
    )
    .where(WebSession.login_id == _login)
    .order_by(WebSession.opened_at),
    "consents": select(
        Consent.purpose,
        Consent.text_version,
        Consent.given_at,
        Consent.address,
        Consent.withdrawn_at,
    )
    .where(Consent.login_id == _login)
    .order_by(Consent.given_at),
}
# read in the holder's own role, under row security
OWN: Mapping[str, Table] = {
    "subscriptions": select(Subscription.purpose, Subscription.since)
    .where(Subscription.login_id == _login)
    .order_by(Subscription.purpose),
    "news_read": select(NewsRead.news_id, NewsRead.read_at)
    .where(NewsRead.login_id == _login)
    .order_by(NewsRead.read_at),
    "accesses": select(Account.number.label("account"), AccountAccess.level, AccountAccess.valid_to)
    .join(Account, Account.id == AccountAccess.account_id)
    .where(AccountAccess.login_id == _login)
    .order_by(Account.number),
    "requests": select(
        AccountRequest.account_number,
        Organization.name.label("organization"),
        AccountRequest.comment,
        AccountRequest.status,
        AccountRequest.reason,
        AccountRequest.requested_at,
        AccountRequest.decided_at,
    )
    .join(Organization, Organization.id == AccountRequest.organization_id)
    .where(AccountRequest.login_id == _login)
    .order_by(AccountRequest.requested_at),
    "accounts": select(
        Account.number.label("account"),
        Account.els,
        Organization.name.label("organization"),
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Account.area,
        Account.ownership,
        Account.registered,
        Account.residents,
        Payer.last_name,
        Payer.first_name,
        Payer.middle_name,
    )
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id == Account.organization_id)
    .outerjoin(Payer, Payer.account_id == Account.id)
    .where(scope.match_viewer(Account.id))
    .order_by(Account.number),
    "charges": select(
        Account.number.label("account"),
        Accrual.period,
        ServiceGroup.name.label("service_group"),
        Service.name.label("service"),
        Service.unit,
        _supplier.name.label("supplier"),
        Accrual.tariff,
        Accrual.volume_ind,
        Accrual.volume_common,
        Accrual.opening,
        Accrual.accrued,
        Accrual.coefficient_amount,
        Accrual.recalculation,
        Accrual.privilege,
        Accrual.penalty,
        Accrual.paid,
        Accrual.total,
        Accrual.closing,
    )
    .join(Account, Account.id == Accrual.account_id)
    .join(
        BillingPeriod,
        (BillingPeriod.sender_id == Account.sender_id)
        & (BillingPeriod.period == Accrual.period)
        & (BillingPeriod.status == "closed"),
    )
    .join(Service, Service.id == Accrual.service_id)
    .join(ServiceGroup, ServiceGroup.id == Service.group_id)
    .outerjoin(_supplier, _supplier.id == Accrual.supplier_organization_id)
    .where(scope.match_viewer(Accrual.account_id))
    .order_by(Account.number, Accrual.period, ServiceGroup.name, Service.name),
    "recalculations": select(
        Account.number.label("account"),
        Recalculation.period,
        Service.name.label("service"),
        Recalculation.for_period_from,
        Recalculation.for_period_to,
        Recalculation.reason,
        Recalculation.amount,
    )
    .join(Account, Account.id == Recalculation.account_id)
    .join(
        BillingPeriod,
        (BillingPeriod.sender_id == Account.sender_id)
        & (BillingPeriod.period == Recalculation.period)
        & (BillingPeriod.status == "closed"),
    )
    .join(Service, Service.id == Recalculation.service_id)
    .where(scope.match_viewer(Recalculation.account_id))
    .order_by(Account.number, Recalculation.period, Service.name),
    "payments": select(
        Account.number.label("account"),
        Payment.paid_on,
        Payment.posted_on,
        Payment.amount,
        Payment.period,
        Payment.channel,
        Payment.is_reversal,
    )
    .join(Account, Account.id == Payment.account_id)
    .where(scope.match_viewer(Payment.account_id))
    .order_by(Account.number, Payment.paid_on, Payment.id),
    "online_payments": select(Account.number.label("account"))
    .add_columns(OnlinePayment.created_at.label("opened_at"), OnlinePayment.paid_at)
    .add_columns(OnlinePayment.amount, OnlinePayment.fee, OnlinePayment.refunded)
    .add_columns(OnlinePayment.method, OnlinePayment.status)
    .join(Account, Account.id == OnlinePayment.account_id)
    .where(scope.match_viewer(OnlinePayment.account_id), OnlinePayment.login_id == _login)
    .order_by(Account.number, OnlinePayment.created_at),
    **_login_meters.TABLES,
    **_login_appeals.TABLES,
}
# read in the operator's role: events and reports, which the logins themselves may not read
LOGGED: Mapping[str, Table] = {
    "events": select(AuditEvent.happened_at, AuditEvent.action, AuditEvent.address)
    .where(AuditEvent.login_id == _login)
    .where(AuditEvent.action.in_(bindparam("actions", expanding=True)))
    .order_by(AuditEvent.happened_at),
    "mistakes": select(
        Mistake.reported_at,
        Mistake.screen,
        Mistake.selected,
        Mistake.comment,
        Mistake.status,
        Mistake.reason,
    )
    .where(Mistake.login_id == _login)
    .order_by(Mistake.reported_at),
    **_login_views.TABLES,
}


def read_rows(
    session: Session, statement: Table, *, viewer: Viewer, actions: Sequence[str] = ()
) -> Iterator[dict[str, object]]:
    """Yield a table's rows by column, as the viewer sees them; ``actions`` limits the events."""
    values = {"login": viewer.login, "actions": list(actions), **scope.bind_viewer(viewer)}
    found = session.execute(statement, values, execution_options={"yield_per": _PORTION})
    for row in found.mappings():
        yield dict(row)
