"""The golden account's receipt, and fixtures that read a PDF."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from lib.documents.receipt.data import Receipt
from tests.kit.golden_receipt import golden_receipt


@pytest.fixture
def golden() -> Receipt:
    """The demonstration resident's receipt of October 2014."""
    return golden_receipt()


@pytest.fixture
def with_lines(golden: Receipt) -> Callable[[int], Receipt]:
    """Make a receipt of the given number of lines, «Услуга 001» and so on, in three groups."""

    def build(count: int) -> Receipt:
        sample = golden.groups[1].lines[1]
        lines = [replace(sample, service=f"Услуга {n:03}") for n in range(1, count + 1)]
        size = -(-count // len(golden.groups))
        groups = tuple(
            replace(group, lines=tuple(lines[n * size : (n + 1) * size]))
            for n, group in enumerate(golden.groups)
        )
        return replace(golden, groups=groups)

    return build


@pytest.fixture
def read() -> Callable[[bytes], PdfReader]:
    """Open PDF bytes."""
    return lambda pdf: PdfReader(BytesIO(pdf), strict=True)


@pytest.fixture
def texts(read: Callable[[bytes], PdfReader]) -> Callable[[bytes], list[str]]:
    """Extract the text of every page in reading order."""
    return lambda pdf: [page.extract_text() for page in read(pdf).pages]
