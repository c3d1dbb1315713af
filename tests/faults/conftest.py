"""One database for many tests, emptied between them: copies would take half the run's time."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from db import session as database
from db.embedded import EmbeddedServer
from tests.kit.prepared import EMPTY, Engines, clone_database, open_engines, superuser

# these take minutes: `make soak` runs them, `make test` the rest
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


@pytest.fixture(scope="session")
def reused(server: EmbeddedServer) -> Iterator[tuple[str, Engines]]:
    """A migrated database for all tests of the worker, with engines that cache statements."""
    with clone_database(server, EMPTY) as name, open_engines(server, name) as engines:
        yield name, engines


@pytest.fixture
def wiped(server: EmbeddedServer, reused: tuple[str, Engines]) -> Iterator[str]:
    """The worker's database, emptied and bound to its real engines."""
    name, engines = reused
    with superuser(server, name) as connection:
        connection.execute(text(_WIPE))
    database.bind(engines)
    yield name
    database.bind({})
