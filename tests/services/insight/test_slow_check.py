"""After any history of the ledger, every figure of the facts is what a slow check computes.

Two histories of seven steps; with KABINET_SOAK=1 thirty of twenty-five, each rebuilt at each step.
"""

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lib.facts import keys, store, tables
from lib.facts.manifest import Manifest
from lib.secret import get_secret
from lib.services.insight.facts import checking, refreshing
from tests.kit.insight.slow_facts import AMOUNTS, SlowFacts, Table
from tests.kit.random_ledger import RandomLedger

_SOAK = os.environ.get("KABINET_SOAK") == "1"
_HISTORIES, _STEPS = (30, 25) if _SOAK else (2, 7)
_PLACE = ("period", "organization", "house")
# the key of each table; the other columns are compared
_KEYS: Mapping[str, tuple[str, ...]] = {
    "charges_by_house": (*_PLACE, "service_group", "service"),
    "payments_by_house": (
        *_PLACE,
        "service_group",
        *("paid_on", "counted_in", "known_on", "channel", "source", "origin"),
    ),
    "payers_by_house": (*_PLACE, "service_group", "channel"),
    "balances": (*_PLACE, "account", "service_group", "charged_in", "due_on"),
    "balances_by_house": (*_PLACE, "service_group", "charged_in", "due_on"),
    "account_months": (*_PLACE, "account"),
    "house_months": _PLACE,
}


@pytest.mark.parametrize("seed", range(_HISTORIES))
def test_every_figure_agrees_after_every_step(
    empty: str, tmp_path: Path, old_manifest: None, seed: int
) -> None:
    ledger = RandomLedger(seed, tmp_path)
    done: list[str] = []
    for number in range(_STEPS):
        done.append(ledger.step())
        refreshing.refresh_facts()
        manifest = find_manifest()
        compare(manifest, SlowFacts(), done)
        assert checking.check_facts().differences == (), done
        if _SOAK or number == _STEPS - 1:
            refreshing.refresh_facts(is_whole=True)
            rebuilt = find_manifest()
            assert list_contents(rebuilt) == list_contents(manifest), done
            assert rebuilt.version == manifest.version


@pytest.fixture
def old_manifest() -> Iterator[None]:
    """No facts at the beginning; those of other tests are current again afterwards."""
    before = store.find_manifest()
    store.put_manifest(Manifest("", dt.datetime.now(dt.UTC), 0, 0, "", {}, ()))
    yield
    if before is not None:
        store.put_manifest(before)


def find_manifest() -> Manifest:
    found = store.find_manifest()
    assert found is not None
    return found


def list_contents(manifest: Manifest) -> set[tuple[str, str, str]]:
    return {(file.unit, file.kind, file.place) for file in manifest.files}


def compare(manifest: Manifest, slow: SlowFacts, done: list[str]) -> None:
    names = derive_names(slow)
    expected = {
        "charges_by_house": slow.sum_charges(),
        "payments_by_house": slow.sum_payments(),
        "payers_by_house": slow.count_payers(),
        "balances": rename(slow.age_balances(), names, at=3),
        "balances_by_house": slow.sum_balances(),
        "account_months": rename(slow.sum_accounts(), names, at=3),
        "house_months": slow.sum_houses(),
    }
    for kind, table in expected.items():
        assert read_table(manifest, kind) == table, (kind, done)
    lines = Counter(
        (line.period, names[line.account], line.group, line.service, *line.amounts.values())
        for line in slow.lines
    )
    assert read_lines(manifest) == lines, done


def derive_names(slow: SlowFacts) -> dict[int, int]:
    ids = list(slow.accounts)
    return dict(zip(ids, keys.derive_keys("account", ids, secret=get_secret()), strict=True))


def rename(table: Table, names: Mapping[int, int], *, at: int) -> Table:
    return {(*key[:at], names[key[at]], *key[at + 1 :]): row for key, row in table.items()}


def read_table(manifest: Manifest, kind: str) -> Table:
    key = _KEYS[kind]
    others = [name for name in tables.KINDS[kind].columns if name not in key]
    found: Table = {}
    for row in read_rows(manifest, kind):
        named = tuple(row[name] for name in key)
        assert named not in found, (kind, named)
        found[named] = tuple(row[name] for name in others)
    return found


def read_lines(manifest: Manifest) -> Counter[tuple[Any, ...]]:
    return Counter(
        (
            row["period"],
            row["account"],
            row["service_group"],
            row["service"],
            *(row[name] for name in AMOUNTS),
        )
        for row in read_rows(manifest, "charges")
    )


def read_rows(manifest: Manifest, kind: str) -> Iterator[dict[str, Any]]:
    for file in manifest.list_files(kind):
        yield from store.get_file(file).iter_rows(named=True)
