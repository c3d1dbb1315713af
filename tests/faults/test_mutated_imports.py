"""A mutated real package is imported completely or changes nothing, and never crashes."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from lib.exchange import report
from lib.exchange.source import PackageRefused
from lib.exchange.verdict import Verdict
from lib.services.packages import importing
from tests.kit.faults import GOLDEN, SOAK, Package, database_state

_EXAMPLES = 8 if SOAK == 1 else 300
_STEMS = sorted(path.stem for path in GOLDEN.glob("*.csv"))
_CELLS = st.one_of(
    st.sampled_from(
        [
            *("", " ", "0", "-0", "-0.00", "1", "-1", "00", "1e5", "NaN", "1.005", "0.01"),
            *("999999999", "-999999999", "99999999999.99", "-99999999999.99", "999999999.999999"),
            *("2014-10", "2014-11", "1900-01", "2099-12", "2014-10-31", "1800-01-01", "9999-12-31"),
            *("A1", "A2", "kamal", "h1", "p154", "cold", "water", "housing", "pay-1", "m1", "m2"),
            *("meter", "active", "uk", "bank", '"', ";", "\\.", "\n", "\r", "\t", "🏠", "\u202e"),
        ]
    ),
    st.text(max_size=20),
)
_PIECES = st.one_of(
    st.binary(max_size=6), st.sampled_from([b"\x00", b"\xff", b'"', b";", b"\n", b"\r\n", b"\\."])
)
_SENT = st.fixed_dictionaries(
    {},
    optional={
        "organization": st.sampled_from(["kamal", "other"]),
        "mode": st.sampled_from(["full", "delta"]),
        "period": st.sampled_from(["2014-09", "2014-10", "2014-11"]),
        "period_status": st.sampled_from(["open", "open", "closed"]),
    },
)
_REUSED = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def check_import(package: Path) -> None:
    """Import it: a refusal must change no table, a success must be repeatable."""
    before = database_state()
    try:
        outcome = importing.import_package(package)
    except PackageRefused:
        event("no package at all")
        assert database_state() == before
        return
    event(outcome.verdict)
    assert report.format_csv(outcome.findings)
    assert report.format_text(outcome.findings)
    assert outcome.findings.has_errors == (outcome.verdict is Verdict.REFUSED)
    if outcome.verdict is Verdict.IMPORTED:
        after = database_state()
        assert importing.import_package(package).verdict is Verdict.UNCHANGED
        assert database_state() == after
    else:
        assert database_state() == before


@pytest.mark.usefixtures("wiped")
@_REUSED
@given(data=st.data(), manifest=_SENT)
def test_packages_with_mutated_cells_are_imported_whole_or_refused(
    data: st.DataObject, manifest: dict[str, str]
) -> None:
    package = Package.golden(**manifest)
    period = manifest.get("period", "2014-10")
    for row in [*package.rows["accruals"], *package.rows["documents"]]:
        row["period"] = period
    for stem in data.draw(st.sets(st.sampled_from(_STEMS), max_size=2)):
        del package.rows[stem]
    for _ in range(data.draw(st.integers(0, 3))):
        stem = data.draw(st.sampled_from(sorted(package.rows)))
        at = data.draw(st.integers(0, len(package.rows[stem])))
        row = package.rows[stem][at] if at < len(package.rows[stem]) else {}
        is_changed = data.draw(st.booleans())
        if row and is_changed:
            row[data.draw(st.sampled_from(sorted(row)))] = data.draw(_CELLS)
        elif row:
            package.rows[stem].append(dict(row))
    with tempfile.TemporaryDirectory() as folder:
        check_import(package.write(Path(folder)))


@pytest.mark.usefixtures("wiped")
@_REUSED
@given(data=st.data())
def test_mutated_bytes_under_a_correct_manifest_are_imported_whole_or_refused(
    data: st.DataObject,
) -> None:
    """The checksums are correct, so that mutated content passes them."""
    package = Package.golden()
    stem = data.draw(st.sampled_from(_STEMS))
    with tempfile.TemporaryDirectory() as folder:
        written = package.write(Path(folder))
        path = written / f"{stem}.csv"
        content = path.read_bytes()
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(content)))
            dropped = data.draw(st.integers(0, 8))
            content = content[:at] + data.draw(_PIECES) + content[at + dropped :]
        path.write_bytes(content)
        package.seal(written)
        check_import(written)
