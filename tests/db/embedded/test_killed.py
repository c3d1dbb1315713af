"""kill -9 of every process of the embedded server, and what it leaves behind."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.embedded import EmbeddedServer
from db.embedded.files import is_alive
from tests.kit.embedded import (
    attached,
    client_of,
    connect,
    end,
    eventually,
    kill,
    postmasters,
    processes,
    put_data,
    query_value,
    read_line,
    remove,
    scratch_folder,
    spawn,
    supervisors,
)

# Commits numbers one by one and reports each after its commit.
WRITER = """
import psycopg
c = psycopg.connect(host=str(server.cluster.socket_dir), port=server.cluster.port,
                    user="postgres", dbname="postgres", autocommit=True)
c.execute("CREATE TABLE IF NOT EXISTS fact (n int)")
n = c.execute("SELECT coalesce(max(n), 0) FROM fact").fetchone()[0]
while True:
    n += 1
    c.execute("INSERT INTO fact VALUES (%s)", (n,))
    print(n, flush=True)
"""
BUSY = """
import psycopg
c = psycopg.connect(host=str(server.cluster.socket_dir), port=server.cluster.port,
                    user="postgres", dbname="postgres", autocommit=True)
print("busy", flush=True)
c.execute("SELECT count(*) FROM generate_series(1, 200000000000)")
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with scratch_folder() as top:
        yield top


