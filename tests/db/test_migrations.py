"""The migrations match the models and can be reversed."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine, text

import db.models  # noqa: F401 - fills the metadata
from db import roles
from db import session as database
from db.base import Base
from db.embedded import EmbeddedServer
from db.migrations import is_ours
from db.session import DatabaseRole
from lib import startup
from tests.kit.prepared import EMPTY, clone_database

pytestmark = pytest.mark.usefixtures("empty")


def test_models_and_migrations_agree() -> None:
    with database.transaction(database.OWNER) as session:
        context = MigrationContext.configure(session.connection(), opts={"include_object": is_ours})

        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_and_up_again() -> None:
    with database.transaction(database.OWNER) as session:
        command.downgrade(startup._alembic(session.connection()), "base")
        remaining = set(
            session.scalars(
                text(
                    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'S') "
                    "AND relnamespace = 'public'::regnamespace UNION ALL "
                    "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
                    "UNION ALL SELECT typname FROM pg_type WHERE typtype = 'e' "
                    "AND typnamespace = 'public'::regnamespace"
                )
            )
        )
    assert remaining == {"alembic_version"}

    startup.migrate()

    assert startup.is_migrated()


def test_the_queues_schema_matches_the_migration() -> None:
    """A library with another schema needs a migration; then this number changes."""
    schema = SchemaManager.get_schema().encode()

    assert hashlib.sha256(schema).hexdigest() == (
        "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"
    )


def test_two_databases_of_a_server_are_migrated_at_once(server: EmbeddedServer) -> None:
    """Roles belong to the server: both migrations write the same rows."""

    def create(name: str) -> None:
        url = server.cluster.url(user=DatabaseRole.OWNER.database_name, database=name)
        engine = create_engine(url)
        for _ in range(10):
            with engine.begin() as connection:
                roles.create_roles(connection, secret="s" * 32)
        engine.dispose()

    with (
        clone_database(server, EMPTY) as first,
        clone_database(server, EMPTY) as second,
        ThreadPoolExecutor() as pool,
    ):
        list(pool.map(create, [first, second]))


def test_migrating_twice_changes_nothing() -> None:
    startup.migrate()

    assert startup.is_migrated()
