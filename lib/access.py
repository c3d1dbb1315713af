"""Who acts, and what each role may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from db.session import DatabaseRole, Viewer
from lib.errors import PortalError


class Role(StrEnum):
    """What a login is for."""

    RESIDENT = "resident"
    STAFF = "staff"
    ANALYST = "analyst"
    ADMIN = "admin"


class Permission(StrEnum):
    """What may be done, ``resource:action``, in alphabetic order.

    Screens and services name the permission, never the role.
    """

    ACCOUNT_REQUESTS_DECIDE = "account_requests:decide"
    ACCOUNTS_ATTACH = "accounts:attach"
    ACCOUNTS_OPEN = "accounts:open"
    ACCOUNTS_READ = "accounts:read"
    APPEALS_ANSWER = "appeals:answer"
    APPEALS_READ = "appeals:read"
    APPEALS_WRITE = "appeals:write"
    AUDIT_READ = "audit:read"
    CHARGES_READ = "charges:read"
    EXCHANGE_MANAGE = "exchange:manage"
    MISTAKES_DECIDE = "mistakes:decide"
    NEWS_READ = "news:read"
    NEWS_WRITE = "news:write"
    ORGANIZATIONS_READ = "organizations:read"
    PAID_SERVICES_MANAGE = "paid_services:manage"
    PAID_SERVICES_ORDER = "paid_services:order"
    PAYMENTS_MAKE = "payments:make"
    PAYMENTS_READ = "payments:read"
    PEOPLE_MANAGE = "people:manage"
    PROFILE_MANAGE = "profile:manage"
    READINGS_REVIEW = "readings:review"
    READINGS_SUBMIT = "readings:submit"
    RECEIPTS_READ = "receipts:read"


_GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.RESIDENT: frozenset(
        {
            Permission.ACCOUNTS_ATTACH,
            Permission.ACCOUNTS_READ,
            Permission.APPEALS_READ,
            Permission.APPEALS_WRITE,
            Permission.CHARGES_READ,
            Permission.NEWS_READ,
            Permission.ORGANIZATIONS_READ,
            Permission.PAID_SERVICES_ORDER,
            Permission.PAYMENTS_READ,
            Permission.PAYMENTS_MAKE,
            Permission.PROFILE_MANAGE,
            Permission.READINGS_SUBMIT,
            Permission.RECEIPTS_READ,
        }
    ),
    Role.STAFF: frozenset(
        {
            Permission.ACCOUNT_REQUESTS_DECIDE,
            Permission.ACCOUNTS_OPEN,
            Permission.APPEALS_ANSWER,
            Permission.APPEALS_READ,
            Permission.EXCHANGE_MANAGE,
            Permission.MISTAKES_DECIDE,
            Permission.NEWS_WRITE,
            Permission.PAID_SERVICES_MANAGE,
            Permission.PROFILE_MANAGE,
            Permission.READINGS_REVIEW,
        }
    ),
    Role.ANALYST: frozenset({Permission.PROFILE_MANAGE}),
    Role.ADMIN: frozenset(
        {
            Permission.AUDIT_READ,
            Permission.EXCHANGE_MANAGE,
            Permission.MISTAKES_DECIDE,
            Permission.PEOPLE_MANAGE,
            Permission.PROFILE_MANAGE,
        }
    ),
}


class AccessDenied(PortalError):
    """The actor may not do this, or the thing is not theirs: strangers learn nothing more."""

    def __init__(self) -> None:
        super().__init__("Страница не найдена.")


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, as the database knew them when this run began.

    Attributes:
        login_id: the login.
        username: the name typed at sign-in.
        first_name: how the portal greets them.
        full_name: surname, first name and patronymic.
        role: what the login is for.
        organization: name of the organisation a member of staff belongs to.
        organization_id: that organisation's key.
        accounts: keys of the accounts the login may see.
    """

    login_id: int
    username: str
    first_name: str
    full_name: str
    role: Role
    organization: str | None = None
    organization_id: int | None = None
    accounts: tuple[int, ...] = ()

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor's role has ``permission``."""
        return permission in _GRANTS[self.role]

    def demand(self, permission: Permission) -> None:
        """Raise AccessDenied unless the actor's role has ``permission``."""
        if not self.may(permission):
            raise AccessDenied

    def demand_account(self, account_id: int) -> None:
        """Raise AccessDenied unless ``account_id`` is one of the actor's accounts."""
        if account_id not in self.accounts:
            raise AccessDenied

    def demand_organization(self) -> int:
        """Return the organisation the actor works for; raise AccessDenied without one."""
        if self.organization_id is None:
            raise AccessDenied
        return self.organization_id

    @property
    def viewer(self) -> Viewer:
        """Return the actor as row security sees them."""
        role = DatabaseRole.ANALYST if self.role is Role.ANALYST else DatabaseRole.APP
        return Viewer(role, self.login_id, self.accounts, self.organization_id)

    @property
    def owner(self) -> Viewer:
        """Return the actor as the owner of their profile's rows: whoever signs in has some."""
        return Viewer(DatabaseRole.APP, self.login_id, self.accounts)
