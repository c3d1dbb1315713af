"""One real PostgreSQL for a run; each worker has its own copy of a prepared demonstration."""

import csv
import fcntl
import functools
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, QueuePool, create_engine
from streamlit.components.v2 import manifest_scanner
from xdist.scheduler import LoadScopeScheduling

# before any module of the portal reads its settings
for name in ("DATABASE_URL", "SMTP_URL", "HOST", "PORT", "KABINET_ADDRESS", "KABINET_WORKER"):
    os.environ.pop(name, None)
os.environ["KABINET_DEMO"] = "1"
os.environ["KABINET_TEST_BCRYPT_COST"] = "4"
# always a new folder for each worker: tests count the files there
os.environ["KABINET_STATE"] = tempfile.mkdtemp(prefix="kabinet-tests-")

from tests.kit import measuring

# before any module of the portal is imported
_measuring = measuring.begin()

from db import session as database
from db.embedded import EmbeddedServer
from db.session import DatabaseRole
from lib.access import Actor
from lib.services.demonstration import setup
from tests.kit import forked, prepared
from tests.kit.identity import sign_in_as
from tests.kit.prepared import (
    DEMO,
    EMPTY,
    OWNER,
    Engines,
    bind_engines,
    clone_database,
    open_engines,
    superuser,
)

prepared.put_secret(Path(os.environ["KABINET_STATE"]))
# the speed of the machine is not a property of the code
settings.register_profile(
    "portal",
    deadline=None,
    max_examples=1000 if os.environ.get("KABINET_SOAK") else 40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("portal")

# a portal looks for component packages once, AppTest at each run: half of its time
manifest_scanner.scan_component_manifests = functools.cache(
    manifest_scanner.scan_component_manifests
)

PASSWORD = "demo-Parol-2014"
_MAKING: pytest.StashKey["subprocess.Popen[bytes]"] = pytest.StashKey()
_KEPT_CONNECTIONS = 3
# what starts processes or takes seconds: first in `make test`, not in `make quick`
_SLOW = (
    "tests/attacks/test_forged_address.py",
    "tests/attacks/test_sign_in.py",
    "tests/cli",
    "tests/db/embedded",
    "tests/demo",
    "tests/exchange/test_mutations.py",
    "tests/faults",
    "tests/pages/test_pay.py",
    "tests/services/billing/test_balances.py",
    "tests/services/billing/test_receipt_run.py",
    "tests/services/demonstration/test_setup.py",
    "tests/services/paid_services/test_request_payments.py",
    "tests/services/payments/test_paying.py",
    "tests/storage",
    "tests/web/test_payments.py",
)


def pytest_xdist_auto_num_workers() -> int:
    """Use one worker more than cores: workers often wait for a browser, server or database."""
    return min(os.cpu_count() or 1, 4) + 1


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Send a file's tests to one worker, and all journeys to one.

    Fixtures of a module are made once; the journeys share one portal and one browser.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith("tests/journeys/") else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _ByFile:
    return _ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start long tests first, so that no worker runs them alone at the end."""
    for item in items:
        if item.path.relative_to(prepared.ROOT).as_posix().startswith(_SLOW):
            item.add_marker(pytest.mark.slow)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("journey"):
        return 0
    return 1 if item.get_closest_marker("slow") else 2


def pytest_sessionstart(session: pytest.Session) -> None:
    if _reports(session.config):
        measuring.forget()
        # workers read the tests meanwhile
        session.config.stash[_MAKING] = prepared.begin_making()
        forked.begin()


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    result = yield
    if _measuring:
        measuring.save(_measuring)
    elif _reports(session.config):
        session.config.stash[_MAKING].wait()
        table, is_enough = measuring.report()
        print(f"\n{table}")  # noqa: T201 - the summary of the run
        if not is_enough:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return result


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["KABINET_STATE"], ignore_errors=True)


def _reports(config: pytest.Config) -> bool:
    """Tell whether this process sends the tests to workers that measure."""
    return os.environ.get("KABINET_COVERAGE") == "1" and not hasattr(config, "workerinput")


@pytest.fixture(autouse=True)
def _own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the main module: AppTest leaves a page there, and a child
    process of a later test would run that page."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The server that all workers of a run share."""
    folder = run_folder(tmp_path_factory) / "postgres"
    with (folder.with_suffix(".lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            prepared.copy("server", folder)
        prepared.put_facts(folder, Path(os.environ["KABINET_STATE"]))
        with prepared.without_disk_sync():
            attached = EmbeddedServer.attach(folder)
    yield attached
    attached.detach()


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of this run share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def demo_database(server: EmbeddedServer) -> Iterator[str]:
    with clone_database(server, DEMO) as name:
        yield name


@pytest.fixture(scope="session")
def demo_engines(server: EmbeddedServer, demo_database: str) -> Iterator[Engines]:
    """An engine for each role, reused by all tests that commit."""
    with open_engines(server, demo_database) as engines:
        yield engines


@pytest.fixture
def committed(demo_database: str, demo_engines: Engines) -> Iterator[str]:
    """The demonstration with real engines; committed rows stay until the worker ends."""
    database.bind(demo_engines)
    yield demo_database
    database.bind({})
    for engine in demo_engines.values():
        # a test with many visitors would leave no free connections to the other workers
        if isinstance(engine.pool, QueuePool) and engine.pool.checkedin() > _KEPT_CONNECTIONS:
            engine.dispose()


@pytest.fixture
def empty(server: EmbeddedServer) -> Iterator[str]:
    """A migrated database with nothing in it, with real engines, for one test."""
    with clone_database(server, EMPTY) as name, bind_engines(server, name):
        yield name


@pytest.fixture(scope="session")
def demo_engine(server: EmbeddedServer, demo_database: str) -> Iterator[Engine]:
    """One engine for all tests that are rolled back: it caches compiled statements."""
    engine = create_engine(server.cluster.url(user="postgres", database=demo_database))
    yield engine
    engine.dispose()


@pytest.fixture
def db(demo_engine: Engine) -> Iterator[Connection]:
    """The demonstration in a transaction that is rolled back after the test.

    Every role is this one connection; transaction() switches the role for real.
    """
    with demo_engine.connect() as connection, connection.begin() as outer:
        # tests with real engines leave rows behind; begin without them
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
    """Open a session of a login and return the actor."""

    def enter(name: str = "resident") -> Actor:
        return sign_in_as(name)

    return enter


@pytest.fixture
def resident(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("resident")


@pytest.fixture
def golden_folder() -> Path:
    return Path(setup.__file__).parents[2] / "demo/golden/2014-10"


@pytest.fixture
def sealed() -> Callable[..., None]:
    """Correct a package's manifest after its files were edited."""

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
    with superuser(server) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {OWNER}")
        host = server.cluster.socket_dir
        yield f"postgresql://{OWNER}@/{name}?host={host}&port={server.cluster.port}"
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
