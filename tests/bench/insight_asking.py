"""`python -m tests.bench.insight_asking STATE lines`: ask every screen of analysts, print JSON.

A process of its own, so that the memory is that of asking. With `lines` the summaries by house
are computed from the lines at each question.
"""

import datetime as dt
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lib.facts import reader, store, tables
from lib.facts.reader import Facts
from lib.facts.rollups import ROLLUPS
from lib.services.insight import rules, screens
from tests.bench.insight_questions import QUESTIONS, Question

ROOT = Path(__file__).parents[2]
_ROUNDS, _ROUNDS_OF_LINES = 5, 2
_SUMS = tables.AMOUNTS
_WHERE = "period, organization, house"
_OF_METHOD = ", ".join(
    f"count(DISTINCT account) FILTER (method = '{method}')::INTEGER AS {name}"
    for name, method in (("metered", "meter"), ("averaged", "average"), ("by_norm", "norm"))
)
# the summaries as views over the lines
_VIEWS = {
    "charges_by_house": f"SELECT {_WHERE}, service_group, service, "
    f"count(DISTINCT account)::INTEGER AS accounts, {_OF_METHOD}, "
    "count(DISTINCT account) FILTER (penalty <> 0 OR service IS NULL AND paid <> 0)::INTEGER "
    "AS penalized, "
    + ", ".join(f"sum({name}) AS {name}" for name in ["volume_own", "volume_common", *_SUMS])
    + " FROM charges GROUP BY ALL",
    "payments_by_house": f"SELECT {_WHERE}, service_group, paid_on, counted_in, known_on, channel, "
    "source, origin, count(DISTINCT account)::INTEGER AS accounts, "
    "count(*) FILTER (is_first)::INTEGER AS payments, sum(amount) AS amount, "
    "sum(amount) FILTER (is_reversal) AS reversed FROM payments GROUP BY ALL",
    "payers_by_house": f"SELECT {_WHERE}, service_group, channel, "
    "count(DISTINCT account)::INTEGER AS accounts FROM payments GROUP BY GROUPING SETS ("
    f"({_WHERE}, service_group, channel), ({_WHERE}, service_group), ({_WHERE}, channel), "
    f"({_WHERE}))",
    "balances_by_house": f"SELECT {_WHERE}, service_group, charged_in, due_on, "
    "count(DISTINCT account)::INTEGER AS accounts, sum(amount) FILTER (amount > 0) AS owed, "
    "sum(amount) FILTER (amount < 0) AS overpaid FROM balances GROUP BY ALL",
} | {rollup.name: rollup.rows for rollup in ROLLUPS}


def ask_in_process(state: Path, *, of_lines: bool = False, is_one_core: bool = False) -> Any:
    """Ask all screens in a new process and return what it has measured."""
    words = [*(["lines"] if of_lines else []), *(["one-core"] if is_one_core else [])]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.insight_asking", str(state), *words],
        cwd=ROOT,
        env={**os.environ, "KABINET_DEMO": "1", "KABINET_STATE": str(state)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def main(words: list[str]) -> None:
    """Measure every screen and every question."""
    # there is no ledger beside these files: the rules are those of a new portal
    rules.read_targets = lambda **_: rules.Targets([])
    rules.read_bounds = lambda: {dt.date(2000, 1, 1): (30, 90, 365)}
    if "one-core" in words:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start = time.perf_counter()
    manifest = store.find_manifest()
    finding = time.perf_counter() - start
    assert manifest is not None
    start = time.perf_counter()
    facts = reader.open_facts(manifest, organization=None)
    opening = time.perf_counter() - start
    if "lines" in words:
        with facts._database.cursor() as cursor:
            for name, view in _VIEWS.items():
                cursor.execute(f"CREATE OR REPLACE VIEW {name} AS {view}")
    rounds = _ROUNDS_OF_LINES if "lines" in words else _ROUNDS
    measured = {
        "finding_ms": finding * 1000,
        "opening_ms": opening * 1000,
        "screens": {path: _measure_screen(facts, path, rounds) for path in screens.BUILDERS},
        "questions": {
            question.name: _measure_question(facts, question, rounds, of_lines="lines" in words)
            for question in QUESTIONS
        },
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(measured))  # noqa: T201 - the result


def _measure_screen(facts: Facts, path: str, rounds: int) -> Mapping[str, float]:
    """Return the median time of all statements of a screen, and how many there are."""
    spent: list[float] = []
    asked = Facts._ask

    def ask(*words: Any) -> Any:
        start = time.perf_counter()
        rows = asked(*words)
        spent.append((time.perf_counter() - start) * 1000)
        return rows

    Facts._ask = ask  # type: ignore[method-assign,assignment]  # only here
    times = []
    for _ in range(rounds):
        spent.clear()
        facts._repeated.clear()  # each round is a view that nobody has seen
        context = screens.read_context(facts, {})
        assert not context.find_refusal()
        assert screens.BUILDERS[path](context).panels
        screens._list_choices(context)
        times.append(sum(spent))
    Facts._ask = asked  # type: ignore[method-assign]
    return {
        "first_ms": times[0],
        "sql_ms": statistics.median(times),
        "statements": len(spent),
        "slowest_ms": max(spent),
    }


def _measure_question(
    facts: Facts, question: Question, rounds: int, *, of_lines: bool
) -> Mapping[str, Any]:
    times, rows = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        with facts._database.cursor() as cursor:
            rows = cursor.execute(question.of_lines if of_lines else question.ours).fetchall()
        times.append((time.perf_counter() - start) * 1000)
    return {"ms": statistics.median(times), "rows": sorted(str(row) for row in rows)}


if __name__ == "__main__":
    main(sys.argv[2:])
