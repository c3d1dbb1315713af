"""The actor of a request and the permissions of each role."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from db.session import DatabaseRole, Viewer
from lib.errors import PortalError


class Role(StrEnum):
    """The role of a login."""

    RESIDENT = "resident"
    STAFF = "staff"
    ANALYST = "analyst"
    ADMIN = "admin"


class Permission(StrEnum):
    """A permission ``resource:action``, in alphabetical order.

    Screens and services check a permission, never a role.
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
    INSIGHT_MANAGE = "insight:manage"
    INSIGHT_READ = "insight:read"
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
    Role.ANALYST: frozenset({Permission.INSIGHT_READ, Permission.PROFILE_MANAGE}),
    Role.ADMIN: frozenset(
        {
            Permission.AUDIT_READ,
            Permission.EXCHANGE_MANAGE,
            Permission.INSIGHT_MANAGE,
            Permission.MISTAKES_DECIDE,
            Permission.PEOPLE_MANAGE,
            Permission.PROFILE_MANAGE,
        }
    ),
}


class AccessDenied(PortalError):
    """The actor has no permission, or the object is not theirs; the message does not say which."""

    def __init__(self) -> None:
        super().__init__("Страница не найдена.")


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, as the database had them when this run began.

    Attributes:
        login_id: the login.
        username: the name for signing in.
        first_name: for the greeting.
        full_name: surname, first name and patronymic.
        role: the role of the login.
        organization: the name of the organisation that a member of staff works for.
        organization_id: the key of that organisation.
        accounts: keys of the accounts that the login has access to.
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
        """Tell whether the actor has a permission."""
        return permission in _GRANTS[self.role]

    def demand(self, permission: Permission) -> None:
        """Raise AccessDenied unless the actor has a permission."""
        if not self.may(permission):
            raise AccessDenied

    def demand_account(self, account_id: int) -> None:
        """Raise AccessDenied unless the account is one of the actor's accounts."""
        if account_id not in self.accounts:
            raise AccessDenied

    def demand_organization(self) -> int:
        """Return the key of the actor's organisation; raise AccessDenied if there is none."""
        if self.organization_id is None:
            raise AccessDenied
        return self.organization_id

    @property
    def viewer(self) -> Viewer:
        """Return the viewer for row security."""
        role = DatabaseRole.ANALYST if self.role is Role.ANALYST else DatabaseRole.APP
        return Viewer(role, self.login_id, self.accounts, self.organization_id)

    @property
    def owner(self) -> Viewer:
        """Return the viewer for the rows of the actor's own profile, which every login has."""
        return Viewer(DatabaseRole.APP, self.login_id, self.accounts)
