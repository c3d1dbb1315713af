"""A database for many tests, emptied between them: a copy for each would take half the time."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from db.embedded import EmbeddedServer
from tests.conftest import EMPTY, _cloned, _superuser, bound

# minutes of killing: `make soak` runs them, `make test` the rest
collect_ignore = (
    [] if os.environ.get("KABINET_SOAK") else ["test_import_killed.py", "test_power_cord.py"]
)


_WIPE = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT inhrelid::regclass FROM pg_inherits
    WHERE inhparent::regclass::text IN ('accrual', 'bill')
  LOOP EXECUTE 'DROP TABLE ' || name; END LOOP;
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind = 'r' AND relname <> 'alembic_version'
  LOOP EXECUTE 'DELETE FROM ' || quote_ident(name); END LOOP;
END $$
"""


@pytest.fixture(scope="module")
def reused(server: EmbeddedServer) -> Iterator[str]:
    """The name of a migrated database for the tests of one module."""
    with _cloned(server, EMPTY) as name:
        yield name


@pytest.fixture
def wiped(server: EmbeddedServer, reused: str) -> Iterator[str]:
    """The module's database, with nothing in it, bound to its real engines."""
    with _superuser(server, reused) as connection:
        connection.execute(text(_WIPE))
    with bound(server, reused):
        yield reused
