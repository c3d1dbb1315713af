"""The copy of the small tables: a later version's copy is made from the one before."""

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest

from lib import config
from lib.facts import copies, rollups, tables
from lib.facts.manifest import Manifest
from lib.facts.questions import places
from lib.facts.reader import Facts
from lib.services.insight.facts import refreshing


def count(manifest: Manifest) -> dict[tuple[str, int], int]:
    """Count the rows of each summary and organisation, as a reader sees them."""
    facts = Facts(manifest, organization=None)
    counts: dict[tuple[str, int], int] = {}
    with facts._database.cursor() as cursor:
        for kind in tables.KINDS.values():
            if "organization" in kind.columns:
                rows = cursor.execute(
                    f"SELECT organization, count(*) FROM {kind.name} GROUP BY 1"
                ).fetchall()
                counts |= {(kind.name, whose): found for whose, found in rows}
    return counts


def list_stale(manifest: Manifest) -> list[str]:
    """Return the rollups of a copy that are empty, or are not what their tables give."""
    with Facts(manifest, organization=None)._database.cursor() as cursor:
        return [
            rollup.name
            for rollup in rollups.ROLLUPS
            if not cursor.execute(f"FROM {rollup.name}").fetchall()
            or cursor.execute(f"FROM {rollup.name} EXCEPT ALL ({rollup.rows})").fetchall()
            or cursor.execute(f"({rollup.rows}) EXCEPT ALL FROM {rollup.name}").fetchall()
        ]


@pytest.mark.usefixtures("facts")
def test_files_that_go_and_come_back_are_taken_out_and_in(manifest: Manifest) -> None:
    whole = count(replace(manifest, version=uuid4().hex))
    gone = {file.organization for file in manifest.files if file.kind == "house_months"}
    left = gone.pop()
    some = replace(
        manifest,
        version=uuid4().hex,
        files=tuple(file for file in manifest.files if file.organization == left),
    )

    of_one = count(some)
    again = count(replace(manifest, version=uuid4().hex))

    assert list_stale(some) == []
    assert of_one == {key: found for key, found in whole.items() if key[1] == left}
    assert again == whole


@pytest.mark.usefixtures("facts")
def test_only_the_last_copy_is_kept(manifest: Manifest) -> None:
    folder = config.get_settings().kabinet_state / "facts" / "copies"
    first = copies.find_copy(replace(manifest, version=uuid4().hex), organization=None)

    last = copies.find_copy(replace(manifest, version=uuid4().hex), organization=None)

    assert not first.exists()
    assert list(folder.glob("*-all-*.duckdb")) == [last]
    assert not list(folder.glob("*.part"))


@pytest.mark.usefixtures("facts")
def test_lines_of_months_are_those_of_the_whole_table(manifest: Manifest) -> None:
    facts = Facts(manifest, organization=None)
    months = [row.period for row in places.list_months(facts)][-2:]
    with facts._database.cursor() as cursor:
        for kind in sorted(copies.LINES):
            whole = f"SELECT count(*), sum(account) FROM {kind} WHERE period IN (?, ?)"
            expected = cursor.execute(whole, months).fetchone()
            # a month that is asked for twice counts once, one without files has no rows
            lines = facts.select_lines(kind, [*months, months[0], dt.date(1990, 1, 1)])
            assert (
                cursor.execute(f"SELECT count(*), sum(account) FROM {lines}").fetchone() == expected
            )
            nothing = facts.select_lines(kind, [dt.date(1990, 1, 1)])
            assert cursor.execute(f"SELECT account FROM {nothing}").fetchall() == []
            assert expected
            assert expected[0]


@pytest.mark.usefixtures("facts")
def test_a_refresh_of_the_worker_makes_the_copy_that_analysts_read(manifest: Manifest) -> None:
    folder = config.get_settings().kabinet_state / "facts" / "copies"
    for path in folder.glob("*.duckdb"):
        path.unlink()

    refreshing.keep_fresh()

    made = [path.name for path in folder.glob("*.duckdb")]
    assert made == [copies.find_copy(manifest, organization=None).name]
    assert copies.list_missing(manifest) == []
    # an organisation whose analysts were here before is not forgotten with a new version
    whose = next(file.organization for file in manifest.files if file.kind == "house_months")
    copies.find_copy(manifest, organization=whose)
    newer = replace(manifest, version=uuid4().hex)
    assert copies.list_missing(newer) == [None, whose]
