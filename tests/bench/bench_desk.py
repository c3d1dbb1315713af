"""The queue of one organisation with 200,000 appeals: every view, filter and search in SQL.

A tenth of them is open; a second organisation has 50,000 more. Figures are medians of the
statement that the screen sends, under row security. Plans come from auto_explain, which
also shows statements inside functions.
"""

import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text

from tests.bench.figure import Figure

_APPEALS, _HOUSES, _ACCOUNTS = 200_000, 400, 20_000
_TIMES, _WARMING = 15, 2
_MOST_MS = 50
_LARGE = re.compile(r"Seq Scan on (?:public\.)?(appeal|account|premise)\b")
_STREETS = ("Гражданская", "Ленина", "Мира", "Труда", "Завенягина", "Калмыкова", "Суворова")


def _chance(below: int, salt: int) -> str:
    """Return SQL for a pseudo-random number from 0 up to, but not including, ``below``."""
    return f"(hashint8(n * 64 + {salt}) & 2147483647) % {below}"


_PREPARE = (
    "INSERT INTO sender (code) VALUES ('bench')",
    """INSERT INTO organization (sender_id, external_id, name, kind)
       SELECT s.id, 'o' || n, 'ООО «Дом ' || n || '»', 'uk'
       FROM sender s, generate_series(1, 2) n""",
    # the first organisation must not see the appeals of the second
    f"""INSERT INTO house (sender_id, external_id, organization_id, city, street, house)
        SELECT s.id, 'h' || n, o.first, 'Магнитогорск',
               'ул. ' || (ARRAY['{"','".join(_STREETS)}'])[n % {len(_STREETS)} + 1], n::text
        FROM sender s, (SELECT min(id) AS first FROM organization) o,
             generate_series(1, {_HOUSES}) n""",
    f"""INSERT INTO premise (sender_id, external_id, house_id, number, kind)
        SELECT s.id, 'p' || n, h.first + n % {_HOUSES}, (n / {_HOUSES} + 1)::text, 'flat'
        FROM sender s, (SELECT min(id) AS first FROM house) h, generate_series(1, {_ACCOUNTS}) n""",
    """INSERT INTO account (sender_id, external_id, number, premise_id, organization_id, ownership,
           opened_on)
       SELECT p.sender_id, p.external_id, lpad(p.id::text, 10, '0'), p.id, h.organization_id,
           'private', '2010-01-01'
       FROM premise p JOIN house h ON h.id = p.house_id""",
    # a word in 3 of 5 appeals, some in 1 of 10 or 20, one in 1 of 5000
    f"""INSERT INTO appeal (account_id, number, kind, organization_id, house_id, topic, status,
            contact, sent_at, status_at, registered_on, due_on, assigned_to, request_key, searched)
        SELECT a.first + n % {_ACCOUNTS}, to_char(sent, 'YYYY-') || lpad(n::text, 6, '0'),
            CASE WHEN {_chance(25, 1)} = 0 THEN 'paid_service' ELSE 'appeal' END,
            CASE WHEN {_chance(5, 2)} = 0 THEN o.last ELSE o.first END, h.id,
            (ARRAY['charges', 'meters', 'quality', 'maintenance', 'cleaning', 'lift', 'waste',
                   'certificates', 'portal', 'other'])[{_chance(10, 3)} + 1],
            CASE WHEN age < 73
                 THEN (ARRAY['new', 'in_progress', 'deferred'])[{_chance(3, 4)} + 1]
                 ELSE (ARRAY['closed', 'closed', 'completed', 'declined'])[{_chance(4, 5)} + 1] END,
            'почта', sent, sent + interval '3 days', sent::date, sent::date + 14,
            CASE WHEN {_chance(4, 6)} = 0 THEN NULL ELSE 1 + {_chance(20, 7)} END, 'r' || n,
            concat_ws(' ', to_char(sent, 'YYYY-') || lpad(n::text, 6, '0'), h.street, 'д.', h.house,
                'кв.', p.number,
                CASE WHEN {_chance(5, 8)} < 3 THEN 'В доме нет горячей воды, прошу проверить' END,
                CASE WHEN {_chance(10, 9)} = 1 THEN 'Прошу сделать перерасчёт за отопление' END,
                CASE WHEN {_chance(20, 10)} = 7 THEN 'Лифт стоит на третьем этаже' END,
                CASE WHEN {_chance(5000, 11)} = 3 THEN 'Сорвало козырёк над подъездом' END,
                repeat(md5(n::text) || ' ', 6))
        FROM (SELECT n, n % 730 AS age,
                     timestamptz '2026-06-01 12:00' - (n % 730) * interval '1 day' AS sent
              FROM generate_series(1, {_APPEALS} * 5 / 4) n) made,
             (SELECT min(id) AS first FROM account) a,
             (SELECT min(id) AS first, max(id) AS last FROM organization) o,
             premise p, house h
        WHERE p.id = (SELECT premise_id FROM account x WHERE x.id = a.first + n % {_ACCOUNTS})
          AND h.id = p.house_id""",
)
# filters of the screen, by the name of the figure
_ASKED: dict[str, dict[str, Any]] = {
    **{f"view {view}": {"view": view} for view in ("open", "overdue", "mine", "unassigned")},
    "view closed": {"view": "closed"},
    "open, one topic": {"view": "open", "topic": "lift"},
    "closed, one topic": {"view": "closed", "topic": "lift"},
    "open, paid requests": {"view": "open", "kind": "paid_service"},
    "closed, paid requests": {"view": "closed", "kind": "paid_service"},
    "mine, one topic": {"view": "mine", "topic": "lift"},
    "unassigned, one topic, appeals": {"view": "unassigned", "topic": "lift", "kind": "appeal"},
    "a topic without appeals": {"view": "open", "topic": "personal_data"},
    "mistakes in the text": {"view": "open", "kind": "mistake"},
    "requests for accounts": {"view": "open", "kind": "account_request"},
    "search by number": {"view": "all", "numbers": ("2026-000123", "2025-000123")},
    "search by address": {"view": "all", "words": "Гражданская 147 кв 3"},
    "search, a word of 3 in 5, all": {"view": "all", "words": "горячей воды"},
    "search, a word of 3 in 5, open": {"view": "open", "words": "горячей воды"},
    "search, a word of 3 in 5, mine": {"view": "mine", "words": "горячая вода"},
    "search, a word of 1 in 10, closed": {"view": "closed", "words": "перерасчёт"},
    "search, a word of 1 in 20, all": {"view": "all", "words": "лифт стоит"},
    "search, a word of 1 in 20, open": {"view": "open", "words": "лифт"},
    "search, a rare word": {"view": "all", "words": "козырёк"},
    "search, words never together": {"view": "all", "words": "лифт отопление"},
    "search, a word that is not there": {"view": "all", "words": "дирижабль"},
    "search with a topic": {"view": "closed", "words": "вода", "topic": "lift"},
}


