"""The embedded PostgreSQL server: one for all processes that share a folder.

Every client holds a shared lock for its lifetime, which the kernel releases even after kill -9.
The first client starts a supervisor (`db.embedded.supervisor`), the parent of the postmaster; the
supervisor stops the server when no client is left. The other modules of this package have the
paths and locks (`files`), the account (`account`), `binaries`, `leftovers` and `start`.
"""

import atexit
import contextlib
import os
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Self
from urllib.parse import quote

from db.embedded.files import (
    PORT,
    EmbeddedServerRefused,
    Layout,
    hold_lock,
    is_held,
    is_ready,
    lock,
)
from db.embedded.start import make_refusal, start_server

__all__ = ["Cluster", "EmbeddedServer", "EmbeddedServerRefused"]

OTHERS_SECONDS = 60.0  # time for a supervisor that is stopping, or whose client was killed
STOP_SECONDS = 40.0  # longer than the supervisor waits for the postmaster
POLL_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Cluster:
    """The address of the server.

    Attributes:
        socket_dir: folder of the unix socket, 0700; there is no TCP.
        port: part of the socket's name.
    """

    socket_dir: Path
    port: int

    def url(self, *, user: str, database: str) -> str:
        """Return the SQLAlchemy URL of a database for a role; local roles need no password."""
        host = quote(str(self.socket_dir), safe="/")
        return (
            f"postgresql+psycopg://{quote(user, safe='')}@/{quote(database, safe='')}"
            f"?host={host}&port={self.port}"
        )


class EmbeddedServer:
    """The use of a folder's server by one client."""

    cluster: Cluster

    def __init__(self, folder: Path) -> None:
        self._layout = Layout(folder.resolve())
        self._client_lock: int | None = None
        self._guard = RLock()
        self.cluster = Cluster(self._layout.socket_dir, PORT)
        _clients.add(self)

    @classmethod
    def attach(cls, folder: Path) -> Self:
        """Start the server of a folder, or join it if it runs.

        Args:
            folder: the folder of the server; it is created if it is missing.

        Raises:
            EmbeddedServerRefused: it cannot run; the message says what to do.
        """
        server = cls(folder)
        server.ensure_running()
        return server

    def ensure_running(self) -> None:
        """Start the server again if it has stopped; this is cheap if it runs.

        A forked child and a client that has detached join the server this way, too.

        Raises:
            EmbeddedServerRefused: it cannot run; the message says what to do.
        """
        with self._guard:
            if self._client_lock is not None and is_ready(self._layout):
                return
            joined = self._client_lock is None
            try:
                self._join()
                self._bring_up()
            except BaseException as error:
                if joined:
                    self._leave()
                if isinstance(error, OSError):
                    raise make_refusal(self._layout, error) from error
                raise

    def detach(self) -> None:
        """Detach from the server; the last client waits until it has stopped. May be repeated."""
        with self._guard:
            if self._client_lock is None:
                return
            self._leave()
            with contextlib.suppress(OSError):  # the folder is gone, and so is the server
                _wait_if_last(self._layout)

    def _join(self) -> None:
        if self._client_lock is None:
            self._layout.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Waits for a server that is being stopped.
            self._client_lock = lock(self._layout.clients_lock, exclusive=False, wait=True)
            atexit.register(self.detach)

    def _leave(self) -> None:
        atexit.unregister(self.detach)
        if self._client_lock is not None:
            os.close(self._client_lock)
            self._client_lock = None

    def _bring_up(self) -> None:
        if is_ready(self._layout):
            return
        with hold_lock(self._layout.start_lock) as start_lock:
            server_lock = _unless_ready(self._layout)
            if server_lock is None:
                return
            try:
                start_server(self._layout, start_lock=start_lock, server_lock=server_lock)
            finally:
                os.close(server_lock)

    def _forget(self) -> None:
        """Release the inherited lock in a forked child, which would keep the server running."""
        self._guard = RLock()
        self._leave()


def _unless_ready(layout: Layout) -> int | None:
    """Return the server lock for a start; None if the server is ready already."""
    deadline = time.monotonic() + OTHERS_SECONDS
    while time.monotonic() < deadline:
        if is_ready(layout):
            return None
        handle = lock(layout.server_lock, exclusive=True, wait=False)
        if handle is not None:
            return handle
        time.sleep(POLL_SECONDS)
    raise EmbeddedServerRefused(
        f"Встроенная база в папке {layout.folder} занята другим процессом и не отвечает: "
        f"завершите его; подробности – в журнале {layout.log}."
    )


def _wait_if_last(layout: Layout) -> None:
    """Wait for the supervisor to stop the server, unless other clients use it."""
    deadline = time.monotonic() + STOP_SECONDS
    while is_held(layout.server_lock) and time.monotonic() < deadline:
        nobody = lock(layout.clients_lock, exclusive=True, wait=False)
        if nobody is not None:
            os.close(nobody)  # the supervisor is about to get it
        elif not is_held(layout.clients_lock):
            return  # shared by others
        time.sleep(POLL_SECONDS)
    _remove_far_socket_dir(layout)


def _remove_far_socket_dir(layout: Layout) -> None:
    """Remove the folder in /tmp, unless another client starts at this moment."""
    if layout.socket_dir.parent == layout.folder:
        return
    nobody = lock(layout.clients_lock, exclusive=True, wait=False)
    if nobody is not None:
        with contextlib.suppress(OSError):
            layout.socket_dir.rmdir()
        os.close(nobody)


_clients: "weakref.WeakSet[EmbeddedServer]" = weakref.WeakSet()


def _forget_in_child() -> None:
    for client in list(_clients):
        client._forget()  # noqa: SLF001 - a class of the same module


os.register_at_fork(after_in_child=_forget_in_child)
