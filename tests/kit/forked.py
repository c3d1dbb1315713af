"""Processes of the portal that begin with its modules loaded.

    python -m tests.kit.forked SOCKET

A command needs two seconds of a core to read its modules, a portal six. The tests start hundreds.
One process for a run reads the modules and forks for each request. A forked process has a session,
an environment, a folder and an output of its own, and runs the module as ``python -m`` does.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

ROOT = Path(__file__).parents[2]
_SOCKET = "KABINET_TESTS_FORKED"
_PATIENCE_SECONDS = 120
# What commands, portals and the tests' own processes use. Threads do not survive a fork: reading
# these starts none but two of polars that clean up, and its pool begins with the first question.
_LOADED = (
    *("lib.cli." + name for name in ("server", "worker", "packages", "registers", "exports")),
    *("lib.cli." + name for name in ("facts", "receipts", "payments", "users")),
    *("app", "lib.web.demo_bank", "lib.services.registers.importing", "uvicorn.main"),
)
# each message comes by itself: a process's number and its exit code are not read as one
_KIND = socket.AF_UNIX, socket.SOCK_SEQPACKET
_started: list["subprocess.Popen[bytes]"] = []


@dataclass
class Forked:
    """A running process; its methods are those of `subprocess.Popen`, but for the output."""

    pid: int
    _minder: socket.socket
    _output: IO[bytes] | None
    returncode: int | None = None
    _printed: str = ""

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while the process runs."""
        if self.returncode is None and select.select([self._minder], [], [], 0)[0]:
            self._read_end()
        return self.returncode

    def wait(self) -> int:
        """Wait for the end and return the exit code; fail with the output where it does not end."""
        if self.returncode is None:
            ended = select.select([self._minder], [], [], _PATIENCE_SECONDS)[0]
            assert ended, f"still running:\n{self.read()}"
            self._read_end()
        assert self.returncode is not None
        return self.returncode

    def communicate(self) -> str:
        """Wait for the end and return what the process has printed."""
        self.wait()
        return self.read()

    def read(self) -> str:
        """Return what the process has printed so far, unless a file was given for it."""
        if self._output:
            self._output.seek(0)
            self._printed = self._output.read().decode(errors="replace")
        return self._printed

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: object, trace: TracebackType | None
    ) -> None:
        if kind:
            self.kill()
        self.wait()

    def _read_end(self) -> None:
        self.returncode = int(self._minder.recv(64) or b"-9")
        self._minder.close()
        if self._output:
            self.read()
            self._output.close()
            self._output = None


def start_module(
    module: str,
    words: Sequence[str] = (),
    *,
    environment: dict[str, str],
    output: IO[bytes] | None = None,
    errors: IO[bytes] | None = None,
) -> Forked:
    """Start ``python -m module words``, or a script by its path.

    All it prints goes to ``output``, by default to a new file that the process's methods read.
    """
    # closed when the process has ended
    own = None if output else tempfile.TemporaryFile()  # noqa: SIM115
    order = {"module": module, "words": list(words), "environment": environment}
    minder = _connect()
    socket.send_fds(
        minder,
        [json.dumps(order).encode()],
        [file.fileno() for file in (output or own, errors or output or own) if file],
    )
    return Forked(int(minder.recv(64)), minder, own)


def begin() -> None:
    """Start the process that forks, for this process and those that it starts."""
    folder = tempfile.mkdtemp(prefix="kabinet-forked-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ[_SOCKET] = f"{folder}/socket"
    # it ends when this process does, which closes its input
    _started.append(
        subprocess.Popen(
            [sys.executable, "-m", "tests.kit.forked", os.environ[_SOCKET]],
            cwd=ROOT,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
        )
    )


def _connect() -> socket.socket:
    if _SOCKET not in os.environ:
        begin()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        connection = socket.socket(*_KIND)
        try:
            connection.connect(os.environ[_SOCKET])
        except OSError:
            connection.close()
            assert time.monotonic() < deadline, "the process that forks does not answer"
            assert all(process.poll() is None for process in _started), "it has ended"
            time.sleep(0.05)
        else:
            return connection


def _serve(address: str) -> dict[str, Any]:
    """Fork for each request; return in the new process, with what it is to do."""
    for name in _LOADED:
        importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(*_KIND)
    listener.bind(address)
    listener.listen(64)
    while True:
        ready = select.select([listener, sys.stdin], [], [])[0]
        if sys.stdin in ready:
            os._exit(0)
        connection = listener.accept()[0]
        if not os.fork():
            listener.close()
            return _become(connection)
        connection.close()


def _become(connection: socket.socket) -> dict[str, Any]:
    """Fork the process asked for, and tell how it ends; return in the process alone."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    content, descriptors, _, _ = socket.recv_fds(connection, 2**20, 2)
    child = os.fork()
    if child:
        connection.sendall(str(child).encode())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        connection.sendall(str(code).encode())
        os._exit(0)
    connection.close()
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    for number, descriptor in enumerate(descriptors, start=1):
        os.dup2(descriptor, number)
        os.close(descriptor)
    order: dict[str, Any] = json.loads(content)
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    return order


if __name__ == "__main__":
    order = _serve(sys.argv[1])
    sys.argv[1:] = order["words"]
    if order["module"].endswith(".py"):
        runpy.run_path(order["module"], run_name="__main__")
    else:
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
