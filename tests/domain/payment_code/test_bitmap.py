"""The encoder for paper gives the modules that package `qrcode` gives, mask included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.exceptions import DataOverflowError

from lib.domain.payment_code.bitmap import bitmap
from lib.domain.payment_code.image import matrix


def modules(raw: bytes) -> list[list[bool]]:
    made = bitmap(raw)
    rows = np.frombuffer(made.rows, dtype=np.uint8).reshape(made.side, -1)
    bits = np.unpackbits(rows, axis=1)[:, : made.side].astype(bool)
    return [list(map(bool, row)) for row in bits]


def reference(raw: bytes) -> list[list[bool]]:
    return [list(row) for row in matrix(raw)]


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=550))
def test_any_payload_has_the_same_modules(raw: bytes) -> None:
    assert modules(raw) == reference(raw)


@pytest.mark.parametrize("size", [1, 14, 15, 213, 331, 332, 362, 412, 450, 550])
def test_the_same_at_the_borders_of_versions(size: int) -> None:
    raw = bytes(range(32, 127)) * 6

    assert modules(raw[:size]) == reference(raw[:size])


def test_more_than_the_largest_symbol_is_refused() -> None:
    with pytest.raises(DataOverflowError):
        bitmap(b"x" * 2332)
