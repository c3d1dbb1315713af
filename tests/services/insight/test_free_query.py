"""Free queries: ready questions, parameters, charts, limits, the log."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lib import links
from lib.access import AccessDenied, Actor
from lib.domain.insight import debt_ages, saved
from lib.domain.insight.answers import Mark, Unit
from lib.domain.insight.debt_ages import Ages
from lib.facts.free_query import asking as queries
from lib.facts.free_query import opening, rules
from lib.facts.free_query.asking import QueryRefused, Result, ResultColumn
from lib.facts.free_query.open_tables import OPEN_KINDS
from lib.facts.free_query.ready_queries import READY
from lib.facts.reader import Facts
from lib.services.insight import _free_result, free_query, screens
from lib.services.insight.free_query import Asked
from tests.kit.identity import fetch

BOUNDS = {dt.date(2000, 1, 1): (30, 90, 365)}


@pytest.fixture
def opened(facts: Facts, tmp_path: Path) -> Path:
    return opening.make_database(facts.manifest, organization=None, bounds=BOUNDS, folder=tmp_path)


def ask(path: Path, statement: str, **values: object) -> Result:
    return queries.ask_database(path, statement, values)


def list_columns(path: Path, statement: str, values: dict[str, object]) -> list[str]:
    """Return the columns of a query by its own rules, without a process of its own."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rules.check_statement(connection, statement, OPEN_KINDS)
        connection.execute(statement, values or None)
        return [str(column[0]) for column in connection.description or ()]


class TestReadyQueries:
    def test_there_are_twenty_and_each_runs(self, opened: Path) -> None:
        assert len(READY) == 20
        assert len({ready.title for ready in READY}) == 20
        for ready in READY:
            values = {name: free_query._read_value(value) for name, value in ready.values.items()}
            assert list(ready.values) == free_query.list_parameters(ready.statement)
            assert list_columns(opened, ready.statement, values), ready.title


class TestOpenTables:
    def test_every_documented_column_is_there_and_no_other(self, opened: Path) -> None:
        for kind in OPEN_KINDS.values():
            found = list_columns(opened, f"SELECT * FROM {kind.name}", {})
            assert found == list(kind.columns)
            assert all(column.meaning for column in kind.columns.values())

    def test_a_version_is_written_once(self, facts: Facts, opened: Path) -> None:
        changed = opened.stat().st_mtime_ns
        again = opening.make_database(
            facts.manifest, organization=None, bounds=BOUNDS, folder=opened.parent
        )
        assert again == opened
        assert again.stat().st_mtime_ns == changed

    def test_old_files_go_and_the_needed_one_stays(self, opened: Path) -> None:
        old = opened.with_name("old.duckdb")
        old.write_bytes(b"")
        later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
        opening.delete_old(opened.parent, now=later, needed=opened)
        assert list(opened.parent.iterdir()) == [opened]

    def test_ages_of_debts_have_the_bounds_of_their_month(
        self, facts: Facts, tmp_path: Path
    ) -> None:
        changed = BOUNDS | {dt.date(2026, 6, 30): (60,)}
        path = opening.make_database(
            facts.manifest, organization=None, bounds=changed, folder=tmp_path
        )
        known = {debt_ages.NOT_DUE, "переплата", None}
        asked = "SELECT DISTINCT age FROM debts WHERE period"
        before = {age for (age,) in ask(path, f"{asked} < '2026-06-01'").rows} - known
        since = {age for (age,) in ask(path, f"{asked} >= '2026-06-01'").rows} - known

        assert before
        assert before <= set(Ages(dt.date(2026, 5, 31), (30, 90, 365)).names)
        assert since == {"0–60 дней", "больше 60 дней"}
        assert path != opening.make_database(
            facts.manifest, organization=None, bounds=BOUNDS, folder=tmp_path
        )

    def test_the_calendar_has_each_day_of_the_years_and_the_holidays(self, opened: Path) -> None:
        rows = ask(
            opened,
            "SELECT day, is_working, is_heating FROM calendar WHERE year(day) = 2026 ORDER BY day",
        ).rows
        days = {day: (is_working, is_heating) for day, is_working, is_heating in rows}

        assert len(rows) == len(days) == 365
        assert days[dt.date(2026, 1, 5)] == ("нет", "да")  # a Monday of the holidays
        assert days[dt.date(2026, 7, 1)] == ("да", "нет")
        assert days[dt.date(2026, 7, 4)] == ("нет", "нет")
        lost = "SELECT DISTINCT paid_on FROM payments_by_day ANTI JOIN calendar ON day = paid_on"
        assert not ask(opened, f"{lost} WHERE paid_on IS NOT NULL").rows


