"""A thousand accounts and fifty thousand, 24 months each: do other accounts slow a resident?

Both portals import the same city of a thousand accounts; in one of them
every account then gets 49 copies with the same rows under new keys.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from db.embedded import EmbeddedServer
from lib.services.billing import account_cards, bills
from lib.services.people import sign_in
from tests.bench.figure import Figure
from tests.bench.sessions import connected, signed_in
from tests.bench.viewer import Viewer
from tests.kit.portal import Portal

_ACCOUNTS, _MONTHS, _TIMES = 1_000, 24, 50
_SHIFT = 100_000_000  # distance between the keys of two copies
_ROUNDS, _RERUNS = 7, 12
_PAUSE_SECONDS = 0.02
_WARMING = 3  # the first runs prepare the statements
# tables that a resident's screens read, parents before children, with their key columns
_COPIED = {
    "account": {"id"},
    "payer": {"account_id"},
    "bill": {"account_id"},
    "accrual": {"account_id"},
    "payment": {"account_id", "id"},
    "payment_part": {"account_id", "id", "payment_id"},
    "recalculation": {"account_id", "id"},
    "penalty": {"account_id"},
}
_COLUMNS = text(
    "SELECT column_name FROM information_schema.columns "
    "WHERE table_schema = 'public' AND table_name = :name ORDER BY ordinal_position"
)
_UNIQUE = {"account": {"external_id", "number"}}


def measure() -> list[Figure]:
    """Measure reruns of both screens and the SQL behind them in both portals, interleaved."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        village = stack.enter_context(_portal(Path(folder) / "village"))
        city = stack.enter_context(_portal(Path(folder) / "city", grown=True))
        cookies = {portal.url: signed_in(portal.state) for portal in (village, city)}
        figures = [
            _rerun(name, page, village, city, cookies)
            for name, page in (("Главная", ""), ("Начисления", "charges"))
        ]
        return [*figures, _sql(village, city, cookies)]


@contextmanager
def _portal(state: Path, *, grown: bool = False) -> Iterator[Portal]:
    state.mkdir()
    portal = Portal(state, accounts=_ACCOUNTS, months=_MONTHS, patience_seconds=600)
    portal.start()
    try:
        if grown:
            _grow(state)
        yield portal
    finally:
        portal.stop()


def _grow(state: Path) -> None:
    """Copy every account 49 times, with new keys and numbers and equal values."""
    server = EmbeddedServer.attach(state / "postgres")
    engine = create_engine(
        server.cluster.url(user="postgres", database="kabinet"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        # copies are valid by construction; like the importer, skip the triggers
        connection.execute(text("SET session_replication_role = replica"))
        for table, keys in _COPIED.items():
            _copy(connection, table, keys)
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
    engine.dispose()
    server.detach()


def _copy(connection: Connection, table: str, keys: set[str]) -> None:
    columns = list(connection.scalars(_COLUMNS, {"name": table}))
    unique = _UNIQUE.get(table, set())
    values = [
        f"{c} + k * {_SHIFT}::bigint" if c in keys else f"{c} || '-' || k" if c in unique else c
        for c in columns
    ]
    connection.execute(
        text(
            f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE "
            f"SELECT {', '.join(values)} FROM {table}, generate_series(1, {_TIMES - 1}) k"
        )
    )


def _rerun(name: str, page: str, village: Portal, city: Portal, cookies: dict[str, str]) -> Figure:
    times: dict[str, list[float]] = {village.url: [], city.url: []}
    with ExitStack() as stack:
        viewers = {
            url: stack.enter_context(Viewer(url, page=page, cookie=cookies[url])) for url in times
        }
        for _ in range(_ROUNDS * _RERUNS):
            for url, viewer in viewers.items():
                time.sleep(_PAUSE_SECONDS)
                start = time.perf_counter()
                viewer.rerun()
                times[url].append((time.perf_counter() - start) * 1000)
    small, large = (statistics.median(times[portal.url]) for portal in (village, city))
    what = f"{name}: a rerun, {_ACCOUNTS * _TIMES:,} accounts against {_ACCOUNTS:,}"
    return Figure(what, large, "ms", small, 1.2)


def _sql(village: Portal, city: Portal, cookies: dict[str, str]) -> Figure:
    """Time the statements of both screens without drawing them."""
    times: dict[str, list[float]] = {village.url: [], city.url: []}
    for _ in range(_ROUNDS):
        for portal in (village, city):
            times[portal.url] += _asked(portal, cookies[portal.url])
    small, large = (statistics.median(times[portal.url]) for portal in (village, city))
    return Figure("SQL of both screens, the same", large, "ms", small, 1.1)


def _asked(portal: Portal, cookie: str) -> list[float]:
    times = []
    with connected(portal.state):
        actor = sign_in.find_actor(token=cookie.partition("=")[2])
        assert actor is not None
        for _ in range(_RERUNS + _WARMING):
            start = time.perf_counter()
            first, *_ = account_cards.list_cards(actor=actor)
            bills.get_charges(actor=actor, account_id=first.account_id, period=first.last_closed)
            times.append((time.perf_counter() - start) * 1000)
    return times[_WARMING:]
