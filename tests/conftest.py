"""One real PostgreSQL a run; each worker has its own copy of a prepared demonstration."""

import csv
import fcntl
import functools
import hashlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, create_engine, text
from streamlit.components.v2 import manifest_scanner

# before anything of the portal reads its settings
for name in ("DATABASE_URL", "SMTP_URL", "HOST", "PORT", "KABINET_ADDRESS", "KABINET_WORKER"):
    os.environ.pop(name, None)
os.environ["KABINET_DEMO"] = "1"
os.environ["KABINET_TEST_BCRYPT_COST"] = "4"
os.environ.setdefault("KABINET_STATE", tempfile.mkdtemp(prefix="kabinet-tests-"))

from db import session as database
from db.embedded import EmbeddedServer
from db.session import DatabaseRole
from lib import startup
from lib.access import Actor
from lib.services.demonstration import setup
from lib.services.people import sign_in

# how quick this machine is at the moment is no property of the code
settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")

# a portal asks once which packages bring components, AppTest at each run: half of its time
manifest_scanner.scan_component_manifests = functools.cache(
    manifest_scanner.scan_component_manifests
)

EMPTY, DEMO = "template_empty", "template_demo"
PASSWORD = "demo-Parol-2014"
_OWNER = DatabaseRole.OWNER.database_name


@pytest.fixture(autouse=True)
def _own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the process its main module back: AppTest leaves a page there, and a child
    process that a later test begins would run that page."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The run's server: workers of one run share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    attached = EmbeddedServer.attach(shared / "postgres")
    with (shared / "templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _make_templates(attached)
    yield attached
    attached.detach()


def _make_templates(server: EmbeddedServer) -> None:
    with _superuser(server) as connection:
        names = set(connection.scalars(text("SELECT datname FROM pg_database")))
        if DEMO in names:
            return
        connection.exec_driver_sql(f"CREATE ROLE {_OWNER} LOGIN CREATEROLE")
        connection.exec_driver_sql(f"CREATE DATABASE {EMPTY} OWNER {_OWNER}")
        with bound(server, EMPTY):
            startup.migrate()
        connection.exec_driver_sql(f"CREATE DATABASE {DEMO}_new OWNER {_OWNER} TEMPLATE {EMPTY}")
        with bound(server, f"{DEMO}_new"):
            setup.prepare(advance=lambda _: None, accounts=24, months_back=6, golden_months=0)
        connection.exec_driver_sql(f"ALTER DATABASE {DEMO}_new RENAME TO {DEMO}")


@contextmanager
def _superuser(server: EmbeddedServer, name: str = "postgres") -> Iterator[Connection]:
    url = server.cluster.url(user="postgres", database=name)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def bound(server: EmbeddedServer, name: str) -> Iterator[None]:
    """Bind every role to its real engine on one database."""
    engines: dict[DatabaseRole, Engine] = {
        role: database.engine(server.cluster.url(user=role.database_name, database=name))
        for role in DatabaseRole
    }
    database.bind(engines)
    try:
        yield
    finally:
        database.bind({})
        for engine in engines.values():
            engine.dispose()


@contextmanager
def _cloned(server: EmbeddedServer, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with _superuser(server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {_OWNER} TEMPLATE {template}")
        yield name
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def demo_database(server: EmbeddedServer) -> Iterator[str]:
    with _cloned(server, DEMO) as name:
        yield name


@pytest.fixture
def committed(server: EmbeddedServer, demo_database: str) -> Iterator[str]:
    """The demonstration with real engines: what a test writes stays for the worker's run."""
    with bound(server, demo_database):
        yield demo_database


@pytest.fixture
def empty(server: EmbeddedServer) -> Iterator[str]:
    """A migrated database with nothing in it, with real engines, for one test."""
    with _cloned(server, EMPTY) as name, bound(server, name):
        yield name


@pytest.fixture(scope="session")
def demo_engine(server: EmbeddedServer, demo_database: str) -> Iterator[Engine]:
    """One engine for all tests that are rolled back: it keeps the statements it has compiled."""
    engine = create_engine(server.cluster.url(user="postgres", database=demo_database))
    yield engine
    engine.dispose()


@pytest.fixture
def db(demo_engine: Engine) -> Iterator[Connection]:
    """The demonstration in a transaction that is rolled back after the test.

    Every role is this one connection; transaction() switches the role for real.
    """
    with demo_engine.connect() as connection, connection.begin() as outer:
        # tests with real engines leave what they did; this one begins as if nobody had come
        touched = ("account_code", "account_request", "attempt", "audit_event", "letter", "mistake")
        for table in touched:
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql(
            "DELETE FROM account_access USING login WHERE login.id = login_id "
            "AND login.username <> 'resident'"
        )
        database.bind(dict.fromkeys(DatabaseRole, connection))
        yield connection
        database.bind({})
        outer.rollback()


@pytest.fixture
def signed_in() -> Callable[..., Actor]:
    """Sign a demonstration login in for real and return the actor."""

    def enter(name: str = "resident") -> Actor:
        ticket = sign_in.issue_ticket(name=name, password=PASSWORD, visit="v", remember=False)
        actor = sign_in.find_actor(token=sign_in.open_session(ticket=ticket, visit="v").token)
        assert actor is not None
        return actor

    return enter


@pytest.fixture
def resident(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("resident")


@pytest.fixture
def golden_folder() -> Path:
    return Path(setup.__file__).parents[2] / "demo/golden/2014-10"


@pytest.fixture
def sealed() -> Callable[..., None]:
    """Make a package's manifest true again after its files were edited."""

    def seal(folder: Path, **changed: str) -> None:
        path = folder / "manifest.json"
        manifest = json.loads(path.read_text()) | changed
        for described in manifest["files"]:
            content = (folder / described["name"]).read_bytes()
            described["sha256"] = hashlib.sha256(content).hexdigest()
            rows = list(csv.DictReader(io.StringIO(content.decode()), delimiter=";"))
            described["rows"] = len(rows)
            for column in described.get("sums", {}):
                total = sum((Decimal(row[column] or 0) for row in rows), Decimal("0.00"))
                described["sums"][column] = str(total)
        path.write_text(json.dumps(manifest))

    return seal


@pytest.fixture
def own_server_url(server: EmbeddedServer) -> Iterator[str]:
    """The address of a bare database, as an operator with a server would give it."""
    name = f"own_{uuid4().hex}"
    with _superuser(server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {_OWNER}")
        host = server.cluster.socket_dir
        yield f"postgresql://{_OWNER}@/{name}?host={host}&port={server.cluster.port}"
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
