"""The roles in the database: made by the owner, with passwords that nobody has to keep."""

import hashlib
import hmac
from collections.abc import Mapping

from psycopg import sql
from sqlalchemy import Connection, make_url

from db.session import DatabaseRole

# who draws screens: the same few statements for ever, each for a handful of rows. Planning one
# over the partitions of two years takes longer than running it, so it is planned once.
_SCREENS = (DatabaseRole.APP, DatabaseRole.GATE)
MADE = (DatabaseRole.APP, DatabaseRole.GATE, DatabaseRole.OPERATOR, DatabaseRole.ANALYST)


def password(*, role: DatabaseRole, secret: str) -> str:
    """Derive a role's password from the portal's secret (HMAC-SHA-256, hexadecimal)."""
    return hmac.new(secret.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def url(*, owner_url: str, role: DatabaseRole, secret: str) -> str:
    """Return the connection of ``role`` to the owner's database."""
    made = make_url(owner_url).set(
        username=role.database_name, password=password(role=role, secret=secret)
    )
    return made.render_as_string(hide_password=False)


def ensure(connection: Connection, *, secret: str) -> None:
    """Make the roles that are missing and set their passwords; run by the owner.

    Several starts at once are kept apart by an advisory lock: roles belong to the
    whole server, so two migrations of two databases may meet here.
    """
    cursor = connection.connection.cursor()
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kabinet roles'))")
    for statement in statements(secret={role: password(role=role, secret=secret) for role in MADE}):
        cursor.execute(statement)


def statements(*, secret: Mapping[DatabaseRole, str]) -> list[sql.Composed]:
    """Return the SQL that makes each role and gives it its password."""
    made = []
    for role, word in secret.items():
        name = role.database_name
        made.append(
            sql.SQL(
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal}) "
                "THEN CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; "
                "END IF; END $$"
            ).format(literal=sql.Literal(name), name=sql.Identifier(name))
        )
        made.append(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(word))
        )
        if role in _SCREENS:
            made.append(
                sql.SQL("ALTER ROLE {} SET plan_cache_mode = force_generic_plan").format(
                    sql.Identifier(name)
                )
            )
    return made