class TestRunning:
    def test_ages_of_debts_are_those_of_the_screen(
        self, analyst: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bounds = {dt.date(2000, 1, 1): (45,)}
        monkeypatch.setattr("lib.services.insight.rules.read_bounds", lambda: bounds)
        statement = "SELECT age, sum(owed) FROM debts WHERE period = '2026-09-01' GROUP BY 1"
        answer = free_query.run_query(actor=analyst, asked=Asked(statement, {}), address="")
        page = screens.open_screen(
            actor=analyst, path=links.DEBTS, query={"until": "2026-09"}, address=""
        ).page
        shown = {
            line.name
            for panel in page.panels
            if panel.key == "debts.ages" and panel.table
            for line in panel.table.lines
        }

        assert "больше 45 дней" in shown
        assert shown <= {line.name for line in answer.table.lines}

    def test_a_query_of_the_screen_agrees_with_the_facts(
        self, facts: Facts, analyst: Actor
    ) -> None:
        asked = Asked("SELECT sum(charged) AS s FROM months WHERE period = $m", {"m": "2026-05"})
        answer = free_query.run_query(actor=analyst, asked=asked, address="10.0.0.1")
        with facts._database.cursor() as cursor:
            expected = cursor.execute(
                "SELECT sum(charged) FROM house_months WHERE period = DATE '2026-05-01'"
            ).fetchall()[0][0]
        assert expected
        assert answer.table.lines[0].name == f"{expected:,}".replace(",", "\u00a0").replace(
            ".", ","
        )

    def test_rows_are_cut_on_the_screen_and_not_in_the_file(self, analyst: Actor) -> None:
        asked = Asked(f"SELECT range AS n FROM range({queries.SHOWN + 7})", {})
        answer = free_query.run_query(actor=analyst, asked=asked, address="")
        page = free_query.take_page(actor=analyst, asked=asked, address="")
        assert len(answer.table.lines) == queries.SHOWN
        assert answer.is_cut
        assert page.panels[0].table is not None
        assert len(page.panels[0].table.lines) == queries.SHOWN + 7

    def test_the_plan_is_told(self, analyst: Actor) -> None:
        asked = Asked("SELECT sum(owed) FROM months -- everything", {})
        assert "months" in free_query.explain_query(actor=analyst, asked=asked, address="")

    def test_a_leaving_reader_ends_the_query(self, opened: Path) -> None:
        class Leaves(Exception):
            pass

        def pulse() -> None:
            raise Leaves

        begun = dt.datetime.now(dt.UTC)
        with pytest.raises(Leaves):
            queries.ask_database(
                opened, "SELECT count(*) FROM range(100000000000)", {}, pulse=pulse
            )
        assert dt.datetime.now(dt.UTC) - begun < dt.timedelta(seconds=9)

    def test_residents_and_staff_have_no_such_screen(self, resident: Actor) -> None:
        with pytest.raises(AccessDenied):
            free_query.run_query(actor=resident, asked=Asked("SELECT 1", {}), address="")

    def test_the_log_has_the_whole_text(self, analyst: Actor) -> None:
        statement = "SELECT 1 AS a" + "".join(f", {n} AS b{n}" for n in range(60))
        free_query.run_query(actor=analyst, asked=Asked(statement, {}), address="10.0.0.1")
        (event,) = fetch(
            "SELECT details FROM audit_event WHERE action = 'figures_viewed' "
            "ORDER BY id DESC LIMIT 1"
        )
        details = event.details
        text = "".join(details[name] for name in sorted(details) if name.startswith("query"))
        assert text == statement
        assert details["screen"] == "free_query"

    def test_a_sign_of_an_address_hides_nothing_from_the_log(self, analyst: Actor) -> None:
        statement = "SELECT sum(owed) AS debt, 'ivan@domain.ru' AS mail, '@ .' AS sign FROM months"
        free_query.run_query(actor=analyst, asked=Asked(statement, {}), address="10.0.0.1")
        (event,) = fetch(
            "SELECT details FROM audit_event WHERE action = 'figures_viewed' "
            "ORDER BY id DESC LIMIT 1"
        )
        assert event.details["query"] == statement.replace("ivan@domain.ru", "i***@d***.ru")

    def test_a_long_view_is_in_the_log_to_its_end(self, analyst: Actor) -> None:
        query = {"since": "2026-01", "until": "2026-05", "organization": "1"}
        query |= {"street": "ул. " + "Длинная " * 18, "group": "Группа " * 8, "channel": "a@b.ru"}
        screens.open_screen(actor=analyst, path=links.COLLECTION, query=query, address="")
        (event,) = fetch(
            "SELECT details FROM audit_event WHERE action = 'figures_viewed' "
            "ORDER BY id DESC LIMIT 1"
        )
        details = event.details
        text = "".join(details[name] for name in sorted(details) if name.startswith("view"))
        assert text.startswith("since=2026-01&until=2026-05&organization=1&street=ул. Длинная")
        assert text.endswith("&channel=a***@b***.ru")


class TestAddress:
    def test_a_query_and_its_values_lie_in_it(self) -> None:
        asked = Asked("SELECT $дом::INTEGER + $n", {"дом": "5", "n": "1,5"})
        written = free_query.write_query(asked)
        assert all(isinstance(value, str) for value in written.values())
        assert free_query.read_query(written) == asked
        assert free_query.read_query({}) == Asked("", {})

    def test_a_saved_view_keeps_the_values(self) -> None:
        asked = Asked("SELECT $с_месяца, $n", {"с_месяца": "2026-05", "n": "О'Нил"})
        kept = saved.clean_query(free_query.write_query(asked))
        assert free_query.read_query(kept) == asked

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT 'цена $x', $n",
            """SELECT "$x", $n""",
            "SELECT $n -- and not $x",
            "SELECT /* $x */ $n",
            "SELECT 'it''s $x', $n",
            "SELECT $$ $x $$, $n, $n",
        ],
    )
    def test_what_is_quoted_is_no_parameter(self, statement: str) -> None:
        assert free_query.list_parameters(statement) == ["n"]

    @pytest.mark.parametrize(
        ("typed", "value"),
        [
            ("2026-05", dt.date(2026, 5, 1)),
            ("7.10.2026", dt.date(2026, 10, 7)),
            ("2026-10-07", dt.date(2026, 10, 7)),
            ("12", 12),
            ("-3", -3),
            ("1,5", 1.5),
            ("bank", "bank"),
            ("nan", "nan"),
            ("1 000,50", 1000.5),
            ("12 000 000", 12_000_000),
            ("'12'", "12"),
            ("О'Нил", "О'Нил"),
            ("", ""),
        ],
    )
    def test_typed_values_are_read_by_their_look(self, typed: str, value: object) -> None:
        assert free_query._read_value(typed) == value