def measure() -> list[Figure]:
    """Fill a separate database and run the queue with every filter of its screen."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        os.environ |= {"KABINET_DEMO": "1", "KABINET_STATE": str(state)}
        # the portal reads its settings when it is first imported from
        from lib import startup

        startup.connect()
        try:
            startup.migrate()
            return _measured(state)
        finally:
            startup.disconnect()


def _measured(state: Path) -> list[Figure]:
    with _superuser(state) as connection:
        for statement in _PREPARE:
            connection.execute(text(statement))
        connection.execute(text("VACUUM ANALYZE"))
        office = int(connection.scalar(text("SELECT min(id) FROM organization")) or 0)
        figures = [
            Figure(name, statistics.median(times), "ms", target=_MOST_MS, remark=remark)
            for name, (times, remark) in _timed(office).items()
        ]
    with _superuser(state, level="READ COMMITTED") as connection:
        scanned = _scanned(connection, office)
    remark = "; ".join(sorted(scanned)) or "none of appeal, account, premise"
    return [
        *figures,
        Figure("sequential scans of large tables", len(scanned), "plans", target=0, remark=remark),
    ]


@contextmanager
def _superuser(state: Path, *, level: Any = "AUTOCOMMIT") -> Iterator[Connection]:
    from db.embedded import EmbeddedServer

    server = EmbeddedServer.attach(state / "postgres")
    url = server.cluster.url(user="postgres", database="kabinet")
    engine = create_engine(url, isolation_level=level)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    server.detach()


def _timed(office: int) -> dict[str, tuple[list[float], str]]:
    from db import session as database
    from db.session import DatabaseRole, Viewer

    timings: dict[str, tuple[list[float], str]] = {}
    for name in (*_ASKED, "counts and incidents"):
        times, found = [], 0
        for _ in range(_TIMES + _WARMING):
            with database.transaction(Viewer(DatabaseRole.APP, 5, (), office)) as session:
                start = time.perf_counter()
                found = _ask(session, office, name)
                times.append((time.perf_counter() - start) * 1000)
        timings[name] = times[_WARMING:], f"{found} found"
    return timings


def _ask(session: Any, office: int, name: str) -> int:
    import datetime as dt

    from db.queries.appeals import desk_counts, desk_queue
    from db.queries.appeals.desk_queue import QueueQuery

    common: dict[str, Any] = {
        "organization_id": office,
        "login_id": 5,
        "today": dt.date(2026, 6, 1),
    }
    if name == "counts and incidents":
        since = dt.datetime(2026, 5, 30, 12, tzinfo=dt.UTC)
        return int(desk_counts.count_views(session, since=since, **common).open)
    rows = desk_queue.list_page(session, query=QueueQuery(**_ASKED[name]), skip=0, **common)
    return int(rows[0].found) if rows else 0


def _scanned(connection: Connection, office: int) -> set[str]:
    """Return the sequential scans of large tables, by filter, from plans really executed."""
    from db import session as database
    from db.session import DatabaseRole, Viewer

    plans: list[str] = []
    driver: Any = connection.connection.driver_connection
    driver.add_notice_handler(lambda notice: plans.append(notice.message_primary or ""))
    for setting in (
        "LOAD 'auto_explain'",
        "SET auto_explain.log_min_duration = 0",
        "SET auto_explain.log_nested_statements = on",
        "SET auto_explain.log_level = notice",
        "SET plan_cache_mode = force_generic_plan",
    ):
        connection.exec_driver_sql(setting)
    scanned: set[str] = set()
    database.bind(dict.fromkeys(DatabaseRole, connection))
    for name in (*_ASKED, "counts and incidents"):
        plans.clear()
        with database.transaction(Viewer(DatabaseRole.APP, 5, (), office)) as session:
            _ask(session, office, name)
        if not plans:
            raise AssertionError(name)
        scanned |= {f"{name}: {table}" for plan in plans for table in _LARGE.findall(plan)}
    return scanned
