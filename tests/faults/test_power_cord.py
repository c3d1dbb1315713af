"""A running portal loses its database, its process or its disk."""

import datetime as dt
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.embedded import EmbeddedServer
from db.embedded.files import Layout, hold_lock
from lib.access import Role
from lib.services.packages import importing
from lib.services.people import logins, sign_in
from lib.services.people.logins import NewLogin
from tests.kit.embedded import (
    attached,
    eventually,
    kill,
    postmasters,
    processes,
    scratch_folder,
    supervisors,
)
from tests.kit.faults import GOLDEN, database_state, fetch_tuples
from tests.kit.month import Town
from tests.kit.prepared import bind_engines
from tests.kit.process import OPERATED, Kabinet, Web

_PERIOD = dt.date(2024, 1, 1)
PASSWORD = "Parol-dlya-testa-1"
_LOGIN = NewLogin("lodger", "lodger@example.org", "Муравьев", "Сергей", Role.RESIDENT, "Иванович")


class PortalSession:
    """A running portal with the golden account, and a session of its resident."""

    def __init__(self, web: Web, token: str, receipt: str) -> None:
        self.web, self.token, self.receipt = web, token, receipt

    @property
    def folder(self) -> Path:
        return self.web.kabinet.state / "postgres"

    def read_receipt(self) -> tuple[int, str]:
        return self.web.ask(self.receipt, self.token)


@pytest.fixture(scope="module")
def portal() -> Iterator[PortalSession]:
    with scratch_folder() as top:
        web = Web(Kabinet(top / "state"))
        web.start()
        try:
            yield _open_session(web)
        finally:
            printed = web.end(signal.SIGINT)
    assert "Traceback" not in printed, printed


def _open_session(web: Web) -> PortalSession:
    server = EmbeddedServer.attach(web.kabinet.state / "postgres")
    with bind_engines(server, "kabinet"):
        importing.import_package(GOLDEN)
        logins.add_login(new=_LOGIN, password=PASSWORD)
        logins.grant_access(username=_LOGIN.username, sender="kamal", account="A1")
        ticket = sign_in.issue_ticket(
            name=_LOGIN.username, password=PASSWORD, visit="v", remember=False
        )
        token = sign_in.open_session(ticket=ticket, visit="v").token
        [(account,)] = fetch_tuples("SELECT id FROM account")
    server.detach()
    return PortalSession(web, token, f"/documents/receipts/{account}/2014-10.pdf")


@contextmanager
def _asking(portal: PortalSession) -> Iterator[Counter[int]]:
    """Request the receipt and the readiness without a pause; count the answers."""
    statuses: Counter[int] = Counter()
    stopped = threading.Event()

    def ask() -> None:
        while not stopped.is_set():
            statuses[portal.read_receipt()[0]] += 1
            statuses[portal.web.status("/readyz")] += 1

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield statuses
    finally:
        stopped.set()
        asking.join()


def test_the_portal_survives_the_loss_of_its_database(portal: PortalSession) -> None:
    assert portal.read_receipt()[0] == 200
    with _asking(portal) as statuses:
        for _ in range(2):
            kill(postmasters(portal.folder)[:1])
            time.sleep(0.5)
            assert eventually(lambda: portal.web.status("/readyz") == 200)
            assert eventually(lambda: portal.read_receipt()[0] == 200)

    assert portal.web.process
    assert portal.web.process.poll() is None
    assert set(statuses) <= {200, 503}, statuses


def test_without_the_database_every_answer_says_so(portal: PortalSession) -> None:
    # every start of the server waits for this lock
    with hold_lock(Layout(portal.folder.resolve()).start_lock):
        kill(postmasters(portal.folder)[:1])
        assert eventually(lambda: portal.web.status("/readyz") == 503)
        answer = portal.read_receipt()
        alive = portal.web.status("/healthz")
    assert eventually(lambda: portal.read_receipt()[0] == 200)

    assert alive == 200
    assert answer[0] == 503
    assert "Данные сейчас недоступны" in answer[1]


def test_a_second_portal_shares_the_server_and_keeps_it_running(portal: PortalSession) -> None:
    before = postmasters(portal.folder)
    second = Web(portal.web.kabinet)
    second.start()
    assert postmasters(portal.folder) == before

    printed = portal.web.end(signal.SIGINT)

    assert "Traceback" not in printed
    assert postmasters(portal.folder) == before
    assert second.ask(portal.receipt, portal.token)[0] == 200
    portal.web.start()
    assert "Traceback" not in second.end(signal.SIGINT)
    assert portal.read_receipt()[0] == 200


def test_a_killed_portal_leaves_no_process_and_starts_again(portal: PortalSession) -> None:
    assert len(supervisors(portal.folder)) == 1
    portal.web.end(signal.SIGKILL)
    assert eventually(lambda: not processes(portal.folder))

    portal.web.start()

    assert portal.read_receipt()[0] == 200


def test_ctrl_c_leaves_no_process(portal: PortalSession) -> None:
    printed = portal.web.end(signal.SIGINT)

    assert "Traceback" not in printed
    assert processes(portal.folder) == {}
    portal.web.start()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A separate small disk."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=30m,mode=755", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("may not mount here")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


@pytest.mark.parametrize("command", ["web", "migrate"])
@pytest.mark.parametrize(
    ("how", "sentence"),
    [("remount,size=30m", "не осталось места"), ("remount,ro", "KABINET_STATE")],
)
def test_a_full_disk_is_reported_at_the_start(
    command: str, how: str, sentence: str, disk: Path
) -> None:
    subprocess.run(["mount", "-o", how, str(disk)], check=True)

    code, printed = Kabinet(disk / "state").run(command, **OPERATED)

    assert code == 1
    assert sentence in " ".join(printed.split())
    assert "Traceback" not in printed


@pytest.mark.parametrize("room", [200, 2_000])
def test_a_disk_that_fills_up_during_an_import_is_reported(disk: Path, room: int) -> None:
    subprocess.run(["mount", "-o", "remount,size=400m", str(disk)], check=True)
    kabinet = Kabinet(disk / "state")
    assert kabinet.run("migrate")[0] == 0
    town = Town("town", accounts=1_000)
    frames = town.references() | {"accruals": town.lines(_PERIOD)}
    package = town.write(disk / "package", frames, period=_PERIOD)
    with attached(disk / "state" / "postgres") as server, bind_engines(server, "kabinet"):
        before = database_state()
        (disk / "ballast").write_bytes(bytes(_free(disk) - room * 1024))

        code, printed = kabinet.run("import", str(package))

        (disk / "ballast").unlink()
        server.ensure_running()
        assert database_state() == before
        assert code == 1
        assert "Traceback" not in printed
        assert "места" in printed or "Данные сейчас недоступны" in printed, printed
        assert kabinet.run("import", str(package))[0] == 0


def _free(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize
