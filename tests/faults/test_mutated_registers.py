"""A mutated file of a bank is imported completely or changes nothing, and never crashes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from db.embedded import EmbeddedServer
from lib.exchange import report
from lib.exchange.registers import reading
from lib.exchange.registers.reading import RegisterRefused
from lib.exchange.registers.statement import ROWS
from lib.exchange.verdict import Verdict
from lib.services.packages import importing
from lib.services.registers import importing as registers
from tests.exchange.registers.kit import FILES, FORMATS
from tests.kit.faults import GOLDEN, SOAK, database_state
from tests.kit.prepared import EMPTY, bind_engines, clone_database

_READ, _TAKEN = (150, 25) if SOAK == 1 else (8000, 1400)
_PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [
            *(b"\x00", b"\xff", b"\x1a", b'"', b";", b"=", b"\n", b"\r\n", b"\r", b"\\.", b"\t"),
            *(b"-", b",", b".", b"0", b"99999999999,99", b"1e5", b"NaN", b"12-11-2014"),
            *(b"31-02-2014", b"12.11.2014", b"=1;0,00", b"999999999=2", "Итого".encode()),
            *("ЛС".encode("cp1251"), "КонецФайла".encode("cp1251"), b"0000012345"),
            *("СекцияДокумент=".encode("cp1251"), b"1CClientBankExchange\n", b"\xef\xbb\xbf"),
        ]
    ),
)
_CODES = st.sampled_from(sorted(FILES))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a real file of some format, with random cuts, copies and strange bytes."""
    code = draw(_CODES)
    content = FILES[code].read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        cut = draw(st.integers(0, 12))
        piece = draw(st.one_of(_PIECES, st.just(content[at : at + draw(st.integers(0, 90))])))
        content = content[:at] + piece + content[at + cut :]
    return code, content


@settings(max_examples=_READ, deadline=None)
@given(mutated(), st.sampled_from([True, True, True, False]))
def test_mutated_files_are_read_or_refused(given_file: tuple[str, bytes], is_named: bool) -> None:
    code, content = given_file
    try:
        found = reading.read_register(
            content, file="r.txt", formats=FORMATS, code=code if is_named else None
        )
    except RegisterRefused:
        event("no register at all")
        return
    event("refused" if found.findings.has_errors else "read")
    assert report.format_csv(found.findings)
    assert found.rows.schema == dict(ROWS)
    for name in ("account", "paid_on", "amount"):
        assert found.rows[name].null_count() == 0
    texts = [text for name in ("account", "reference", "document") for text in found.rows[name]]
    assert all(text is None or text.isascii() or "\x00" not in text for text in texts)


@pytest.fixture(scope="module")
def city(server: EmbeddedServer) -> Iterator[str]:
    """A database with the golden account for the tests of this module."""
    with clone_database(server, EMPTY) as name:
        with bind_engines(server, name):
            assert importing.import_package(GOLDEN).verdict is Verdict.IMPORTED
        yield name


@pytest.fixture
def in_city(server: EmbeddedServer, city: str) -> Iterator[None]:
    with bind_engines(server, city):
        yield


@pytest.mark.usefixtures("in_city")
@settings(
    max_examples=_TAKEN,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(mutated())
def test_mutated_files_are_imported_whole_or_change_nothing(given_file: tuple[str, bytes]) -> None:
    code, content = given_file
    before = database_state()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.txt"
        path.write_bytes(content)
        try:
            outcome = registers.import_register(path, format_code=code)
        except RegisterRefused:
            assert database_state() == before
            return
        event(outcome.verdict)
        if outcome.verdict is not Verdict.IMPORTED:
            assert database_state() == before
            return
        after = database_state()
        assert registers.import_register(path, format_code=code).verdict is Verdict.UNCHANGED
        assert database_state() == after
