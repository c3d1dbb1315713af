"""Start the embedded server: account, binaries, initdb, supervisor."""

import errno
import os
import select
import shutil
import subprocess
import sys
from io import RawIOBase
from pathlib import Path

from db.embedded.account import Account, check_access, choose_account, make_private_folder
from db.embedded.binaries import check_version, copy_binaries, find_package
from db.embedded.files import PORT, EmbeddedServerRefused, Layout
from db.embedded.leftovers import clear_leftovers

SUPERVISOR = Path(__file__).with_name("supervisor.py")
INITDB_SECONDS = 180.0
DETACH_SECONDS = 30.0  # for an interpreter to start and fork on a very busy machine
REPORT_SECONDS = 310.0  # the supervisor gives up earlier: 30 s, or 300 s after a crash
ATTEMPTS = 3  # a start that cannot succeed fails within 50 ms
LOG_BYTES = 10 * 1024 * 1024
ENOUGH_BYTES = 48 * 1024 * 1024  # a failure with less free space than this is a full disk
EVERYBODY_PASSES = 0o011
INITDB_OPTIONS = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--username=postgres",
    "--auth-local=trust",  # the socket's folder is 0700
    "--auth-host=reject",
    "--no-instructions",
)
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # The pools of one process may hold a hundred: twenty for each of five roles.
    "max_connections": "200",
    "shared_buffers": "128MB",
    # Files in the data folder rather than in /dev/shm: a kill -9 leaves nothing behind there, a
    # container's 64 MB do not limit parallel queries, and these are no slower.
    "dynamic_shared_memory_type": "mmap",
    "fsync": "on",
    # There is no replication, so data for a new table does not have to be written twice.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
    # No personal data in the log: neither statements and parameters nor the values that errors
    # quote ("Key (email)=(…) already exists"). The application gets its errors anyway.
    "log_statement": "none",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    # Ends the query of a killed client, so that nothing outlives a kill -9 of everything.
    "client_connection_check_interval": "2s",
}


def start_server(layout: Layout, *, start_lock: int, server_lock: int) -> None:
    """Start the server and return when it accepts connections.

    Args:
        layout: the paths of the server.
        start_lock: held by the caller; initdb inherits it, so an initdb that outlives a killed
            caller is waited for, and there are never two of them.
        server_lock: held by the caller; the supervisor inherits it and keeps it for life.

    Raises:
        EmbeddedServerRefused: it does not start; the message says why and what to do.
        OSError: a file operation failed.
    """
    account = choose_account(layout)
    if account.switched:
        _let_pass(layout.folder)
    root = find_package()
    account, runs = check_access(layout, account, root / "pginstall/bin/initdb")
    if not runs:
        root = copy_binaries(layout, root)
    check_version(layout, root)
    log = _open_log(layout)
    try:
        if not layout.data.exists():
            _initialise(layout, account, root, log=log, start_lock=start_lock)
        make_private_folder(layout.socket_dir, account)
        _serve(layout, account, root, log=log, server_lock=server_lock)
    finally:
        os.close(log)


