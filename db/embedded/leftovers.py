"""Remove what a killed server has left behind, before the next start."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from db.embedded.files import PORT, Layout, is_alive, read_postmaster_pid

PATIENCE_SECONDS = 5.0  # for a postmaster that is shutting down because its supervisor died
KILL_SECONDS = 10.0


def clear_leftovers(layout: Layout) -> None:
    """End the processes of a server that has lost its supervisor and remove its socket.

    The caller holds the server lock, so no supervisor runs and nothing here is in use.

    Raises:
        OSError: a process or a file belongs to another account.
    """
    if layout.postmaster_pid.exists():  # a clean stop removes it
        _end(layout)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (layout.socket_dir / name).unlink(missing_ok=True)


def _end(layout: Layout) -> None:
    """Wait for a shutdown that is under way; kill backends whose postmaster is dead.

    Postgres refuses to start while one of them is attached to the shared memory.
    """
    pid = read_postmaster_pid(layout)
    deadline = time.monotonic() + PATIENCE_SECONDS
    is_signalled = False
    while pid in (left := _processes(layout)) and time.monotonic() < deadline:
        if not is_signalled:
            _signal(left & {pid}, signal.SIGINT)  # on Linux the kernel has done it already
            is_signalled = True
        time.sleep(0.01)
    deadline = time.monotonic() + KILL_SECONDS
    while (left := _processes(layout)) and time.monotonic() < deadline:
        _signal(left, signal.SIGKILL)
        time.sleep(0.01)


def _signal(processes: set[int], number: signal.Signals) -> None:
    for pid in processes:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _processes(layout: Layout) -> set[int]:
    """Return the postgres processes that work in the data folder."""
    if sys.platform != "linux":
        pid = read_postmaster_pid(layout)
        return {pid} if pid and is_alive(pid) and _runs_postgres(pid) else set()
    here = layout.data.resolve()
    return {pid for pid in _numbers() if _works_in(pid, here)}


def _numbers() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _works_in(pid: int, folder: Path) -> bool:
    """Tell whether a process is postgres, and not a shell, with that current folder."""
    try:
        if Path(f"/proc/{pid}/cwd").readlink() != folder:
            return False
        # an upgrade of the wheel leaves "postgres (deleted)"
        return Path(f"/proc/{pid}/exe").readlink().name.split(" ")[0] == "postgres"
    except OSError:
        return False


def _runs_postgres(pid: int) -> bool:
    found = subprocess.run(  # noqa: S603 - a number of ours
        ["/bin/ps", "-p", str(pid), "-o", "comm="], capture_output=True, check=False
    )
    return found.stdout.strip().endswith(b"postgres")
