"""Shared by tests of the embedded server: child processes, processes of a folder."""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from db.embedded import EmbeddedServer

PROJECT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds; the machine may be busy
ROOM = 2 * 1024**3
_at_exit = ExitStack()
atexit.register(_at_exit.close)

# Attaches to argv[1], prints «attached», runs argv[2], waits for a kill or the end of its input.
CLIENT = """
import sys
from pathlib import Path
from db.embedded import EmbeddedServer
server = EmbeddedServer.attach(Path(sys.argv[1]))
print("attached", flush=True)
exec(sys.argv[2])
sys.stdin.read()
"""


def spawn(
    folder: Path, then: str = "", *, python: str = sys.executable, user: int | None = None
) -> "subprocess.Popen[str]":
    """Start a client process without waiting for it."""
    return subprocess.Popen(
        [python, "-c", CLIENT, str(folder), then],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        user=user,
        cwd="/",
    )


def read_line(client: "subprocess.Popen[str]") -> str:
    """Return the next line that a client prints."""
    assert client.stdout
    return client.stdout.readline().strip()


@contextmanager
def client_of(folder: Path, then: str = "") -> Iterator["subprocess.Popen[str]"]:
    """Yield an attached client process; kill it at the end."""
    process = spawn(folder, then)
    try:
        assert read_line(process) == "attached"
        yield process
    finally:
        end(process)


def end(process: "subprocess.Popen[str]", number: int = signal.SIGKILL) -> None:
    """Send a signal and wait for the end of the process."""
    process.send_signal(number)
    process.wait(PATIENCE)
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def connect(server: EmbeddedServer, database: str = "postgres") -> "psycopg.Connection[Any]":
    """Open an autocommit connection as the superuser."""
    return psycopg.connect(
        host=str(server.cluster.socket_dir),
        port=server.cluster.port,
        user="postgres",
        dbname=database,
        autocommit=True,
    )


def query_value(server: EmbeddedServer, query: str) -> Any:
    """Return the first value of a query, or None."""
    with connect(server) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def eventually(condition: Callable[[], bool]) -> bool:
    """Tell whether a condition becomes true within PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def processes(folder: Path) -> dict[int, str]:
    """Return all processes of a folder's server: supervisor, postmaster, backends, initdb."""
    found = {}
    place = str(folder.resolve())
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
            works_here = (entry / "cwd").readlink().is_relative_to(place)
        except OSError:
            continue
        if works_here or (any(place in word for word in words) and words[1:2] != ["-c"]):
            found[int(entry.name)] = " ".join(words)
    return found


def supervisors(folder: Path) -> list[int]:
    """Return the pids of the folder's supervisors: there should be one."""
    return [pid for pid, line in processes(folder).items() if "embedded/supervisor" in line]


def postmasters(folder: Path) -> list[int]:
    """Return the pids of the folder's postmasters: there should be one."""
    servers = {
        pid
        for pid, line in processes(folder).items()
        if "bin/postgres" in line and "embedded/supervisor" not in line
    }
    # A backend carries its parent's command line until it has set its own title.
    return [pid for pid in servers if parent_pid(pid) not in servers]


def parent_pid(pid: int) -> int:
    """Return the pid of the parent process; 0 if the process has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


@contextmanager
def attached(folder: Path) -> Iterator[EmbeddedServer]:
    """Attach this process as a client, and detach at the end."""
    server = EmbeddedServer.attach(folder)
    try:
        yield server
    finally:
        server.detach()


def open_folder(top: Path) -> Path:
    """Let every user enter a folder: those of pytest are private."""
    top.chmod(0o755)
    return top


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a folder that every user may enter; fail if a process still runs in it at the end.

    In memory if there is room: on a busy disk these tests take three times as long,
    and for kill -9, unlike a power cut, it makes no difference.
    """
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of our own
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    top = Path(tempfile.mkdtemp(prefix="kabinet-test-", dir=memory if roomy else None))
    try:
        yield open_folder(top)
        left = processes(top)
    finally:
        remove(top)
    assert left == {}, "no process outlives its clients"


@cache
def template() -> Path:
    """Return the folder of a stopped cluster, made once: a copy is faster than an initdb."""
    top = _at_exit.enter_context(scratch_folder())
    with attached(top / "postgres"):
        pass
    return top / "postgres"


def put_data(folder: Path) -> Path:
    """Copy the data of an empty cluster to a folder, with the owner."""
    folder.mkdir(parents=True)
    subprocess.run(["cp", "-a", str(template() / "data"), str(folder / "data")], check=True)
    return folder


def nobody() -> pwd.struct_passwd:
    """Return another user of the system."""
    return pwd.getpwnam("nobody")


def kill(pids: Iterable[int], number: int = signal.SIGKILL) -> None:
    """Send each process a signal; ignore those that have ended since they were listed."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def remove(folder: Path) -> None:
    """Kill the processes that a failed test left, and delete the folder."""
    kill(processes(folder))
    subprocess.run(["rm", "-rf", str(folder)], check=False)
