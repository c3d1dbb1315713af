"""Free queries that look for one flat, for files, settings, other catalogues, or all memory."""

import datetime as dt
import functools
import os
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.domain.insight.privacy import FEWEST
from lib.facts import merging, reader
from lib.facts.free_query import asking, opening, rules
from lib.facts.free_query.asking import QueryRefused, Result
from lib.facts.free_query.open_tables import OPEN_KINDS
from lib.facts.free_query.rules import Refused
from lib.facts.manifest import Manifest
from lib.facts.merging import Division
from lib.facts.reader import Facts
from lib.services.insight import screens
from tests.kit.insight.versions import facts, first_version, manifest

__all__ = ["facts", "first_version", "manifest"]

_HOUSES = "SELECT house FROM months WHERE period = '{}' AND house IS NOT NULL"
BOUNDS = {dt.date(2000, 1, 1): (30, 90, 365)}


@pytest.fixture(scope="module")
def database(first_version: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The open tables of the demonstration."""
    folder = tmp_path_factory.mktemp("open")
    return opening.make_database(first_version, organization=None, bounds=BOUNDS, folder=folder)


def ask(path: Path, statement: str) -> Result:
    return asking.ask_database(path, statement, {})


def read_rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query, without a process of its own."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(statement).fetchall()


@functools.cache
def _judging() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def judge(statement: str) -> str:
    """Return why a statement is refused, as the process of a query does it."""
    with pytest.raises(Refused) as refused:
        rules.check_statement(_judging(), statement, OPEN_KINDS)
    return refused.value.reason


def test_queries_and_screens_withhold_the_same_houses(facts: Facts, database: Path) -> None:
    shown = {
        month: {house for (house,) in read_rows(database, _HOUSES.format(month))}
        for (month,) in read_rows(database, "SELECT DISTINCT period FROM months")
    }
    assert len(shown) > 6
    for month, houses in shown.items():
        asked = {"since": f"{month:%Y-%m}", "until": f"{month:%Y-%m}", "compared": "none"}
        context = screens.read_context(facts, asked)
        assert houses == set(context.houses) - context.withheld


class TestNothingButReading:
    @pytest.mark.parametrize(
        ("statement", "reason"),
        [
            ("INSERT INTO months SELECT * FROM months", "no_select"),
            ("UPDATE months SET owed = 0", "no_select"),
            ("DELETE FROM months", "no_select"),
            ("DROP TABLE months", "no_select"),
            ("CREATE TABLE x AS SELECT 1", "no_select"),
            ("WITH x AS (INSERT INTO months FROM months RETURNING *) SELECT * FROM x", "no_select"),
            ("WITH x AS (DELETE FROM months RETURNING *) SELECT * FROM x", "no_select"),
            ("COPY months TO '/tmp/x.csv'", "no_select"),
            ("COPY (SELECT 1) TO '/tmp/x.csv'", "no_select"),
            ("EXPORT DATABASE '/tmp/x'", "no_select"),
            ("ATTACH '/tmp/x.db'", "no_select"),
            ("INSTALL httpfs", "no_select"),
            ("LOAD httpfs", "no_select"),
            ("PRAGMA database_list", "no_select"),
            ("SET memory_limit = '8GB'", "no_select"),
            ("SET enable_external_access = true", "no_select"),
            ("RESET memory_limit", "no_select"),
            ("CALL duckdb_settings()", "no_select"),
            ("CHECKPOINT", "no_select"),
            ("USE memory", "no_select"),
            ("BEGIN", "no_select"),
            ("PREPARE p AS SELECT 1", "no_select"),
            ("EXPLAIN ANALYZE SELECT 1", "no_select"),
            ("DESCRIBE months", "no_select"),
            ("SHOW ALL TABLES", "no_select"),
            ("SUMMARIZE months", "no_select"),
            ("SELECT * FROM (DESCRIBE months)", "no_select"),
            ("SELECT * FROM (SHOW TABLES)", "no_select"),
            ("SELECT 1; SELECT 2", "several"),
            ("SELECT 1;;; DROP TABLE months", "several"),
            ("SELECT ';' /* ; */ ; COPY months TO '/tmp/x'", "several"),
            ("SELECT 1 -- \n; ATTACH ':memory:' AS y", "several"),
            ("", "empty"),
            (";", "empty"),
            ("-- SELECT 1", "empty"),
        ],
    )
    def test_it_is_one_select(self, statement: str, reason: str) -> None:
        assert judge(statement) == reason

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT 1 /* ; DROP TABLE months */",
            "SELECT ';' AS a -- ; DELETE",
            "SELECT 'it''s; \"one\"' AS \"a;b\"",
            "(SELECT 1);",
            "WITH a AS (SELECT 1 AS b) SELECT b FROM a",
            "FROM months LIMIT 1",
            "VALUES (1)",
        ],
    )
    def test_quotes_and_comments_are_no_attack(self, database: Path, statement: str) -> None:
        assert ask(database, statement).columns


class TestNothingElseIsReached:
    @pytest.mark.parametrize(
        "source",
        [
            "read_csv('/etc/passwd')",
            "read_csv_auto('/etc/passwd')",
            "READ_TEXT('/etc/passwd')",
            "read_blob('/etc/passwd')",
            "read_parquet('/**/*.parquet')",
            "parquet_scan('x.parquet')",
            "parquet_metadata('x.parquet')",
            "read_json('x')",
            "read_json_auto('x')",
            "read_ndjson('x')",
            "read_duckdb('x.db')",
            "sniff_csv('/etc/passwd')",
            "glob('/*')",
            "query('SELECT 1')",
            "query_table('months')",
            "json_execute_serialized_sql('{}')",
            "duckdb_settings()",
            "duckdb_secrets()",
            "duckdb_tables()",
            "duckdb_functions()",
            "duckdb_databases()",
            "pragma_table_info('months')",
            "pragma_version()",
            "which_secret('x', 's3')",
            "seq_scan('months')",
            "test_all_types()",
            "enable_logging()",
            "truncate_duckdb_logs()",
            "checkpoint()",
            "\"read_csv\"('/etc/passwd')",
        ],
    )
    def test_no_function_that_reads_elsewhere(self, source: str) -> None:
        assert judge(f"SELECT * FROM {source}") == "function"
        assert judge(f"WITH a AS (SELECT 1) SELECT * FROM a, LATERAL {source} s") == ("function")

    @pytest.mark.parametrize(
        "source",
        [
            "'/etc/passwd'",
            "'x.csv'",
            '"x.parquet"',
            "'https://example.org/x.parquet'",
            "'s3://bucket/x.parquet'",
            "information_schema.tables",
            "information_schema.columns",
            "duckdb_tables",
            "duckdb_columns",
            "pg_catalog.pg_tables",
            "pg_tables",
            "sqlite_master",
            "main.months",
            "facts.main.months",
            "memory.main.months",
            "system.information_schema.tables",
            "charges_by_house",
            "account_months",
            "balances",
            "readings",
            "submissions",
            "source_charges_by_house",
            "places",
        ],
    )
    def test_no_table_but_the_open_ones(self, source: str) -> None:
        assert judge(f"SELECT * FROM {source}") == "table"
        assert judge(f"SELECT (SELECT count(*) FROM {source}) FROM months") == "table"

    @pytest.mark.parametrize(
        "statement",
        [
            "WITH duckdb_settings AS (SELECT 1) SELECT * FROM duckdb_settings",
            "SELECT * FROM (WITH pg_tables AS (SELECT 1) FROM pg_tables), pg_tables",
            'WITH "x.csv" AS (SELECT 1) SELECT * FROM "x.csv"',
        ],
    )
    def test_a_name_of_its_own_does_not_hide_another(self, statement: str) -> None:
        assert judge(statement) == "table"

    @pytest.mark.parametrize(
        "function",
        [
            "getenv('HOME')",
            "current_setting('temp_directory')",
            "getvariable('x')",
            "current_database()",
            "current_schemas(true)",
            "current_query()",
            "version()",
            "pg_sleep(100)",
            "sleep_ms(100000)",
            "nextval('x')",
            "txid_current()",
            "write_log('x')",
            "json_serialize_sql('SELECT 1')",
            "json_deserialize_sql('{}')",
            "repeat('x', 1000000000)",
            "rpad('x', 1000000000, 'y')",
            "lpad('x', 1000000000, 'y')",
            "array_resize([1], 1000000000)",
            "pg_get_viewdef('x')",
            "main.abs(1)",
            "system.main.abs(1)",
            "inet_client_addr()",
            "setseed(0.5)",
        ],
    )
    def test_no_function_outside_the_list(self, function: str) -> None:
        assert judge(f"SELECT {function}") == "function"
        assert judge(f"SELECT 1 FROM months ORDER BY {function}") == "function"

    def test_the_process_judges_before_it_runs(self, database: Path) -> None:
        for statement in ("DROP TABLE months", "SELECT * FROM glob('/*')", "FROM '/etc/passwd'"):
            with pytest.raises(QueryRefused):
                ask(database, statement)

    def test_the_process_has_no_environment(
        self, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KABINET_SECRET_OF_TEST", "x")
        seen: list[object] = []
        begin = asking.subprocess.Popen  # type: ignore[attr-defined]

        def watch(*words: object, **options: object) -> object:
            seen.append(options["env"])
            return begin(*words, **options)

        monkeypatch.setattr(asking.subprocess, "Popen", watch)  # type: ignore[attr-defined]
        ask(database, "SELECT 1")
        assert seen == [{}]
        assert "KABINET_SECRET_OF_TEST" in os.environ

    def test_a_query_by_itself_cannot_read_or_write_even_without_the_list(
        self, database: Path, tmp_path: Path
    ) -> None:
        connection = duckdb.connect()
        connection.execute(f"ATTACH '{database}' AS facts (READ_ONLY)")
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        for statement in (
            "SELECT * FROM read_text('/etc/passwd')",
            f"COPY (SELECT 1) TO '{tmp_path}/x'",
            "SET enable_external_access = true",
            f"ATTACH '{tmp_path}/y' AS y",
            "DELETE FROM facts.main.months",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
        connection.close()


_ENDLESS = "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT max(a) FROM t"
_DOUBLING = (
    "WITH RECURSIVE t AS (SELECT 'xxxx' AS s UNION ALL SELECT s || s FROM t) "
    "SELECT max(length(s)) FROM t"
)
_MATCHING = (
    "SELECT regexp_matches(string_agg(a.range::VARCHAR, 'aaaa'), '(a+)+$') FROM range(3000000) a"
)


class TestTooMuch:
    @pytest.mark.parametrize(
        ("statement", "reasons"),
        [
            ("SELECT count(*) FROM range(100000000000)", {"time"}),
            ("SELECT sum(owed) FROM months, range(1000000000), range(9999)", {"time", "memory"}),
            (_ENDLESS, {"time", "memory"}),
            (_DOUBLING, {"memory", "failed"}),
            ("SELECT list(a.range) FROM range(100000000) a", {"memory"}),
            ("SELECT unnest(range(2000000000))", {"memory"}),
            ("SELECT printf('%2000000000d', 1)", {"memory", "failed"}),
            ("SELECT format('{:>2000000000}', 1)", {"memory", "failed"}),
            ("SELECT * FROM range(90000000) a ORDER BY hash(a.range)", {"memory", "time"}),
            (_MATCHING, {"time", "memory"}),
            ("SELECT " + "(" * 3000 + "1" + ")" * 3000, {"deep", "failed", "syntax", "memory"}),
        ],
        ids=range(11),
    )
    def test_a_bomb_is_refused_and_the_portal_goes_on(
        self,
        database: Path,
        statement: str,
        reasons: set[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        begun = dt.datetime.now(dt.UTC)
        with monkeypatch.context() as patched:
            if "time" in reasons:  # it would run to its end; the others stop by themselves
                patched.setattr(asking, "SECONDS", 2)
            try:
                ask(database, statement)
            except QueryRefused as refused:
                assert refused.reason in reasons  # noqa: PT017 - a quick answer is as good
        spent = dt.datetime.now(dt.UTC) - begun
        assert spent < dt.timedelta(seconds=asking.SECONDS + 10)
        assert ask(database, "SELECT 1 AS a").rows == ((1,),)


def count_accounts(facts: Facts, question: str) -> int:
    with facts._database.cursor() as cursor:
        return int(cursor.execute(question).fetchall()[0][0])


_KEYS = {"period", "organization", "house", "service", "service_group"}
_KEYS |= {"part", "age", "kind", "topic", "channel", "paid_on"}


class TestFewAccounts:
    def test_every_row_says_ten_accounts_or_more(self, database: Path) -> None:
        told = 0
        for name, kind in OPEN_KINDS.items():
            if "accounts" in kind.columns:
                (row,) = read_rows(database, f"SELECT count(*), min(accounts) FROM {name}")
                told += int(str(row[0]))
                assert row[1] is None or int(str(row[1])) >= FEWEST, name
        assert told > 50

    def test_behind_each_row_of_charges_are_as_many_as_it_says(
        self, database: Path, facts: Facts
    ) -> None:
        rows = read_rows(
            database,
            "SELECT period, house, service, accounts, charged FROM charges "
            "WHERE house IS NOT NULL AND service IS NOT NULL",
        )
        assert rows
        with facts._database.cursor() as cursor:
            found = cursor.execute(
                "SELECT period, house, coalesce(service, 0), count(DISTINCT account), "
                "sum(total) + coalesce(sum(penalty), 0) FROM charges GROUP BY ALL"
            ).fetchall()
        assert set(rows) <= set(found)

    def test_no_row_is_of_a_withheld_house(self, database: Path, facts: Facts) -> None:
        with facts._database.cursor() as cursor:
            few = cursor.execute(
                "SELECT DISTINCT house FROM house_months WHERE accounts BETWEEN 1 AND 9"
            ).fetchall()
        assert few
        for name, kind in OPEN_KINDS.items():
            if "house" in kind.columns:
                shown = read_rows(database, f"SELECT DISTINCT house FROM {name}")
                assert not set(shown) & set(few), name

    def test_rows_of_a_table_never_overlap(self, database: Path) -> None:
        for name, kind in OPEN_KINDS.items():
            if "accounts" in kind.columns:
                keys = [column for column in kind.columns if column in _KEYS]
                double = read_rows(
                    database,
                    f"SELECT {', '.join(keys)} FROM {name} GROUP BY ALL HAVING count(*) > 1",
                )
                assert double == [], name

    def test_tables_of_the_same_charges_differ_by_nothing(self, database: Path) -> None:
        apart = read_rows(
            database,
            "SELECT m.period, m.house FROM (SELECT period, organization, house, sum(charged) AS s "
            "FROM months GROUP BY ALL) m JOIN (SELECT period, organization, house, "
            "sum(charged) AS s FROM charges GROUP BY ALL) c "
            "ON m.period = c.period AND m.organization IS NOT DISTINCT FROM c.organization "
            "AND m.house IS NOT DISTINCT FROM c.house WHERE m.s <> c.s",
        )
        assert apart == []

    def test_payments_by_house_and_by_day_differ_by_nothing(self, database: Path) -> None:
        apart = read_rows(
            database,
            "SELECT p.period FROM (SELECT period, organization, sum(amount) AS s FROM payments "
            "GROUP BY ALL) p JOIN (SELECT period, organization, sum(amount) AS s "
            "FROM payments_by_day GROUP BY ALL) d ON p.period = d.period "
            "AND p.organization IS NOT DISTINCT FROM d.organization WHERE p.s <> d.s",
        )
        assert apart == []

    def test_counts_of_parts_leave_no_few(self, database: Path) -> None:
        for part, whole, name in (
            ("owing", "accounts", "months"),
            ("metered", "accounts", "charges"),
            ("by_norm", "accounts", "charges"),
            ("accounts - metered - by_norm", "accounts", "charges"),
            ("late", "appeals", "appeals"),
            ("rated", "appeals", "appeals"),
        ):
            few = read_rows(
                database,
                f"SELECT 1 FROM {name} WHERE {part} BETWEEN 1 AND 9 "
                f"OR {whole} - ({part}) BETWEEN 1 AND 9",
            )
            assert few == [], part

    def test_an_analyst_of_one_organisation_asks_its_rows_alone(
        self, manifest: Manifest, tmp_path: Path
    ) -> None:
        own = next(file.organization for file in manifest.files if file.kind == "charges")
        path = opening.make_database(manifest, organization=own, bounds=BOUNDS, folder=tmp_path)
        for name, kind in OPEN_KINDS.items():
            if "organization" in kind.columns and name != "organizations":
                found = read_rows(path, f"SELECT DISTINCT organization FROM {name}")
                assert set(found) <= {(own,), (None,)}, name
        reader._open.clear()

    def test_few_who_can_be_shown_with_nobody_are_dropped(self) -> None:
        assert merge([("a", "x", 1, 4), ("a", "y", 2, 3)]) == set()


def merge(parts: list[tuple[str, str, int, int]]) -> set[tuple[str, str, int]]:
    """Merge parts of one scope, given parent, child, unit and accounts."""
    with duckdb.connect() as database:
        database.execute(
            "CREATE TABLE detail (scope INTEGER, parent VARCHAR, child VARCHAR, unit INTEGER, "
            "n INTEGER)"
        )
        for part in parts:
            database.execute("INSERT INTO detail VALUES (1, ?, ?, ?, ?)", part)
        division = Division("detail", ["scope"], "parent", "child", "'*'", "'*'")
        database.execute(merging.write_merged(division, "shown"))
        rows = database.execute("SELECT DISTINCT parent_to, child_to, n FROM shown").fetchall()
        return {(str(parent), str(child), int(n)) for parent, child, n in rows}


class TestMerging:
    def test_a_small_child_takes_the_next_smallest(self) -> None:
        assert merge(
            [("a", "x", 1, 4), ("a", "y", 1, 20), ("a", "z", 1, 30), ("b", "x", 1, 12)]
        ) == {("a", "*", 20), ("a", "z", 30), ("b", "x", 12)}

    def test_the_same_accounts_are_not_counted_twice(self) -> None:
        # three services of the same five accounts are five accounts, in two houses ten
        assert merge([("a", name, 1, 5) for name in "xyz"] + [("b", "x", 1, 40)]) == {
            ("*", "*", 40)
        }
        assert merge([("a", name, unit, 5) for name in "xyz" for unit in (1, 2)]) == {
            ("a", name, 10) for name in "xyz"
        }

    def test_no_sum_of_shown_groups_leaves_few(self) -> None:
        sizes = {("a", "x"): 3, ("a", "y"): 11, ("a", "z"): 25, ("b", "x"): 2, ("b", "y"): 4}
        sizes |= {("c", "x"): 50, ("c", "y"): 14}
        # each part in a unit of its own: no account is in two
        shown = merge([(*key, place, n) for place, (key, n) in enumerate(sizes.items())])
        total = sum(sizes.values())
        assert sum(n for _, _, n in shown) == total
        for count in range(1, len(shown)):
            for some in combinations(shown, count):
                left = total - sum(n for _, _, n in some)
                assert left >= FEWEST


def test_money_is_exact(database: Path) -> None:
    (row,) = ask(database, "SELECT sum(charged) FROM months").rows
    assert isinstance(row[0], Decimal)
