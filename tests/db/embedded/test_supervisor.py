"""The supervisor's functions one by one; other tests of the server run it as a whole."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.embedded import supervisor
from db.embedded.files import is_alive
from tests.kit.embedded import eventually

READY = "{pid}\n/data\n1700000000\n5432\n/run\n\n 1 2\nready   \n"


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Block the signals as the supervisor does; drop pending ones at the end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, supervisor.WAKE)
    handler = signal.signal(signal.SIGCHLD, lambda *_: None)
    yield
    while pending := signal.sigpending() & set(supervisor.WAKE):
        signal.sigwait(pending)
    signal.signal(signal.SIGCHLD, handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def launch(script: str) -> int:
    return supervisor.launch([sys.executable, "-I", "-S", "-c", script], -1, -1)


def test_a_stale_pid_file_gets_our_pid(tmp_path: Path) -> None:
    assert not supervisor.adopt_stale_pid(str(tmp_path))
    (tmp_path / "postmaster.pid").write_text(READY.format(pid=1234567))
    assert supervisor.adopt_stale_pid(str(tmp_path))
    assert (tmp_path / "postmaster.pid").read_text() == READY.format(pid=os.getpid())


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("precious\n")
    (tmp_path / "postmaster.pid").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic"):
        supervisor.adopt_stale_pid(str(tmp_path))
    assert (tmp_path / "victim").read_text() == "precious\n"


def test_the_server_is_ready_when_our_own_child_says_so(tmp_path: Path) -> None:
    child = launch("import time; time.sleep(60)")
    path = tmp_path / "postmaster.pid"
    assert supervisor.wait_until_ready(child, str(tmp_path), 0.02) == "timeout"
    path.write_text(READY.format(pid=child + 1))
    assert supervisor.wait_until_ready(child, str(tmp_path), 0.02) == "timeout"
    path.write_text(READY.format(pid=child))
    assert supervisor.wait_until_ready(child, str(tmp_path), 10) == "ready"
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    assert supervisor.wait_until_ready(child, str(tmp_path), 10) == "stopped"
    supervisor.stop(child)
    assert supervisor.has_ended(child)
    assert not is_alive(child)


def test_a_missing_program_counts_as_an_ended_child(tmp_path: Path) -> None:
    child = supervisor.launch([str(tmp_path / "postgres")], -1, -1)
    assert supervisor.wait_until_ready(child, str(tmp_path), 10) == "exited"


def test_a_server_that_ignores_a_signal_gets_a_stronger_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = ((signal.SIGINT, 0.05), (signal.SIGQUIT, 0.05), (signal.SIGKILL, 10.0))
    monkeypatch.setattr(supervisor, "STOP_STEPS", steps)
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    ignore = "import os, signal, time; [signal.signal(n, signal.SIG_IGN) for n in (2, 3)];"
    child = launch(f"{ignore} os.write({writing}, b'x'); time.sleep(60)")
    os.read(reading, 1)
    supervisor.stop(child)
    assert not is_alive(child)
    os.close(reading)
    os.close(writing)


def test_the_supervisor_ends_with_the_server() -> None:
    child = launch("import time; time.sleep(60)")
    other = subprocess.Popen(["true"])
    other.wait()  # the end of another child is not that of the server
    os.kill(child, signal.SIGKILL)
    supervisor.wait_for_the_end(child)
    assert supervisor.has_ended(child)


def test_the_supervisor_stops_the_server_without_clients(tmp_path: Path) -> None:
    (tmp_path / "clients.lock").touch()
    supervisor.watch_clients(str(tmp_path / "clients.lock"), threading.get_ident())
    assert eventually(lambda: signal.SIGUSR1 in signal.sigpending())
    supervisor.wait_for_the_end(os.getpid())


def test_a_report_to_a_killed_client_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    supervisor.report_outcome(writing, "ready")
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(writing)