def make_refusal(layout: Layout, error: OSError) -> EmbeddedServerRefused:
    """Return the error for a failed file operation."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _disk_full(layout)
    place = error.filename or layout.folder
    return EmbeddedServerRefused(
        f"Встроенная база не может работать в папке {layout.folder} ({error.strerror}: {place}): "
        "дайте порталу права на неё или укажите в KABINET_STATE другую папку."
    )


def _failure(layout: Layout, *, timed_out: bool = False) -> EmbeddedServerRefused:
    """Return the message for a failed program of PostgreSQL."""
    if shutil.disk_usage(layout.folder).free < ENOUGH_BYTES:
        return _disk_full(layout)
    how = "не успела запуститься за отведённое время" if timed_out else "не запустилась"
    return EmbeddedServerRefused(f"Встроенная база {how}: причина – в журнале {layout.log}.")


def _disk_full(layout: Layout) -> EmbeddedServerRefused:
    return EmbeddedServerRefused(
        f"На диске с папкой {layout.folder} не осталось места: освободите хотя бы 200 МБ и "
        "запустите портал снова."
    )


def _let_pass(folder: Path) -> None:
    """Let the account of the server pass through our own folder, but not those above it."""
    mode = folder.stat().st_mode & 0o7777
    if mode & EVERYBODY_PASSES != EVERYBODY_PASSES:
        folder.chmod(mode | EVERYBODY_PASSES)


def _open_log(layout: Layout) -> int:
    """Open the log for appending; a large log is renamed and replaces the older one."""
    if layout.log.exists() and layout.log.stat().st_size > LOG_BYTES:
        layout.log.replace(layout.log.with_suffix(".log.1"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(layout.log, flags, 0o600)
    owner = layout.folder.stat()
    if os.geteuid() == 0 and owner.st_uid:
        # `sudo kabinet …` in an ordinary user's folder must not lock that user out of the log.
        os.fchown(handle, owner.st_uid, owner.st_gid)
    return handle


def _initialise(layout: Layout, account: Account, root: Path, *, log: int, start_lock: int) -> None:
    """Create the cluster in another folder and move it here when it is complete and on disk."""
    shutil.rmtree(layout.unfinished, ignore_errors=True)
    try:
        make_private_folder(layout.unfinished, account)
        _initdb(layout, account, root, log=log, start_lock=start_lock)
        layout.unfinished.rename(layout.data)
        _sync(layout.folder)
    except BaseException:
        shutil.rmtree(layout.unfinished, ignore_errors=True)
        raise


def _initdb(layout: Layout, account: Account, root: Path, *, log: int, start_lock: int) -> None:
    program = str(root / "pginstall/bin/initdb")
    command = [program, f"--pgdata={layout.unfinished}", *INITDB_OPTIONS]
    try:
        code = account.run(command, output=log, keep=(start_lock,), timeout=INITDB_SECONDS)
    except subprocess.TimeoutExpired:
        raise _failure(layout, timed_out=True) from None
    if code:
        raise _failure(layout)


def _sync(folder: Path) -> None:
    """Sync a folder, so that a rename in it survives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _serve(layout: Layout, account: Account, root: Path, *, log: int, server_lock: int) -> None:
    """Start the server; try once more if it fails, since it may have been killed meanwhile."""
    outcome = ""
    for _ in range(ATTEMPTS):
        clear_leftovers(layout)
        outcome = _supervise(layout, account, root, log=log, server_lock=server_lock)
        if outcome == "ready":
            return
        if outcome == "timeout":
            break
    raise _failure(layout, timed_out=outcome == "timeout")


def _command(layout: Layout, account: Account, root: Path) -> list[str]:
    settings = SETTINGS | {
        "unix_socket_directories": str(layout.socket_dir),
        "port": str(PORT),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return account.wrap([str(root / "pginstall/bin/postgres"), "-D", str(layout.data), *options])


def _supervise(layout: Layout, account: Account, root: Path, *, log: int, server_lock: int) -> str:
    """Start the supervisor and the postmaster; return its report, empty if it crashed."""
    reading, writing = os.pipe()
    uid, gid = account.switch or (-1, -1)
    arguments = [writing, server_lock, layout.clients_lock, layout.data, uid, gid]
    command = [sys.executable, "-I", "-S", str(SUPERVISOR), *map(str, arguments)]
    with open(reading, "rb", buffering=0) as report:  # noqa: PTH123 - a descriptor, not a path
        try:
            subprocess.run(  # noqa: S603 - our own script; it forks and this half ends at once
                [*command, *_command(layout, account, root)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                pass_fds=(writing, server_lock),
                start_new_session=True,
                timeout=DETACH_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "timeout"
        finally:
            os.close(writing)
        return _read(report)


def _read(report: RawIOBase) -> str:
    """Return what the supervisor writes before it closes its end of the pipe."""
    poll = select.poll()
    poll.register(report, select.POLLIN)
    if not poll.poll(REPORT_SECONDS * 1000):
        return "timeout"
    return (report.read(100) or b"").decode()
