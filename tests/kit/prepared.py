"""Prepared databases, kept in `var/tests` until the code that makes them changes.

    python -m tests.kit.prepared
    python -m tests.kit.prepared server FOLDER
    python -m tests.kit.prepared portal FOLDER

A run copies them: the databases, and the facts of the demonstration for analysts. A missing
one is made by a separate process, whose work does not count as coverage, so that the figure is the
same with and without it.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine, create_engine, text

from db import session as database
from db.embedded import EmbeddedServer, start
from db.session import DatabaseRole
from lib import clock, config, startup
from lib.demo.golden import history
from lib.facts import copies, store
from lib.services.demonstration import setup
from lib.services.insight.facts import checking, refreshing

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "tests"
EMPTY, DEMO = "template_empty", "template_demo"
OWNER = DatabaseRole.OWNER.database_name
# the keys of accounts in the prepared facts depend on it
SECRET = "the-secret-of-all-tests-" * 3
Engines = dict[DatabaseRole, Engine]
# few accounts: tests check screens and rules, not sizes
ACCOUNTS, MONTHS = 60, 14
_SOURCES = ("db", "lib", "requirements.lock", "tests/kit/prepared.py")
# of a state folder: the files of the facts, and the copy of their small tables
_FACTS = ("files", "facts")
# they do not affect the databases: the maker checks that it has loaded none of them
_NO_SOURCES = ("lib/cli", "lib/jobs", "lib/ui", "lib/web")
# a test does not need its data after a power cut
_NO_SYNC = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
}


def copy(name: str, target: Path) -> None:
    """Copy a prepared folder, `server` or `portal`, to a new place."""
    with _keep(name) as kept:
        # with the owners: the data belongs to another user where root runs the server
        subprocess.run(["cp", "-a", str(kept), str(target)], check=True)


@contextmanager
def _keep(name: str) -> Iterator[Path]:
    """Give the prepared folder; one of several workers or runs makes it, the others wait."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{name}-{_fingerprint()}"
    with (KEPT / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _replace(name, kept)
        yield kept


def begin_making() -> "subprocess.Popen[bytes]":
    """Make what is missing in another process, while this one does something else."""
    return subprocess.Popen([sys.executable, "-m", "tests.kit.prepared"], cwd=ROOT)


def put_facts(server: Path, state: Path) -> None:
    """Copy the facts of the demonstration from the folder of a server into a state folder."""
    for name in _FACTS:
        shutil.copytree(server / name, state / name, dirs_exist_ok=True)


def put_secret(state: Path) -> None:
    """Write the secret of all tests into a state folder."""
    (state / "secret").write_text(SECRET)


def _replace(name: str, kept: Path) -> None:
    """Remove old and unfinished folders, and make the folder again."""
    for old in KEPT.glob(f"{name}-*"):
        shutil.rmtree(old)
    # made elsewhere: the path of the checkout may be too long for the server's socket
    with tempfile.TemporaryDirectory(prefix="kabinet-prepared-") as scratch:
        Path(scratch).chmod(0o755)
        made = Path(scratch) / "made"
        environment = {
            "PATH": os.environ["PATH"],
            "KABINET_DEMO": "1",
            "KABINET_STATE": str(made),
            "KABINET_TEST_BCRYPT_COST": "4",
        }
        subprocess.run(
            [sys.executable, "-m", "tests.kit.prepared", name, str(made)],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        half = kept.with_name(f"{kept.name}.half")
        subprocess.run(["cp", "-a", str(made), str(half)], check=True)
        half.rename(kept)


def _fingerprint() -> str:
    """Return the hash of all that a prepared folder depends on: sources, versions and the day."""
    digest = hashlib.sha256(clock.today().isoformat().encode())
    for path in sorted(_sources()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()[:20]


def _sources() -> Iterator[Path]:
    left_out = tuple(ROOT / name for name in _NO_SOURCES)
    for top in (ROOT / name for name in _SOURCES):
        for path in [top] if top.is_file() else top.rglob("*"):
            if path.is_file() and path.suffix != ".pyc" and not set(path.parents) & set(left_out):
                yield path


@contextmanager
def without_disk_sync() -> Iterator[None]:
    """Let servers start without waiting for the disk inside this context."""
    before = dict(start.SETTINGS)
    start.SETTINGS.update(_NO_SYNC)
    try:
        yield
    finally:
        start.SETTINGS.clear()
        start.SETTINGS.update(before)


@contextmanager
def superuser(server: EmbeddedServer, name: str = "postgres") -> Iterator[Connection]:
    """Connect to a database as the server's superuser; each statement is committed."""
    url = server.cluster.url(user="postgres", database=name)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def open_engines(server: EmbeddedServer, name: str) -> Iterator[Engines]:
    """Open a real engine for every role on one database."""
    engines = {
        role: database.create_pool(server.cluster.url(user=role.database_name, database=name))
        for role in DatabaseRole
    }
    try:
        yield engines
    finally:
        for engine in engines.values():
            engine.dispose()


@contextmanager
def bind_engines(server: EmbeddedServer, name: str) -> Iterator[None]:
    """Bind every role to its real engine on one database."""
    with open_engines(server, name) as engines:
        database.bind(engines)
        try:
            yield
        finally:
            database.bind({})


@contextmanager
def clone_database(server: EmbeddedServer, template: str) -> Iterator[str]:
    """Copy a database under a new name; drop the copy at the end."""
    name = f"test_{uuid4().hex}"
    with superuser(server) as connection:
        # copied file by file: half the time of a copy through the log
        connection.exec_driver_sql(
            f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY file_copy"
        )
        yield name
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _make_server(folder: Path) -> None:
    """Make a cluster of two templates: a migrated database and a small demonstration."""
    server = EmbeddedServer.attach(folder)
    with superuser(server) as connection:
        connection.exec_driver_sql(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
        connection.exec_driver_sql(f"CREATE DATABASE {EMPTY} OWNER {OWNER}")
        with bind_engines(server, EMPTY):
            startup.migrate()
        connection.exec_driver_sql(f"CREATE DATABASE {DEMO} OWNER {OWNER} TEMPLATE {EMPTY}")
        with bind_engines(server, DEMO):
            _prepare(golden_months=0)
            _write_facts()
        for name in (EMPTY, DEMO):
            with superuser(server, name) as inside:
                inside.execute(text("VACUUM (FREEZE, ANALYZE)"))
    server.detach()


def _make_portal(state: Path) -> None:
    """Make the state folder of a portal that has been started once, from the templates."""
    copy("server", state / "postgres")
    for name in _FACTS:
        (state / "postgres" / name).rename(state / name)
    server = EmbeddedServer.attach(state / "postgres")
    with superuser(server) as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {DEMO} RENAME TO kabinet")
        connection.exec_driver_sql(f"DROP DATABASE {EMPTY}")
    startup.connect()
    _prepare(golden_months=history.MONTHS)
    _write_facts()
    checking.ensure_checked()
    startup.disconnect()
    server.detach()


def _prepare(*, golden_months: int) -> None:
    setup.prepare_demonstration(
        advance=lambda _: None,
        accounts=ACCOUNTS,
        months_back=MONTHS,
        golden_months=golden_months,
    )


def _write_facts() -> None:
    """Write the facts, and the copy of their small tables that every process opens."""
    refreshing.refresh_facts()
    manifest = store.find_manifest()
    assert manifest is not None
    copies.find_copy(manifest, organization=None)


def _main(name: str, folder: Path) -> None:
    folder.mkdir(mode=0o755)
    put_secret(folder)
    with without_disk_sync():
        if name == "server":
            _make_server(folder)
        else:
            assert config.get_settings().kabinet_state == folder
            _make_portal(folder)
    left_out = {name.replace("/", ".") for name in _NO_SOURCES}
    used = {".".join(name.split(".")[:2]) for name in sys.modules} & left_out
    assert not used, f"a prepared folder would not notice a change of {used}"


def _make_missing() -> None:
    for name in ("server", "portal"):
        with _keep(name):
            pass


if __name__ == "__main__":
    if sys.argv[1:]:
        _main(sys.argv[1], Path(sys.argv[2]))
    else:
        _make_missing()
