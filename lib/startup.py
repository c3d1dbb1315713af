"""Connect a process, web server, command or test, to the database and migrate it."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

import db.migrations
from db import roles, session
from db.embedded import EmbeddedServer
from db.session import DatabaseRole
from lib import config
from lib.config import Settings
from lib.errors import PortalError
from lib.secret import get_secret

_OLDEST_SERVER = 17
_WATCH_SECONDS = 1
_DATABASE = "kabinet"
_UNMIGRATED = "База не приведена к этой версии портала: выполните команду «kabinet migrate»."
_servers: list[EmbeddedServer] = []


class DatabaseRefused(PortalError):
    """The database server or its schema does not fit this version of the portal."""


def connect() -> None:
    """Connect all roles to the database; without a configured one, start the embedded server.

    Raises:
        PortalError: settings are wrong, or the server does not answer or is too old.
    """
    if session.is_bound():
        return
    settings = config.get_settings()
    urls = _make_server_urls(settings) if settings.database_url else _make_embedded_urls(settings)
    _refuse_old_server(urls[DatabaseRole.OWNER])
    session.bind({role: session.create_pool(url) for role, url in urls.items()})


def disconnect() -> None:
    """Detach from the embedded server; the last process stops it."""
    session.bind({})
    while _servers:
        _servers.pop().detach()


def revive() -> None:
    """Start the embedded server again if it has stopped; do nothing if there is none."""
    for server in _servers:
        server.ensure_running()


async def watch() -> None:
    """Start the embedded server again whenever it dies, until cancelled."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        await asyncio.to_thread(revive)


def migrate() -> None:
    """Migrate the schema and create the roles of this version; run by the owner.

    Raises:
        PortalError: the owner may not create roles, or the server does not answer.
    """
    settings = config.get_settings()
    with session.transaction(session.OWNER) as opened:
        connection = opened.connection()
        # one migration at a time: the second one waits and then has nothing to do
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('kabinet migrations'))"))
        _ensure_roles(connection, settings)
        command.upgrade(_alembic(connection), "head")


def is_migrated() -> bool:
    """Tell whether the schema is of this version."""
    with session.transaction(session.GATE) as opened:
        current = MigrationContext.configure(opened.connection()).get_current_heads()
    return set(current) == set(ScriptDirectory.from_config(_alembic(None)).get_heads())


def check_migrated() -> None:
    """Raise an error unless the schema is of this version.

    Raises:
        DatabaseRefused: the schema is missing, older or newer.
    """
    try:
        if is_migrated():
            return
    except (OperationalError, ProgrammingError, session.DatabaseAway) as failure:
        raise DatabaseRefused(_UNMIGRATED) from failure
    raise DatabaseRefused(_UNMIGRATED)


def _ensure_roles(connection: Connection, settings: Settings) -> None:
    """Create the roles, unless the settings give an address for each of them."""
    given = (
        settings.database_url_app,
        settings.database_url_gate,
        settings.database_url_operator,
        settings.database_url_analyst,
    )
    if all(given):
        return
    try:
        roles.create_roles(connection, secret=get_secret())
    except Exception as refused:
        if getattr(refused, "sqlstate", "") != "42501":  # insufficient_privilege
            raise
        raise DatabaseRefused(
            "Владелец базы не может создавать роли. Создайте роли kabinet_app, kabinet_gate, "
            "kabinet_operator и kabinet_analyst сами и задайте DATABASE_URL_APP, "
            "DATABASE_URL_GATE, DATABASE_URL_OPERATOR и DATABASE_URL_ANALYST."
        ) from refused


def _alembic(connection: Connection | None) -> Config:
    alembic_config = Config()
    folder = Path(db.migrations.__file__ or "").parent
    alembic_config.set_main_option("script_location", str(folder).replace("%", "%%"))
    alembic_config.attributes["connection"] = connection
    return alembic_config


def _make_server_urls(settings: Settings) -> dict[DatabaseRole, str]:
    owner = settings.database_url or ""
    given = {
        DatabaseRole.APP: settings.database_url_app,
        DatabaseRole.GATE: settings.database_url_gate,
        DatabaseRole.OPERATOR: settings.database_url_operator,
        DatabaseRole.ANALYST: settings.database_url_analyst,
    }
    derived = {
        role: url or roles.compose_url(owner_url=owner, role=role, secret=get_secret())
        for role, url in given.items()
    }
    return {DatabaseRole.OWNER: owner, **derived}


def _make_embedded_urls(settings: Settings) -> dict[DatabaseRole, str]:
    server = EmbeddedServer.attach(settings.kabinet_state / "postgres")
    _servers.append(server)
    _ensure_database(server.cluster.url(user="postgres", database="postgres"))
    return {
        role: server.cluster.url(user=role.database_name, database=_DATABASE)
        for role in DatabaseRole
    }


def _ensure_database(superuser_url: str) -> None:
    """Create the owner and its database on a new embedded server."""
    owner = DatabaseRole.OWNER.database_name
    engine = create_engine(superuser_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # a session lock, because CREATE DATABASE cannot run in a transaction
        connection.execute(text("SELECT pg_advisory_lock(hashtext('kabinet database'))"))
        if not connection.scalar(
            text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": owner}
        ):
            connection.exec_driver_sql(f"CREATE ROLE {owner} LOGIN CREATEROLE")
        if not connection.scalar(
            text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": _DATABASE}
        ):
            connection.exec_driver_sql(f"CREATE DATABASE {_DATABASE} OWNER {owner}")
    engine.dispose()


def _refuse_old_server(owner_url: str) -> None:
    engine = create_engine(owner_url, hide_parameters=True, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            number = int(connection.scalar(text("SHOW server_version_num")) or 0)
    except (OperationalError, ProgrammingError) as failure:
        raise DatabaseRefused(
            "База данных не отвечает. Проверьте DATABASE_URL: адрес, имя, пароль и базу."
        ) from failure
    finally:
        engine.dispose()
    check_version(number)


def check_version(number: int) -> None:
    """Raise an error for a server older than 17, given its ``server_version_num``.

    Raises:
        DatabaseRefused: the server is older.
    """
    if number < _OLDEST_SERVER * 10_000:
        raise DatabaseRefused(
            f"Сервер PostgreSQL версии {number // 10_000} слишком стар: "
            f"нужна версия {_OLDEST_SERVER} или новее."
        )
