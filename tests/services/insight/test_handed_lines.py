"""The facts of a month are written from what its import left, and from nothing else's lines."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from db import session as database
from lib import storage
from lib.exchange.verdict import Verdict
from lib.facts import handed_lines, store
from lib.facts.manifest import Manifest
from lib.services.insight.facts import checking, refreshing
from lib.services.packages import importing
from lib.storage import folders
from tests.kit.month import Town

TOWN = Town("town", 3, 2)
MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)


@pytest.fixture
def sender(empty: str, tmp_path: Path) -> Iterator[int]:
    """A sender whose May is written and whose June has just been imported and closed."""
    before = store.find_manifest()
    store.put_manifest(Manifest("", dt.datetime.now(dt.UTC), 0, 0, "", {}, ()))
    for period, references in ((MAY, TOWN.references()), (JUNE, {})):
        refreshing.refresh_facts()
        frames = references | {"accruals": TOWN.lines(period)}
        path = TOWN.write(tmp_path / f"{period}", frames, period=period, status="closed")
        assert importing.import_package(path).verdict is Verdict.IMPORTED
    with database.transaction(database.OWNER) as session:
        (key,) = session.scalars(text("SELECT id FROM sender")).all()
    yield key
    storage.delete_named(folders.HANDED_LINES, f"{key}.parquet")
    if before is not None:
        store.put_manifest(before)


def spoil_ledger() -> None:
    """Change the ledger as no import does: who reads it again gets other sums."""
    with database.transaction(database.OWNER) as session:
        session.execute(
            text("UPDATE accrual SET closing = closing + 1 WHERE period >= '2026-06-01'")
        )


def test_the_lines_of_the_import_are_used_once_and_a_rebuild_reads_the_ledger(sender: int) -> None:
    spoil_ledger()

    refreshing.refresh_facts()
    found = {(one.kind, one.period) for one in checking.check_facts().differences}
    refreshing.refresh_facts(is_whole=True)

    assert ("charges", JUNE) in found
    assert {period for _, period in found} == {JUNE}
    assert checking.check_facts().differences == ()
    with pytest.raises(storage.FileGone):
        storage.get_named(folders.HANDED_LINES, f"{sender}.parquet")


@pytest.mark.parametrize("what", ["of another package", "broken", "gone"])
def test_without_lines_that_fit_the_ledger_is_read(sender: int, what: str) -> None:
    place = (folders.HANDED_LINES, f"{sender}.parquet")
    if what == "of another package":
        _forge_mark(sender)
    elif what == "broken":
        content = storage.get_named(*place)
        storage.put_named(*place, content[:-100])
    else:
        handed_lines.delete_lines(sender)
    spoil_ledger()

    refreshing.refresh_facts()

    assert checking.check_facts().differences == ()
    assert any(file.month == "2026-06" for file in _find_manifest().files)


def _forge_mark(sender: int) -> None:
    """Let the latest package of June be another one than the lines came with."""
    with database.transaction(database.OWNER) as session:
        session.execute(text("UPDATE package SET imported_at = imported_at + interval '1 second'"))
    assert storage.get_named(folders.HANDED_LINES, f"{sender}.parquet")


def _find_manifest() -> Manifest:
    found = store.find_manifest()
    assert found is not None
    return found
