"""Any mutation of a package's bytes leads only to refusals and findings."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lib.exchange.checking import Known, check_package
from lib.exchange.source import PackageRefused
from tests.kit.faults import SOAK
from tests.kit.packages import read_package

_PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        [b"\x00", b"\xff", b'"', b";", b"\n", b"\r", b"-", b"1e9", b"PK\x05\x06", b"{"]
    ),
)
_EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 16), _PIECES), min_size=1, max_size=5)


def mutate(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for where, dropped, piece in edits:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + dropped :]
    return data


def check_reading(path: Path) -> None:
    try:
        package = read_package(path)
    except PackageRefused:
        return
    check_package(package, Known())
    for found in package.findings:
        assert found.reason


@settings(max_examples=20 if SOAK == 1 else 800, deadline=None)
@given(data=st.data(), edits=_EDITS)
def test_mutated_files_never_break_the_reading(
    golden_path: Path, data: st.DataObject, edits: list[tuple[float, int, bytes]]
) -> None:
    victims = sorted(path.name for path in golden_path.iterdir())
    victim = data.draw(st.sampled_from(victims))
    with tempfile.TemporaryDirectory() as folder:
        for name in victims:
            content = (golden_path / name).read_bytes()
            changed = mutate(content, edits) if name == victim else content
            (Path(folder) / name).write_bytes(changed)
        check_reading(Path(folder))


@settings(max_examples=20 if SOAK == 1 else 800, deadline=None)
@given(edits=_EDITS)
def test_mutated_archives_never_break_the_reading(
    golden_zip: bytes, edits: list[tuple[float, int, bytes]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        path.write_bytes(mutate(golden_zip, edits))
        check_reading(path)
