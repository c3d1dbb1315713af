"""Sharing one embedded server: starting, joining, leaving and its settings."""

import os
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from db.embedded import Cluster, EmbeddedServer
from tests.kit.embedded import (
    attached,
    client_of,
    connect,
    end,
    eventually,
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


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with scratch_folder() as top:
        yield top


@pytest.fixture
def folder(place: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    folder = put_data(place / request.node.name[5:40] / "postgres")
    yield folder
    assert eventually(lambda: not processes(folder)), "no process outlives its clients"
    remove(folder.parent)


def test_the_address_survives_spaces_and_cyrillic() -> None:
    cluster = Cluster(Path("/srv/портал 1"), 5432)

    assert cluster.url(user="app", database="kabinet") == (
        "postgresql+psycopg://app@/kabinet"
        "?host=/srv/%D0%BF%D0%BE%D1%80%D1%82%D0%B0%D0%BB%201&port=5432"
    )


def test_a_new_cluster_is_empty_private_and_set_up(place: Path) -> None:
    folder = place / "новая папка" / "postgres"
    with attached(folder) as server:
        assert query_value(
            server, "SELECT array_agg(datname::text ORDER BY datname) FROM pg_database"
        ) == [
            "postgres",
            "template0",
            "template1",
        ]
        assert query_value(server, "SELECT count(*) FROM pg_roles WHERE rolname !~ '^pg_'") == 1
        assert query_value(server, "SELECT lower('ЁЖ') || (('Ё' ILIKE 'ё')::text)") == "ёжtrue"
        assert query_value(
            server, "SELECT DISTINCT datlocprovider::text || datlocale FROM pg_database"
        ) == ("bC.UTF-8")
        with connect(server) as connection:
            rows = connection.execute("SELECT name, setting FROM pg_settings").fetchall()
        settings = dict(rows)
        mode = stat.S_IMODE(server.cluster.socket_dir.stat().st_mode)
    assert mode == 0o700
    expected = {
        "server_encoding": "UTF8",
        "listen_addresses": "",
        "unix_socket_directories": str(server.cluster.socket_dir),
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "max_connections": "200",
        "jit": "off",
        "TimeZone": "UTC",
    }
    assert {name: settings[name] for name in expected} == expected
    assert not (folder / "data.new").exists()


def test_the_log_contains_no_names(folder: Path) -> None:
    with attached(folder) as server, connect(server) as connection:
        connection.execute("CREATE TABLE person (email text UNIQUE, age int)")
        statement = "INSERT INTO person VALUES (%s, %s::text::int)"
        connection.execute(statement, ("anna@example.org", "30"))
        for values in [("anna@example.org", "30"), ("anna@example.org", "Аннушкина")]:
            with pytest.raises(psycopg.Error):
                connection.execute(statement, values)
    log = (folder / "server.log").read_text()

    assert "ready to accept connections" in log
    assert "anna" not in log
    assert "Аннушкина" not in log
    assert "INSERT" not in log


def test_a_large_log_is_rotated(folder: Path) -> None:
    (folder / "server.log").write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    with attached(folder):
        pass

    assert (folder / "server.log.1").stat().st_size > 10 * 1024 * 1024
    assert (folder / "server.log").stat().st_size < 100_000


def test_the_last_client_stops_the_server(folder: Path) -> None:
    first = EmbeddedServer.attach(folder)
    second = EmbeddedServer.attach(folder)
    with client_of(folder) as other:
        first.detach()
        first.detach()
        second.detach()
        assert postmasters(folder)
        end(other)
    assert eventually(lambda: not processes(folder))

    with attached(folder) as again:
        assert query_value(again, "SELECT 1") == 1
    assert not processes(folder)
    assert not (folder / "data" / "postmaster.pid").exists()


def test_a_client_leaves_at_exit(folder: Path) -> None:
    with client_of(folder) as client:
        assert client.stdin
        client.stdin.close()
        assert client.wait(30) == 0
        assert not processes(folder)


def test_a_client_that_has_left_may_join_again(folder: Path) -> None:
    server = EmbeddedServer.attach(folder)
    server.detach()
    server.ensure_running()
    try:
        assert query_value(server, "SELECT 1") == 1
    finally:
        server.detach()
    assert not processes(folder)


def test_eight_cold_starts_at_once_make_one_server(place: Path) -> None:
    folder = place / "eight" / "postgres"
    clients = [spawn(folder) for _ in range(8)]
    try:
        assert [read_line(client) for client in clients] == ["attached"] * 8
        assert len(postmasters(folder)) == 1
        assert len(supervisors(folder)) == 1
    finally:
        for client in clients:
            end(client)
    assert eventually(lambda: not processes(folder))
    assert (folder / "server.log").read_text().count("ready to accept connections") == 1


def test_joining_a_stopping_server_waits_and_starts_it_again(folder: Path) -> None:
    failures: list[BaseException] = []

    def come_and_go() -> None:
        try:
            for _ in range(6):
                with attached(folder) as server:
                    assert query_value(server, "SELECT 1") == 1
        except BaseException as error:  # noqa: BLE001 - shown by the main thread
            failures.append(error)

    threads = [threading.Thread(target=come_and_go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert eventually(lambda: not processes(folder))


def test_child_processes_do_not_keep_the_server_running(folder: Path) -> None:
    server = EmbeddedServer.attach(folder)
    run = subprocess.Popen(["sleep", "60"], close_fds=False)
    reading, writing = os.pipe()
    forked = os.fork()
    if forked == 0:
        os.write(writing, b"x")
        time.sleep(60)
        os._exit(0)
    os.read(reading, 1)
    try:
        server.detach()
        assert not processes(folder)
    finally:
        os.kill(forked, 9)
        os.waitpid(forked, 0)
        run.kill()
        run.wait()
        os.close(reading)
        os.close(writing)


def test_a_forked_child_joins_on_its_own(folder: Path) -> None:
    code = "server.detach() if (pid := __import__('os').fork()) else server.ensure_running()"
    # each line in one unbuffered write: the two processes share a pipe
    then = f"{code}; print('child\\n' if not pid else 'parent\\n', end='', flush=True)"
    client = spawn(folder, then)
    try:
        lines = {read_line(client) for _ in range(3)}
        assert lines == {"attached", "parent", "child"}
        with attached(folder) as server:
            assert query_value(server, "SELECT 1") == 1
        assert eventually(lambda: len(postmasters(folder)) == 1)
    finally:
        assert client.stdin
        client.stdin.close()
        client.wait(30)
        assert client.stdout
        client.stdout.close()
    assert eventually(lambda: not processes(folder))


def test_the_server_inherits_no_descriptors_of_its_clients(folder: Path) -> None:
    with client_of(folder):
        (postmaster,) = postmasters(folder)
        (supervisor,) = supervisors(folder)
        for pid in (postmaster, supervisor):
            links = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
            assert not [link for link in links if link.endswith("start.lock")]
            standard = [str(Path(f"/proc/{pid}/fd/{number}").readlink()) for number in (0, 1, 2)]
            assert standard == ["/dev/null", *[str(folder / "server.log")] * 2]
        descriptors = [str(entry.readlink()) for entry in Path(f"/proc/{postmaster}/fd").iterdir()]
        assert not [link for link in descriptors if link.endswith(".lock")]


def test_the_socket_of_a_deep_folder_is_elsewhere(place: Path) -> None:
    folder = put_data(place / ("ы" * 40) / ("deep" * 20) / "postgres")
    with attached(folder) as server, client_of(folder):
        directory = server.cluster.socket_dir
        assert directory.parent == Path("/tmp")  # noqa: S108 - the fallback under test
        assert len(os.fsencode(directory)) < 60
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert query_value(server, "SELECT 1") == 1
    assert eventually(lambda: not processes(folder))
    with attached(folder):
        pass
    assert not directory.exists()


def test_nothing_listens_on_the_network(folder: Path) -> None:
    with attached(folder) as server:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(server.cluster.socket_dir / ".s.PGSQL.5432"))
        (postmaster,) = postmasters(folder)
        links = [str(entry.readlink()) for entry in Path(f"/proc/{postmaster}/fd").iterdir()]
        inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    tcp = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    assert inodes
    assert not inodes & set(tcp.split())


def test_attaching_to_a_live_server_is_quick(folder: Path) -> None:
    with attached(folder):
        started = time.perf_counter()
        with attached(folder) as second:
            joined = time.perf_counter()
            second.ensure_running()
            ensured = time.perf_counter()
    print(  # noqa: T201 - a figure to read, not to fail on
        f"join {1e3 * (joined - started):.2f} ms, ensure {1e3 * (ensured - joined):.2f} ms"
    )
