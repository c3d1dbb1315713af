"""Parallel and killed imports of registers: no deadlock, right totals, all or nothing."""

import datetime as dt
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from db.embedded import EmbeddedServer
from lib import clock
from lib.access import Actor, Role
from lib.exchange.verdict import Verdict
from lib.services.decisions import AlreadyDecided
from lib.services.registers import decisions, importing, queue
from tests.kit.faults import database_state, fetch_tuples
from tests.kit.forked import Forked, start_module
from tests.kit.payments import register_victim
from tests.kit.payments.registers import GOLDEN, sber
from tests.kit.prepared import DEMO, bind_engines, clone_database

_FILES, _ROWS = 6, 20


@pytest.fixture(scope="module")
def town(server: EmbeddedServer) -> Iterator[str]:
    with clone_database(server, DEMO) as name:
        yield name


@pytest.fixture(autouse=True)
def _bound(server: EmbeddedServer, town: str) -> Iterator[None]:
    with bind_engines(server, town):
        yield


def _day() -> str:
    """Return yesterday: it is in no closed month of the demonstration."""
    return f"{clock.today() - dt.timedelta(days=1):%d-%m-%Y}"


def _registers(folder: Path, prefix: str) -> list[Path]:
    """Write registers with payments for the same accounts, each in another order."""
    numbers = [
        row[0] for row in fetch_tuples("SELECT number FROM account GROUP BY 1 HAVING count(*) = 1")
    ]
    paths = []
    for at in range(_FILES):
        turned = numbers[at:_ROWS] + numbers[:at]
        lines = [f"{_day()};{prefix}{at}-{number};{number};10,00" for number in turned]
        paths.append(sber(folder, *lines, name=f"{prefix}{at}.txt", number=at))
    return paths


def _sums() -> tuple[int, Decimal, Decimal]:
    [(rows, paid)] = fetch_tuples(
        "SELECT count(*), coalesce(sum(amount), 0) FROM register_row WHERE account_text <> '0'"
    )
    [(split,)] = fetch_tuples(
        "SELECT coalesce(sum(p.amount), 0) FROM register_part p JOIN register_row r "
        "USING (register_id, line) WHERE r.status = 'posted'"
    )
    [(total,)] = fetch_tuples(
        "SELECT coalesce(sum(amount), 0) FROM register_row WHERE status = 'posted' "
        "AND payment_id IS NULL"
    )
    assert split == total > 0 or rows == 0
    return rows, paid, split


def test_simultaneous_registers_are_each_imported_once(tmp_path: Path) -> None:
    files = _registers(tmp_path, "T")
    before = _sums()

    with ThreadPoolExecutor(len(files) * 2) as pool:
        outcomes = list(pool.map(importing.import_register, files * 2))

    verdicts = [outcome.verdict for outcome in outcomes]
    assert verdicts.count(Verdict.IMPORTED) == len(files)
    assert verdicts.count(Verdict.UNCHANGED) == len(files)
    after = _sums()
    assert after[0] - before[0] == _FILES * _ROWS
    assert after[1] - before[1] == _FILES * _ROWS * 10


def test_many_clicks_at_once_post_one_payment(tmp_path: Path) -> None:
    importing.import_register(sber(tmp_path, f"{_day()};CLICK;12345;7,00", name="c.txt"))
    [(login,)] = fetch_tuples("SELECT id FROM login WHERE username = 'admin'")
    admin = Actor(login, "admin", "", "", Role.ADMIN)
    row = next(row for row in queue.list_waiting(actor=admin).rows if row.number == "12345")
    colleagues = [admin] * 6 + [Actor(login + 1, "other", "", "", Role.ADMIN)] * 6

    def click(actor: Actor) -> str:
        try:
            return decisions.post_payment(
                actor=actor,
                register_id=row.register_id,
                line=row.line,
                number=GOLDEN,
                request_key=f"form {actor.login_id}",
                address="203.0.113.7",
            ).sentence
        except AlreadyDecided as refused:
            return str(refused)

    with ThreadPoolExecutor(len(colleagues)) as pool:
        messages = list(pool.map(click, colleagues))

    assert sum("проведён на счёт" in message for message in messages) == 6
    assert sum("уже проведён" in message for message in messages) == 6
    assert fetch_tuples(
        "SELECT sum(amount) FROM register_part WHERE register_id = :register AND line = :line",
        register=row.register_id,
        line=row.line,
    ) == [(Decimal("7.00"),)]


def _victim(server: EmbeddedServer, town: str, path: Path, step: str) -> Forked:
    url = server.cluster.url(user="kabinet_ROLE", database=town)
    return start_module(
        "tests.kit.payments.register_victim",
        [str(path), step],
        environment={**os.environ, register_victim.URL: url},
    )


def test_a_killed_import_leaves_nothing_and_the_next_one_works(
    server: EmbeddedServer, town: str, tmp_path: Path
) -> None:
    first, second = _registers(tmp_path, "K")[:2]
    before = database_state()
    dying = [_victim(server, town, first, step) for step in register_victim.STEPS]
    assert {process.wait() for process in dying} == {-signal.SIGKILL}
    assert database_state() == before

    both = [_victim(server, town, path, "never") for path in (first, second)]
    assert [process.wait() for process in both] == [0, 0]
    assert importing.import_register(first).verdict is Verdict.UNCHANGED
    assert _sums()[0] - before["register_row"][0] <= 2 * _ROWS
    assert database_state()["register"][0] - before["register"][0] == 2
