"""The migrations make what the models say, and can be taken back."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

import db.models  # noqa: F401 - fills the metadata
from db import session as database
from db.base import Base
from lib import startup

pytestmark = pytest.mark.usefixtures("empty")


def test_models_and_migrations_agree() -> None:
    with database.transaction(database.OWNER) as session:
        context = MigrationContext.configure(session.connection())

        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_and_up_again() -> None:
    with database.transaction(database.OWNER) as session:
        command.downgrade(startup._alembic(session.connection()), "base")
        left = set(
            session.scalars(
                text(
                    "SELECT relname FROM pg_class WHERE relkind = 'r' "
                    "AND relnamespace = 'public'::regnamespace"
                )
            )
        )
    assert left == {"alembic_version"}

    startup.migrate()

    assert startup.is_migrated()


def test_migrating_twice_changes_nothing() -> None:
    startup.migrate()

    assert startup.is_migrated()