class TestChart:
    def make(self, types: dict[str, str], *rows: tuple[object, ...]) -> Result:
        columns = tuple(ResultColumn(name, kind) for name, kind in types.items())
        return Result(columns, rows, is_cut=False)  # type: ignore[arg-type]

    def test_months_and_two_sums_are_two_lines(self, opened: Path) -> None:
        result = ask(
            opened, "SELECT period, sum(charged) AS a, sum(paid) AS b FROM months GROUP BY 1"
        )
        chart = _free_result.choose_chart(result)
        assert chart is not None
        assert [series.name for series in chart.series] == ["a", "b"]
        assert {series.mark for series in chart.series} == {Mark.LINE}
        assert chart.unit is Unit.MONEY
        assert "май 2026" in chart.axis

    def test_a_text_second_divides_into_series(self) -> None:
        days = [dt.date(2026, 1, 1), dt.date(2026, 2, 1)]
        result = self.make(
            {"m": "DATE", "c": "VARCHAR", "n": "BIGINT"},
            (days[0], "bank", 1),
            (days[0], "post", 2),
            (days[1], "post", 3),
        )
        chart = _free_result.choose_chart(result)
        assert chart is not None
        assert [(s.name, s.values) for s in chart.series] == [
            ("bank", (Decimal(1), None)),
            ("post", (Decimal(2), Decimal(3))),
        ]

    def test_words_alone_make_no_chart(self) -> None:
        assert (
            _free_result.choose_chart(
                self.make({"a": "VARCHAR", "b": "VARCHAR"}, ("x", "y"), ("z", "w"))
            )
            is None
        )

    def test_one_row_makes_no_chart(self) -> None:
        assert (
            _free_result.choose_chart(self.make({"a": "VARCHAR", "b": "BIGINT"}, ("x", 1))) is None
        )


class TestRefusals:
    @pytest.mark.parametrize(
        ("statement", "reason"),
        [
            ("SELECT count(*) FROM months m, months n WHERE m.nothing = 1", "failed"),
            ("SELECT name = 12 FROM organizations", "conversion"),
            ("SELEC 1", "syntax"),
            ("", "empty"),
            ("SELECT '" + "x" * 9000 + "'", "long"),
        ],
    )
    def test_each_has_a_sentence(self, opened: Path, statement: str, reason: str) -> None:
        with pytest.raises(QueryRefused) as refused:
            ask(opened, statement)
        assert refused.value.reason == reason
        assert len(str(refused.value)) > 20