@pytest.fixture
def folder(place: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    folder = put_data(place / request.node.name[5:40] / "postgres")
    yield folder
    assert eventually(lambda: not processes(folder)), "no process outlives its clients"
    if (folder / "data" / "postmaster.pid").exists():
        with attached(folder):
            pass  # frees the shared memory of a server that was killed and not started again
    remove(folder.parent)


def wait_busy(server: EmbeddedServer) -> int:
    """Return the pid of the backend that runs the endless query."""
    query = "SELECT max(pid) FROM pg_stat_activity WHERE query LIKE '%200000000000%' AND pid <> "
    assert eventually(lambda: query_value(server, f"{query} pg_backend_pid()") is not None)
    time.sleep(0.2)
    return int(query_value(server, f"{query} pg_backend_pid()"))


def test_the_server_stops_when_its_last_client_is_killed(folder: Path) -> None:
    with client_of(folder) as client:
        end(client)
        assert eventually(lambda: not processes(folder))
    assert not (folder / "data" / "postmaster.pid").exists(), "it was shut down, not killed"


def test_the_server_runs_on_for_other_clients(folder: Path) -> None:
    with client_of(folder) as starter, client_of(folder), attached(folder) as server:
        (before,) = postmasters(folder)
        end(starter)
        time.sleep(1)
        assert query_value(server, "SELECT 1") == 1
        assert postmasters(folder) == [before]
    assert eventually(lambda: not processes(folder))


def test_clients_killed_during_their_start_block_nobody(place: Path) -> None:
    folder = place / "unfinished" / "postgres"
    for delay in (0.1, 0.25, 0.5, 0.8):
        client = spawn(folder)
        time.sleep(delay)
        end(client)
    with attached(folder) as server:
        assert query_value(server, "SELECT 1") == 1
        assert len(postmasters(folder)) == 1
    assert not (folder / "data.new").exists()
    assert eventually(lambda: not processes(folder))


@pytest.mark.parametrize("victims", ["postmaster", "supervisor", "postmaster and supervisor"])
def test_a_killed_server_starts_again(folder: Path, victims: str) -> None:
    with attached(folder) as server:
        with connect(server) as connection:
            connection.execute("CREATE TABLE fact AS SELECT 7 AS n")
        before = postmasters(folder), supervisors(folder)
        kill(
            (before[0] if "postmaster" in victims else [])
            + (before[1] if "supervisor" in victims else [])
        )

        server.ensure_running()

        assert query_value(server, "SELECT n FROM fact") == 7
        assert postmasters(folder) != before[0]
        assert supervisors(folder) != before[1]
        assert eventually(lambda: len(postmasters(folder)) == len(supervisors(folder)) == 1)
    assert not processes(folder)


def test_every_client_reaches_the_restarted_server(folder: Path) -> None:
    again = "sys.stdin.readline(); server.ensure_running(); print('again', flush=True)"
    with attached(folder) as server, client_of(folder, again) as other:
        kill(postmasters(folder))
        threads = [threading.Thread(target=server.ensure_running) for _ in range(4)]
        for thread in threads:
            thread.start()
        assert other.stdin
        other.stdin.write("\n")
        other.stdin.flush()
        assert read_line(other) == "again"
        for thread in threads:
            thread.join()
        assert len(postmasters(folder)) == 1
        assert query_value(server, "SELECT 1") == 1
    assert eventually(lambda: not processes(folder))


def test_a_killed_supervisor_leaves_no_postmaster(folder: Path) -> None:
    with client_of(folder):
        kill(supervisors(folder))
        assert eventually(lambda: not processes(folder))


def test_killing_everything_during_a_query_leaves_no_process(folder: Path) -> None:
    with attached(folder) as server, client_of(folder, BUSY) as client:
        assert read_line(client) == "busy"
        backend = wait_busy(server)
        server._leave()  # as if this process had been killed too
        kill([client.pid, *supervisors(folder), *postmasters(folder)])
        assert eventually(lambda: not processes(folder))
        assert not is_alive(backend)


def test_a_busy_backend_of_a_dead_postmaster_does_not_block_the_start(folder: Path) -> None:
    with attached(folder) as server, client_of(folder, BUSY) as client:
        assert read_line(client) == "busy"
        backend = wait_busy(server)
        kill(postmasters(folder))
        server.ensure_running()
        assert query_value(server, "SELECT 1") == 1
        assert not is_alive(backend)
        assert client.stdin
        client.stdin.close()


def test_no_acknowledged_row_is_lost(folder: Path) -> None:
    for _ in range(3):
        with client_of(folder, WRITER) as writer:
            acknowledged = [int(read_line(writer)) for _ in range(300)][-1]
            kill([*postmasters(folder), *supervisors(folder), writer.pid])
            assert writer.stdout
            rest = [line for line in writer.stdout.read().splitlines() if line.isdigit()]
            acknowledged = int(rest[-1]) if rest else acknowledged
        with attached(folder) as server:
            found = query_value(server, "SELECT count(*) FROM fact")
            assert found in {acknowledged, acknowledged + 1}
            assert query_value(server, "SELECT max(n) FROM fact") == found
            with connect(server) as connection:
                connection.execute("DELETE FROM fact WHERE n > %s", (acknowledged,))


def shared_memory(folder: Path) -> str:
    """Return the number of the System V block that postgres uses to find a server's processes."""
    return (folder / "data" / "postmaster.pid").read_text().splitlines()[6].split()[1]


def test_shared_memory_does_not_accumulate(folder: Path) -> None:
    with attached(folder) as server:
        for _ in range(2):
            block = shared_memory(folder)
            kill([*postmasters(folder), *supervisors(folder)])
            server.ensure_running()
            blocks = Path("/proc/sysvipc/shm").read_text().split()
            assert shared_memory(folder) in blocks
            assert block not in blocks or block == shared_memory(folder)
        (pid,) = postmasters(folder)
        assert "shm/PostgreSQL." not in Path(f"/proc/{pid}/maps").read_text()


def write_stale_pid(folder: Path, pid: int) -> None:
    """Write a postmaster.pid and a socket lock of a server that does not run any more."""
    data = folder / "data"
    owner = data.stat()
    (folder / "run").mkdir(mode=0o700, exist_ok=True)
    for path in (data / "postmaster.pid", folder / "run" / ".s.PGSQL.5432.lock"):
        path.write_text(
            f"{pid}\n{data}\n1700000000\n5432\n{folder / 'run'}\n\n 123456 654321\nready   \n"
        )
        path.chmod(0o600)
        os.chown(path, owner.st_uid, owner.st_gid)
    os.chown(folder / "run", owner.st_uid, owner.st_gid)


def test_a_stale_pid_of_no_process_does_not_block_the_start(folder: Path) -> None:
    write_stale_pid(folder, 4_000_000)
    with attached(folder) as server:
        assert query_value(server, "SELECT 1") == 1


def test_a_stale_pid_that_another_process_has_does_not_block_the_start(folder: Path) -> None:
    stranger = subprocess.Popen(["sleep", "100"], user=(folder / "data").stat().st_uid)
    try:
        write_stale_pid(folder, stranger.pid)
        with attached(folder) as server:
            assert query_value(server, "SELECT 1") == 1
        assert stranger.poll() is None, "strangers are left alone"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_zombie_postmaster_does_not_block_the_start(folder: Path) -> None:
    uid = (folder / "data").stat().st_uid
    zombie = subprocess.Popen(["true"], user=uid)
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # ended, not reaped
    try:
        write_stale_pid(folder, zombie.pid)
        with attached(folder) as server:
            assert query_value(server, "SELECT 1") == 1
    finally:
        zombie.wait()


def test_an_empty_pid_file_does_not_block_the_start(folder: Path) -> None:
    path = folder / "data" / "postmaster.pid"
    path.touch(mode=0o600)
    owner = (folder / "data").stat()
    os.chown(path, owner.st_uid, owner.st_gid)
    with attached(folder) as server:
        assert query_value(server, "SELECT 1") == 1


def test_unfinished_data_is_created_again(place: Path) -> None:
    folder = place / "half-made" / "postgres"
    (folder / "data.new" / "base").mkdir(parents=True)
    (folder / "data.new" / "PG_VERSION").write_text("18\n")
    with attached(folder) as server:
        assert query_value(server, "SELECT 1") == 1
    assert not (folder / "data.new").exists()
    shutil.rmtree(folder)
