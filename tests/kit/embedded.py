"""What the tests of the embedded server share: child processes, processes of a folder."""

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
PATIENCE = 120.0  # of a machine that does much else at the same time
ROOM = 2 * 1024**3
_at_exit = ExitStack()
atexit.register(_at_exit.close)

# Attaches to argv[1], says so, runs argv[2] and waits to be killed or for its input to close.
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
    """The next line that a client prints."""
    assert client.stdout
    return client.stdout.readline().strip()


@contextmanager
def client_of(folder: Path, then: str = "") -> Iterator["subprocess.Popen[str]"]:
    """An attached client process, killed at the end if it still lives."""
    process = spawn(folder, then)
    try:
        assert read_line(process) == "attached"
        yield process
    finally:
        end(process)


def end(process: "subprocess.Popen[str]", number: int = signal.SIGKILL) -> None:
    """Send a signal and reap."""
    process.send_signal(number)
    process.wait(PATIENCE)
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def connect(server: EmbeddedServer, database: str = "postgres") -> "psycopg.Connection[Any]":
    """An autocommit connection as the superuser."""
    return psycopg.connect(
        host=str(server.cluster.socket_dir),
        port=server.cluster.port,
        user="postgres",
        dbname=database,
        autocommit=True,
    )


def query_value(server: EmbeddedServer, query: str) -> Any:
    """The one value that a query returns."""
    with connect(server) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether something comes true while we are patient."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def processes(folder: Path) -> dict[int, str]:
    """Every process of that folder's server – supervisor, postmaster, backends, initdb."""
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
    """The supervisor's process, as a list to see that it is one."""
    return [pid for pid, line in processes(folder).items() if "embedded/supervisor" in line]


def postmasters(folder: Path) -> list[int]:
    """The postmaster's process, as a list to see that it is one."""
    servers = {
        pid
        for pid, line in processes(folder).items()
        if "bin/postgres" in line and "embedded/supervisor" not in line
    }
    # A backend carries its parent's command line until it has set its own title.
    return [pid for pid in servers if parent_pid(pid) not in servers]


def parent_pid(pid: int) -> int:
    """The parent process, 0 if there is none any more."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


@contextmanager
def attached(folder: Path) -> Iterator[EmbeddedServer]:
    """A client in this process, which leaves at the end."""
    server = EmbeddedServer.attach(folder)
    try:
        yield server
    finally:
        server.detach()


def open_folder(top: Path) -> Path:
    """Let every account pass: pytest's own folders are closed to all but us."""
    top.chmod(0o755)
    return top


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that every account may enter; nothing may run in it when it is left.

    In memory where there is room: a disk that others use makes these tests three times as long,
    and kill -9, unlike a power cut, does not tell the two apart.
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
    """A stopped cluster, made once: a copy of it is there sooner than an initdb."""
    top = _at_exit.enter_context(scratch_folder())
    with attached(top / "postgres"):
        pass
    return top / "postgres"


def put_data(folder: Path) -> Path:
    """Give a folder the data of an empty cluster, with their owner."""
    folder.mkdir(parents=True)
    subprocess.run(["cp", "-a", str(template() / "data"), str(folder / "data")], check=True)
    return folder


def nobody() -> pwd.struct_passwd:
    """An account that is not ours."""
    return pwd.getpwnam("nobody")


def kill(pids: Iterable[int], number: int = signal.SIGKILL) -> None:
    """Send each process a signal; one that has ended by itself since it was listed needs none."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def remove(folder: Path) -> None:
    """Kill what a failed test has left and delete the folder."""
    kill(processes(folder))
    subprocess.run(["rm", "-rf", str(folder)], check=False)
