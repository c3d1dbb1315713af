"""The files of the embedded server: paths, locks and the status file."""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.errors import PortalError

PORT = 5432  # only a suffix of the socket's name, because TCP is off
READY_LINE = 7  # of postmaster.pid, counted from 0
SUN_PATH_BYTES = 107  # the length of sockaddr_un.sun_path without its final NUL
# Fields of /proc/PID/stat after the name (proc(5) counts from 1 and calls these 3, 4, 9 and 31).
STAT_STATE, STAT_PARENT, STAT_FLAGS, STAT_PENDING = 0, 1, 6, 28
PF_EXITING = 0x4
KILLED = 1 << (signal.SIGKILL - 1)
UNSAFE_IN_SOCKET_PATH = frozenset(',"\\')  # separators for libpq's host= or postgres' list


class EmbeddedServerRefused(PortalError):
    """The embedded server cannot run here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths inside the folder of an embedded server.

    Attributes:
        folder: absolute and resolved, so that every client agrees on it.
    """

    folder: Path

    @property
    def data(self) -> Path:
        """The database cluster, owned by the account of the server."""
        return self.folder / "data"

    @property
    def unfinished(self) -> Path:
        """The folder of initdb until its result is complete."""
        return self.folder / "data.new"

    @property
    def log(self) -> Path:
        """The log of the server, written by the account of the supervisor."""
        return self.folder / "server.log"

    @property
    def clients_lock(self) -> Path:
        """The lock that every client holds shared for its lifetime."""
        return self.folder / "clients.lock"

    @property
    def start_lock(self) -> Path:
        """The lock that the client which starts the server holds exclusively."""
        return self.folder / "start.lock"

    @property
    def server_lock(self) -> Path:
        """The lock that the supervisor holds exclusively for its lifetime."""
        return self.folder / "server.lock"

    @property
    def postmaster_pid(self) -> Path:
        """The status file that postgres writes."""
        return self.data / "postmaster.pid"

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket: here, or under /tmp if the path is too long for a socket.

        The name under /tmp depends only on this folder and not on TMPDIR or XDG_RUNTIME_DIR: a
        cron job and a login shell must use the same socket.
        """
        inside = self.folder / "run"
        name = os.fsencode(inside / f".s.PGSQL.{PORT}")
        if len(name) <= SUN_PATH_BYTES and not UNSAFE_IN_SOCKET_PATH & set(str(inside)):
            return inside
        from hashlib import blake2b  # imported here: most paths are short, and OpenSSL loads slowly

        digest = blake2b(os.fsencode(self.folder), digest_size=10).hexdigest()
        return Path("/tmp") / f"kabinet-{digest}"  # noqa: S108 - start.py checks its owner and mode


def lock(path: Path, *, exclusive: bool, wait: bool) -> int | None:
    """Take a flock and return its descriptor; None if it is held and ``wait`` is false.

    Close the descriptor to release the lock. It is close-on-exec, so a child process does not keep
    the lock.

    Raises:
        OSError: the file can be neither opened nor created.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    mode = (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | (0 if wait else fcntl.LOCK_NB)
    try:
        fcntl.flock(handle, mode)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def hold_lock(path: Path) -> Iterator[int]:
    """Wait for an exclusive lock and hold it for a block."""
    handle = lock(path, exclusive=True, wait=True)
    assert handle is not None  # noqa: S101 - waiting never returns None
    try:
        yield handle
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Tell whether the lock is held exclusively."""
    handle = lock(path, exclusive=False, wait=False)
    if handle is None:
        return True
    os.close(handle)
    return False


def read_postmaster_pid(layout: Layout) -> int | None:
    """Return the process id in postmaster.pid; the process may be dead."""
    try:
        return int(layout.postmaster_pid.read_bytes().split(b"\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_ready(layout: Layout) -> bool:
    """Tell whether the supervisor and its postmaster run and accept connections."""
    try:
        lines = layout.postmaster_pid.read_bytes().splitlines()
    except OSError:
        return False
    if len(lines) <= READY_LINE or lines[READY_LINE].strip() != b"ready":
        return False
    if not is_held(layout.server_lock):
        return False
    alive, parent = _life(int(lines[0]))
    return alive and _life(parent)[0]  # the parent is the supervisor


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; a dying process or a zombie does not."""
    return _life(pid)[0]


def _life(pid: int) -> tuple[bool, int]:
    """Tell whether a process runs, and return its parent (itself if the parent is unknown).

    A process that has just got SIGKILL counts as dead: a client that sees the server gone and
    asks at once must not get the answer that it runs.
    """
    if sys.platform != "linux":
        return _exists(pid), pid
    try:
        text = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False, 0
    fields = text.rpartition(b")")[2].split()
    dying = int(fields[STAT_FLAGS]) & PF_EXITING or int(fields[STAT_PENDING]) & KILLED
    return not dying and fields[STAT_STATE] not in {b"Z", b"X"}, int(fields[STAT_PARENT])


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
