"""The operating system account of the embedded server, and running commands under it.

PostgreSQL refuses to run as root. Started by root, the server therefore runs under an unprivileged
account; started by anybody else, it runs under the same account.
"""

import contextlib
import os
import pwd
import select
import shutil
import signal
import stat
import subprocess
import sys
from dataclasses import dataclass, replace
from io import RawIOBase
from pathlib import Path

from db.embedded.files import EmbeddedServerRefused, Layout

ACCOUNTS = ("postgres", "nobody")
CAPABILITIES = ("dac_read_search", "dac_override")
# Our own variables, KABINET_SECRET above all, must not reach a process of another account, and
# variables like PGOPTIONS must not reach the server.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}
NOT_REACHED = 3
KILL_SECONDS = 10.0
REACH = 'cd -- "$1" || exit 3; exec "$2" --version'


@dataclass(frozen=True, slots=True)
class Account:
    """The account that the server runs under.

    Attributes:
        uid: user id of the server's processes.
        gid: group id of the server's processes.
        switched: whether it differs from the account of this process.
        capability: lets the account pass through folders closed to it; empty if not needed.
    """

    uid: int
    gid: int
    switched: bool
    capability: str = ""

    def wrap(self, command: list[str]) -> list[str]:
        """Return the command line that runs a command with the capability, if there is one."""
        if not self.capability:
            return command
        caps = f"-all,+{self.capability}"
        return [
            shutil.which("setpriv") or "setpriv",
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            "--clear-groups",
            f"--inh-caps={caps}",
            f"--ambient-caps={caps}",
            # a change of the account clears the signal that the supervisor has asked for
            "--pdeathsig=INT",
            "--",
            *command,
        ]

    @property
    def switch(self) -> tuple[int, int] | None:
        """Return the ids to switch to before the command; setpriv switches itself."""
        return (self.uid, self.gid) if self.switched and not self.capability else None

    def run(
        self, command: list[str], *, output: int, keep: tuple[int, ...] = (), timeout: float
    ) -> int:
        """Run a command as this account and return its exit code.

        Args:
            command: what to run.
            output: descriptor for its output.
            keep: descriptors it inherits.
            timeout: seconds.

        Raises:
            OSError: the switch is not permitted or the program is missing.
            subprocess.TimeoutExpired: it and all that it started were killed after the timeout.
        """
        uid, gid = self.switch or (None, None)
        reading, writing = os.pipe()
        with open(reading, "rb", buffering=0) as pipe:  # noqa: PTH123 - a descriptor, not a path
            try:
                process = subprocess.Popen(  # noqa: S603 - our own binaries
                    self.wrap(command),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=ENVIRONMENT,
                    cwd="/",
                    pass_fds=(*keep, writing),
                    start_new_session=True,
                    user=uid,
                    group=gid,
                    extra_groups=None if uid is None else [],
                )
            finally:
                os.close(writing)
            try:
                return process.wait(timeout)
            except BaseException:
                _kill(process, pipe)
                raise


def _kill(process: subprocess.Popen[bytes], pipe: RawIOBase) -> None:
    """Kill a command with its descendants and wait until the last one has closed the pipe.

    initdb starts children: if only initdb is killed, a child goes on writing files.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    select.select([pipe], [], [], KILL_SECONDS)


def choose_account(layout: Layout) -> Account:
    """Return the account for a folder: the owner of its data, or the first known account.

    Raises:
        EmbeddedServerRefused: the data belongs to an account that we cannot switch to.
    """
    me = os.geteuid()
    try:
        owner = layout.data.stat()
    except FileNotFoundError:
        return _unprivileged() if me == 0 else Account(me, os.getegid(), switched=False)
    if owner.st_uid == 0 or me not in {0, owner.st_uid}:
        raise EmbeddedServerRefused(
            f"Данные встроенной базы в {layout.data} принадлежат другому пользователю системы "
            f"(uid {owner.st_uid}): запускайте портал от его имени или укажите в KABINET_STATE "
            "другую папку."
        )
    return Account(owner.st_uid, owner.st_gid, switched=me == 0)


def _unprivileged() -> Account:
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, switched=True)
    raise EmbeddedServerRefused(
        "PostgreSQL не работает от имени root, а учётной записи postgres или nobody в системе нет: "
        "создайте её (useradd --system postgres) или запустите портал от обычного пользователя."
    )


def check_access(layout: Layout, account: Account, initdb: Path) -> tuple[Account, bool]:
    """Find out whether the account can enter the folder and run the binaries.

    The access is tried, not computed from the modes: access lists and mounts matter, too.

    Returns:
        The account, with a capability if it needs one, and whether the binaries run.

    Raises:
        EmbeddedServerRefused: the account cannot enter the folder.
    """
    if not account.switched:
        return account, True
    trials = [account]
    if sys.platform == "linux":
        trials += [replace(account, capability=name) for name in CAPABILITIES]
    for trial in trials:
        code = _probe(layout, trial, initdb)
        if code == 0 or (code in {126, 127} and not trial.capability):
            return trial, code == 0
    raise EmbeddedServerRefused(
        f"Учётная запись сервера базы (uid {account.uid}) не может войти в папку {layout.folder}: "
        "укажите в KABINET_STATE папку, доступную ей (например, /var/lib/kabinet)."
    )


def _probe(layout: Layout, account: Account, initdb: Path) -> int:
    command = ["/bin/sh", "-c", REACH, "sh", str(layout.folder), str(initdb)]
    try:
        return account.run(command, output=subprocess.DEVNULL, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return NOT_REACHED


def make_private_folder(path: Path, account: Account) -> None:
    """Make a 0700 folder of the account, or accept an existing one of the right owner and mode.

    Raises:
        EmbeddedServerRefused: the path belongs to another account.
        OSError: the folder cannot be made.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise _planted(path) from error
    try:
        found = os.fstat(handle)
        if found.st_uid not in {os.geteuid(), account.uid}:
            raise _planted(path)
        if found.st_uid != account.uid:
            os.fchown(handle, account.uid, account.gid)
        if stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
            os.fchmod(handle, stat.S_IRWXU)
    finally:
        os.close(handle)


def _planted(path: Path) -> EmbeddedServerRefused:
    return EmbeddedServerRefused(
        f"Папка {path} принадлежит не серверу базы: удалите её или укажите в KABINET_STATE "
        "более короткий путь."
    )
