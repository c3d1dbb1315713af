"""Past one machine: ClickHouse reads the same files as they are, and gives the same kopecks.

The statements are ClickHouse's own: docs/scale.md has the same for a cluster.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from chdb.session import Session

from lib.facts import store
from lib.facts.manifest import Manifest, write_manifest
from lib.facts.reader import Facts

_NOTHING = r"\N"
KINDS = (
    "charges",
    "charges_by_house",
    "payments",
    "payments_by_house",
    "balances",
    "balances_by_house",
    "account_months",
    "house_months",
)


# the pattern folder/{a,b} of the files that the manifest lists
_NAMES = """
SELECT concat('{{', arrayStringConcat(groupArray(JSONExtractString(file, 'place')), ','), '}}')
FROM (SELECT arrayJoin(JSONExtractArrayRaw(content, 'files')) AS file
      FROM file('{folder}/manifest.json', 'RawBLOB', 'content String'))
WHERE JSONExtractString(file, 'kind') = '{kind}'
"""


class Sum(NamedTuple):
    """What is summed, and the sums."""

    at: Any
    first: Decimal | None
    second: Decimal | None


# the question of DuckDB and of ClickHouse: columns `at`, `first`, `second`
QUESTIONS = {
    "collection by month": "SELECT period AS at, sum(total) + sum(coalesce(penalty, 0)) AS first, "
    "sum(paid) AS second FROM charges_by_house GROUP BY period",
    "collection by month, of lines": "SELECT period AS at, "
    "sum(total) + sum(coalesce(penalty, 0)) AS first, sum(paid) AS second "
    "FROM charges GROUP BY period",
    "collection by house": "SELECT house AS at, sum(total) AS first, sum(paid) AS second "
    "FROM charges_by_house GROUP BY house",
    "payments by channel": "SELECT channel AS at, sum(amount) AS first, sum(reversed) AS second "
    "FROM payments_by_house GROUP BY channel",
    "payments by day, of lines": "SELECT paid_on AS at, sum(amount) AS first, "
    "max(amount) AS second FROM payments GROUP BY paid_on",
    "balances by age month": "SELECT charged_in AS at, sum(owed) AS first, "
    "sum(overpaid) AS second FROM balances_by_house "
    "WHERE period = (SELECT max(period) FROM balances_by_house) GROUP BY charged_in",
    "balances by age month, of lines": "SELECT charged_in AS at, "
    "sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS first, "
    "sum(CASE WHEN amount < 0 THEN amount ELSE 0 END) AS second FROM balances "
    "WHERE period = (SELECT max(period) FROM balances) GROUP BY charged_in",
    "debts by month": "SELECT period AS at, sum(owed) AS first, sum(overpaid) AS second "
    "FROM house_months GROUP BY period",
    "debts of accounts by house": "SELECT house AS at, sum(owed) AS first, sum(paid) AS second "
    "FROM account_months GROUP BY house",
}


@pytest.fixture(scope="module")
def clickhouse(first_version: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """ClickHouse with a view over the files of each kind."""
    untyped: Any = Session
    folder = tmp_path_factory.mktemp("clickhouse")
    (folder / "manifest.json").write_bytes(write_manifest(first_version))
    root = store.get_local_path(first_version.files[0].place).parents[2]
    session = untyped(str(folder / "server"))
    for kind in KINDS:
        names = _ask(session, _NAMES.format(folder=folder, kind=kind))
        session.query(f"CREATE VIEW {kind} AS SELECT * FROM file('{root}/{names}', 'Parquet')")
    yield session
    session.close()


def _ask(session: Any, question: str) -> str:
    return str(session.query(question, "TabSeparated").bytes().decode().rstrip("\n"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_clickhouse_gives_the_same_kopecks(facts: Facts, clickhouse: Any, question: str) -> None:
    ours = facts.ask(QUESTIONS[question], Sum)

    answer = _ask(clickhouse, QUESTIONS[question])

    theirs = [line.split("\t") for line in answer.splitlines()]
    assert {_write(row.at): (row.first, row.second) for row in ours} == {
        at: (_read(first), _read(second)) for at, first, second in theirs
    }
    assert len(ours) == len(theirs) > 2


def _read(amount: str) -> Decimal | None:
    return None if amount == _NOTHING else Decimal(amount)


def _write(key: object) -> str:
    """Write a key as ClickHouse does."""
    if key is None:
        return _NOTHING
    return key.isoformat() if isinstance(key, dt.date) else str(key)
