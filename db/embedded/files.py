"""What the embedded server keeps on disk: its paths, its locks, its status line."""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.errors import PortalError

PORT = 5432  # only a suffix of the socket's name: TCP is off
READY_LINE = 7  # of postmaster.pid, counted from 0
SUN_PATH_BYTES = 107  # sockaddr_un.sun_path less its final NUL
# Fields of /proc/PID/stat after the name (proc(5) counts from 1 and calls these 3, 4, 9 and 31).
STAT_STATE, STAT_PARENT, STAT_FLAGS, STAT_PENDING = 0, 1, 6, 28
PF_EXITING = 0x4
KILLED = 1 << (signal.SIGKILL - 1)
UNSAFE_IN_SOCKET_PATH = frozenset(',"\\')  # separators for libpq's host= or postgres' list


class EmbeddedServerRefused(PortalError):
    """The embedded server cannot run here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The names inside the folder of one embedded server.

    Attributes:
        folder: absolute and resolved, so that every client agrees on it.
    """

    folder: Path

    @property
    def data(self) -> Path:
        """The database cluster, owned by the account that serves it."""
        return self.folder / "data"

    @property
    def unfinished(self) -> Path:
        """Where initdb works until the result is whole."""
        return self.folder / "data.new"

    @property
    def log(self) -> Path:
        """The server's log, written by the supervisor's account."""
        return self.folder / "server.log"

    @property
    def clients_lock(self) -> Path:
        """Held shared by every client for its lifetime."""
        return self.folder / "clients.lock"

    @property
    def start_lock(self) -> Path:
        """Held exclusively by the one client that starts the server."""
        return self.folder / "start.lock"

    @property
    def server_lock(self) -> Path:
        """Held exclusively by the supervisor for its lifetime."""
        return self.folder / "server.lock"

    @property
    def postmaster_pid(self) -> Path:
        """The status file that postgres itself writes."""
        return self.data / "postmaster.pid"

    @property
    def socket_dir(self) -> Path:
        """Inside the folder, or short under /tmp when the path would not fit a socket's name.

        The fallback depends on the folder alone, never on TMPDIR or XDG_RUNTIME_DIR: a cron
        job and a login shell must meet at the same socket.
        """
        inside = self.folder / "run"
        name = os.fsencode(inside / f".s.PGSQL.{PORT}")
        if len(name) <= SUN_PATH_BYTES and not UNSAFE_IN_SOCKET_PATH & set(str(inside)):
            return inside
        from hashlib import blake2b  # late: most folders are short, and OpenSSL loads slowly

        digest = blake2b(os.fsencode(self.folder), digest_size=10).hexdigest()
        return Path("/tmp") / f"kabinet-{digest}"  # noqa: S108 - private(…) checks owner and mode


def lock(path: Path, *, exclusive: bool, wait: bool) -> int | None:
    """Take a flock and return its descriptor, or None when another holds it and wait is false.

    Close the descriptor to release it. It is close-on-exec: a child that is merely run does not
    prolong the lock.

    Raises:
        OSError: the file can be neither opened nor made.
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
def locked(path: Path) -> Iterator[int]:
    """Hold an exclusive lock for the length of a block, waiting for it."""
    handle = lock(path, exclusive=True, wait=True)
    assert handle is not None  # noqa: S101 - waiting never returns None
    try:
        yield handle
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock exclusively."""
    handle = lock(path, exclusive=False, wait=False)
    if handle is None:
        return True
    os.close(handle)
    return False


def postmaster_pid(layout: Layout) -> int | None:
    """The process that postmaster.pid names, alive or not."""
    try:
        return int(layout.postmaster_pid.read_bytes().split(b"\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_ready(layout: Layout) -> bool:
    """Whether the supervisor lives and its postmaster lives and takes connections."""
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
    """Whether a process runs; one that is dying or a zombie does not."""
    return _life(pid)[0]


def _life(pid: int) -> tuple[bool, int]:
    """Whether a process lives, and its parent (itself, where that cannot be told).

    A process that has just been sent SIGKILL counts as dead: whoever sees the server gone and
    comes here at once must not be told that all is well.
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
