"""The migrations make what the models say, and can be taken back."""

import hashlib

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from procrastinate.schema import SchemaManager
from sqlalchemy import text

import db.models  # noqa: F401 - fills the metadata
from db import session as database
from db.base import Base
from db.migrations import is_ours
from lib import startup

pytestmark = pytest.mark.usefixtures("empty")


def test_models_and_migrations_agree() -> None:
    with database.transaction(database.OWNER) as session:
        context = MigrationContext.configure(session.connection(), opts={"include_object": is_ours})

        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_and_up_again() -> None:
    with database.transaction(database.OWNER) as session:
        command.downgrade(startup._alembic(session.connection()), "base")
        left = set(
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
    assert left == {"alembic_version"}

    startup.migrate()

    assert startup.is_migrated()


def test_the_queues_schema_is_the_one_that_the_migration_knows() -> None:
    """A library with another schema needs a migration of ours, then this figure changes."""
    schema = SchemaManager.get_schema().encode()

    assert hashlib.sha256(schema).hexdigest() == (
        "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"
    )


def test_migrating_twice_changes_nothing() -> None:
    startup.migrate()

    assert startup.is_migrated()
