"""The database roles: created by the owner, with passwords derived from the secret."""

import hashlib
import hmac
from collections.abc import Mapping

from psycopg import errors, sql
from sqlalchemy import Connection, make_url

from db.session import DatabaseRole

# The role of screens runs the same few statements, each for a few rows. Planning one over
# the partitions of two years takes longer than running it, so it is planned only once.
_SCREENS = (DatabaseRole.APP, DatabaseRole.GATE)
_ATTEMPTS = 20
MADE = (DatabaseRole.APP, DatabaseRole.GATE, DatabaseRole.OPERATOR, DatabaseRole.ANALYST)


def derive_password(*, role: DatabaseRole, secret: str) -> str:
    """Derive a role's password from the portal's secret (HMAC-SHA-256, hexadecimal)."""
    return hmac.new(secret.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def compose_url(*, owner_url: str, role: DatabaseRole, secret: str) -> str:
    """Return the connection of ``role`` to the owner's database."""
    url = make_url(owner_url).set(
        username=role.database_name, password=derive_password(role=role, secret=secret)
    )
    return url.render_as_string(hide_password=False)


def create_roles(connection: Connection, *, secret: str) -> None:
    """Create the missing roles and set their passwords; run by the owner in a transaction.

    Roles belong to the whole server. While another database of it is migrated, a statement waits
    for that transaction and fails when it commits, so it is tried again.
    """
    passwords = {role: derive_password(role=role, secret=secret) for role in MADE}
    for statement in compose_statements(secret=passwords):
        for attempt in range(_ATTEMPTS):
            try:
                with connection.begin_nested():
                    connection.connection.cursor().execute(statement)
                break
            except (errors.InternalError_, errors.UniqueViolation, errors.DuplicateObject):
                if attempt == _ATTEMPTS - 1:
                    raise


def compose_statements(*, secret: Mapping[DatabaseRole, str]) -> list[sql.Composed]:
    """Return the SQL statements that create each role and set its password."""
    statements = []
    for role, password in secret.items():
        name = role.database_name
        statements.append(
            sql.SQL(
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal}) "
                "THEN CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; "
                "END IF; END $$"
            ).format(literal=sql.Literal(name), name=sql.Identifier(name))
        )
        statements.append(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
        )
        if role in _SCREENS:
            statements.append(
                sql.SQL("ALTER ROLE {} SET plan_cache_mode = force_generic_plan").format(
                    sql.Identifier(name)
                )
            )
    return statements
