"""The small process between the clients and the postmaster; clients run it by its path.

    python -I -S supervisor.py REPORT_FD LOCK_FD CLIENTS_LOCK DATA UID GID COMMAND…

It is the postmaster's parent. It waits until no client holds CLIENTS_LOCK (the kernel drops a
killed client's lock), then stops the server and exits. If it is killed itself, the postmaster
dies of PR_SET_PDEATHSIG (Linux). It holds LOCK_FD, the server lock, for as long as it lives.

Start-up time matters: it imports only modules that load in a millisecond, no pathlib and no
dataclasses.
"""

import _thread
import fcntl
import os
import signal
import sys
import time

READY_LINE = 7  # of postmaster.pid, counted from 0
READY_SECONDS = 30.0
RECOVERY_SECONDS = 300.0  # replaying up to max_wal_size after a crash can take long
POLL_SECONDS = 0.004  # sigtimedwait needs no polling, but macOS does not have it
STOP_STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 5.0))
PR_SET_PDEATHSIG = 1
CANNOT_EXECUTE = 127
WAKE = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1)
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def main(arguments: list[str]) -> int:
    """Detach from the client that started us and run until no client needs the server."""
    report, server_lock = int(arguments[0]), int(arguments[1])
    for handle in (report, server_lock):
        os.set_inheritable(handle, False)
    if os.fork():
        return 0  # the client reaps this process at once, so there is no zombie
    clients_lock, data = arguments[2:4]
    # Blocked before the child exists, so that no death goes unnoticed; with a handler, because
    # a signal that is ignored by default need not stay pending.
    signal.pthread_sigmask(signal.SIG_BLOCK, WAKE)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    crashed = adopt_stale_pid(data)
    child = launch(arguments[6:], int(arguments[4]), int(arguments[5]))
    _thread.start_new_thread(watch_clients, (clients_lock, _thread.get_ident()))
    outcome = wait_until_ready(child, data, RECOVERY_SECONDS if crashed else READY_SECONDS)
    if outcome == "ready":
        report_outcome(report, outcome)
        wait_for_the_end(child)
    stop(child)
    if outcome != "ready":
        report_outcome(report, outcome)  # only now, because the client may try again at once
    return 0


def adopt_stale_pid(data: str) -> bool:
    """Write our process id into a left-over postmaster.pid; return whether there was one.

    Postgres refuses to start while the named process runs, even if the number was reused or the
    process is a zombie, but it takes the number of its own parent for a stale one. The file is
    kept, because postgres also checks the shared memory block that it names.
    """
    path = os.path.join(data, "postmaster.pid")  # noqa: PTH118 - no pathlib, see above
    try:
        # As root we write into the folder of another account, so links there are not followed.
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    with open(handle, "r+b") as file:  # noqa: PTH123 - no pathlib, see above
        rest = file.read().partition(b"\n")[2]
        file.seek(0)
        file.write(b"%d\n%s" % (os.getpid(), rest))
        file.truncate()
    return True


def launch(command: list[str], uid: int, gid: int) -> int:
    """Start the postmaster and return its process id."""
    parent = os.getpid()
    libc = None
    if sys.platform == "linux":
        import ctypes  # imported here, because it takes 5 ms and is not needed elsewhere

        libc = ctypes.CDLL(None)
    child = os.fork()
    if child:
        return child
    try:
        become(uid, gid)
        if libc is not None:  # after the switch, which clears the setting
            libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
        if os.getppid() == parent:  # otherwise the parent died before the death signal was set
            os.chdir("/")
            os.umask(0o077)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            os.execve(command[0], command, ENVIRONMENT)  # noqa: S606 - our own binary
    except OSError as error:
        os.write(2, f"{command[0]}: {error}\n".encode())
    finally:
        os._exit(CANNOT_EXECUTE)


def become(uid: int, gid: int) -> None:
    """Switch to the account of the server; a negative id means no switch."""
    if uid < 0:
        return
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def wait_until_ready(child: int, data: str, seconds: float) -> str:
    """Wait for the status line; return "ready", "exited", "timeout" or "stopped"."""
    path = os.path.join(data, "postmaster.pid")  # noqa: PTH118 - no pathlib, see above
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if signal.sigpending() - {signal.SIGCHLD}:
            return "stopped"
        if has_ended(child):
            return "exited"
        if is_ready(path, child):
            return "ready"
        time.sleep(POLL_SECONDS)
    return "timeout"


def is_ready(path: str, child: int) -> bool:
    """Tell whether the status file is of this child and says that it accepts connections."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - no pathlib, see above
            lines = file.read().splitlines()
    except OSError:
        return False
    return (
        len(lines) > READY_LINE
        and lines[0] == b"%d" % child
        and lines[READY_LINE].strip() == b"ready"
    )


def report_outcome(report: int, outcome: str) -> None:
    """Write the outcome to the client that started us, if it still runs."""
    try:
        os.write(report, outcome.encode())
    except BrokenPipeError:
        pass  # it was killed; the lock of the clients decides what happens next
    finally:
        os.close(report)


def watch_clients(clients_lock: str, main_thread: int) -> None:
    """Wait in a thread until no client is left, then wake the main thread.

    The lock is kept until we exit; a client that comes now waits for that and starts a new server.
    """
    handle = os.open(clients_lock, os.O_RDWR | os.O_CLOEXEC)
    fcntl.flock(handle, fcntl.LOCK_EX)
    signal.pthread_kill(main_thread, signal.SIGUSR1)


def wait_for_the_end(child: int) -> None:
    """Sleep until the postmaster dies, no client is left or a stop is requested."""
    while signal.sigwait(WAKE) == signal.SIGCHLD:
        if has_ended(child):
            return


def has_ended(child: int) -> bool:
    """Tell whether the postmaster is dead, and reap it."""
    try:
        return os.waitpid(child, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True  # reaped before


def stop(child: int) -> None:
    """Shut the server down in fast mode, and in immediate mode if it does not stop."""
    for number, seconds in STOP_STEPS:
        if has_ended(child):
            return
        os.kill(child, number)
        deadline = time.monotonic() + seconds
        while not has_ended(child) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
