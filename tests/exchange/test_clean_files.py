"""The fast reader accepts only files in which the careful one finds no errors."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lib.exchange.cells import type_cells
from lib.exchange.clean_files import read_clean_file
from lib.exchange.csv_text import open_csv
from lib.exchange.findings import Findings
from lib.exchange.package_format import FILES
from lib.exchange.table import read_table

_PIECES = st.sampled_from(
    ["\x00", "\u00a0", "\ufeff", " ", ";", "\n", "\r", "\t", "-", "1", "9" * 12, "e3", ".", "я", ""]
)
_EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), _PIECES), min_size=1, max_size=3)


def read_both(stem: str, data: bytes) -> tuple[pl.DataFrame | None, pl.DataFrame | None, Findings]:
    findings = Findings()
    text = open_csv(data, file=f"{stem}.csv", findings=findings)
    columns = FILES[stem]
    if text is None or any(c.has_header and c.name not in text.header for c in columns):
        return None, None, findings
    wanted = {column.name for column in columns}
    table = read_table(text, wanted=wanted, findings=findings)
    careful = type_cells(table.frame, columns, file=text.file, findings=findings).frame
    return read_clean_file(text, columns), careful, findings


@pytest.mark.parametrize("stem", sorted(FILES))
def test_golden_files_read_the_same_fast_and_carefully(golden_path: Path, stem: str) -> None:
    path = golden_path / f"{stem}.csv"
    if not path.exists():
        return
    fast, careful, findings = read_both(stem, path.read_bytes())
    assert not findings
    assert (fast is None) == (stem == "organizations")
    if fast is not None and careful is not None:
        assert_frame_equal(fast, careful)


@pytest.mark.parametrize(
    "row",
    [
        "n1;2014-02-30;a;b",
        "n1;2014-02-28;" + "я" * 301 + ";b",
        'n1;2014-02-28;"a";b',
        "n1;2014-02-28; a;b",
        "n1;2014-02-28;a",
        "n1;2014-02-28;a;b;c",
        "n1;2014-02-28;;b",
    ],
)
def test_the_fast_reader_refuses_doubtful_files(row: str) -> None:
    data = f"news_id;published_on;title;body\nn0;2014-01-01;я\tb;c d\n{row}\n"
    assert read_both("news", data.encode())[0] is None


@settings(max_examples=100, deadline=None)
@given(stem=st.sampled_from(["accruals", "readings", "houses", "meters"]), edits=_EDITS)
def test_both_readers_return_the_same_rows(
    golden_path: Path, stem: str, edits: list[tuple[float, int, str]]
) -> None:
    data = (golden_path / f"{stem}.csv").read_text()
    start = data.index("\n")
    for where, dropped, piece in edits:
        at = start + int(where * (len(data) - start))
        data = data[:at] + piece + data[at + dropped :]
    fast, careful, findings = read_both(stem, data.encode())
    if fast is not None and careful is not None:
        assert not findings
        assert_frame_equal(fast, careful)
