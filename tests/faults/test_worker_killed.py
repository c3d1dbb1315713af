"""kill -9 of the worker while it sends: no letter is lost, repeated ones are in the log."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from db import session as database
from db.embedded import EmbeddedServer
from lib.mail import outbox
from lib.mail.letter import compose_letter
from tests.kit.embedded import eventually
from tests.kit.faults import SOAK, fetch_tuples
from tests.kit.mail_server import MailServer, run_mail_server
from tests.kit.portal import ROOT
from tests.kit.process import OPERATED

_KILLS, _LETTERS = (3, 75) if SOAK == 1 else (20, 500)
_HANDS = 4


# run `kabinet worker` in a fork for each line read, with the modules already loaded
_LAUNCHER = f"""
import os, signal, sys
from lib.cli.worker import worker
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    child = os.fork()
    if not child:
        worker(concurrency={_HANDS}, stalled_after=2)
        os._exit(0)
    print(child, flush=True)
"""


@dataclass
class Workers:
    """Processes of `kabinet worker`, one after another, with one log."""

    launcher: "subprocess.Popen[str]"
    log: Path
    working: int = 0

    def start(self) -> None:
        assert self.launcher.stdin
        assert self.launcher.stdout
        self.launcher.stdin.write("\n")
        self.launcher.stdin.flush()
        # skip the rest of the previous worker's output
        lines = iter(self.launcher.stdout.readline, "")
        self.working = int(next(line for line in lines if line.strip().isdecimal()))

    def kill(self) -> None:
        os.kill(self.working, signal.SIGKILL)
        self.working = 0

    def count_events(self, event: str) -> Counter[int]:
        """Count the log lines of ``event`` by letter."""
        lines = (line for line in self.log.read_text().splitlines() if line.startswith("{"))
        events = (json.loads(line) for line in lines)
        return Counter(line["letter"] for line in events if line["event"] == event)


@pytest.fixture
def office() -> Iterator[MailServer]:
    """A slow mail server, so that kills happen at every step of a letter."""
    with run_mail_server() as post:
        post.seconds = 0.02
        yield post


@pytest.fixture
def workers(
    server: EmbeddedServer, empty: str, office: MailServer, tmp_path: Path
) -> Iterator[Workers]:
    cluster = server.cluster
    url = f"postgresql://kabinet_owner@/{empty}?host={cluster.socket_dir}&port={cluster.port}"
    path = tmp_path / "workers.log"
    with path.open("ab") as log:
        launcher = subprocess.Popen(
            [sys.executable, "-c", _LAUNCHER],
            cwd=ROOT,
            env={**os.environ, **OPERATED, "DATABASE_URL": url, "SMTP_URL": office.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    processes = Workers(launcher, path)
    try:
        yield processes
    finally:
        if processes.working:
            processes.kill()
        launcher.communicate()


def post_letters(count: int) -> None:
    letter = compose_letter(
        subject="Квитанция", greeting="Здравствуйте!", paragraphs=["Счёт готов."]
    )
    with database.transaction(database.OPERATOR) as session:
        for number in range(count):
            outbox.post_letter(session, recipient=f"resident{number}@example.ru", letter=letter)


def unsent() -> int:
    return int(fetch_tuples("SELECT count(*) FROM letter WHERE sent_at IS NULL")[0][0])


def test_kill_9_loses_no_letter_and_logs_each_repeated_one(
    workers: Workers, office: MailServer
) -> None:
    chance = random.Random(2014)  # noqa: S311 - repeatable moments, no secrets
    post_letters(_LETTERS)

    for _ in range(_KILLS):
        enough = len(office.taken) + chance.randint(1, _LETTERS // (_KILLS + 1))
        workers.start()
        assert eventually(lambda: len(office.taken) >= enough), workers.log.read_text()  # noqa: B023
        time.sleep(chance.uniform(0, 0.04))
        workers.kill()
    assert unsent() > 0
    workers.start()
    while remaining := unsent():
        assert eventually(lambda: unsent() < remaining), workers.log.read_text()

    by_recipient = Counter(recipients[0] for recipients in office.recipients)
    assert set(by_recipient) == {f"resident{number}@example.ru" for number in range(_LETTERS)}
    began, finished = workers.count_events("letter sending"), workers.count_events("letter sent")
    doubles = {name: count for name, count in by_recipient.items() if count > 1}
    keys = dict(fetch_tuples("SELECT recipient, id FROM letter"))
    for name, count in doubles.items():
        # each copy was started; all but the last were killed between «250» and the commit
        assert began[keys[name]] - finished[keys[name]] >= count - 1, name
    assert sum(doubles.values()) - len(doubles) <= _KILLS * _HANDS
    # a repeated letter has the same Message-ID
    assert len(set(office.ids())) == _LETTERS
