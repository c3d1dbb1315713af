"""CPU of a receipt with two codes, beside Typst, fpdf2 and WeasyPrint drawing the same page.

Rivals get texts already formatted and codes as pictures: they only
draw the page, while our renderer begins with plain values. They are installed in
`.venv-bench`, from `bench.lock`; a missing rival is not measured.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from lib.documents.payment_code.symbol import make_symbol
from lib.documents.print.fonts import read_font
from lib.documents.receipt.data import Receipt
from lib.documents.receipt.document import render
from tests.bench.figure import Figure
from tests.bench.rivals.rival import NotMeasured, Rival
from tests.bench.rivals.sample import plain, receipts

_ROUNDS = 9
_OURS, _THEIRS = 50, 10  # receipts a round: fewer are enough for a slow rival
_RIVALS = ("typst", "fpdf2", "weasyprint")
_TARGET = {"typst": 1 / 2.5}
_LARGEST_KB = 40.0
_NAME = "receipt with two codes"


def measure() -> list[Figure]:
    """Let every renderer draw in each round, and compare the medians."""
    shares = [receipts(_OURS, seed=seed) for seed in range(_ROUNDS + 1)]
    with tempfile.TemporaryDirectory() as folder:
        rivals, missing = _rivals(shares, Path(folder))
        rounds = [_round(share, rivals, missing) for share in shares[1:]]
        for rival in rivals.values():
            rival.end()
    medians = {
        name: statistics.median(times[name] for times in rounds)
        for name in rounds[-1]
        if name not in missing
    }
    total = medians["whole"]
    largest = max(len(render(receipt)) for receipt in shares[-1]) / 1024
    return [
        *(_beside(name, total, medians.get(name), missing.get(name, "")) for name in _RIVALS),
        Figure("receipt: the two codes", medians["codes"], "ms"),
        Figure("receipt: drawing", total - medians["codes"], "ms"),
        Figure("receipt: the largest file", largest, "KB", target=_LARGEST_KB),
    ]


def _rivals(
    shares: Sequence[Sequence[Receipt]], folder: Path
) -> tuple[dict[str, Rival], dict[str, str]]:
    """Start the installed rivals; return them and the reasons why others are missing."""
    pages = folder / "pages.json"
    pages.write_text(
        json.dumps([[plain(receipt) for receipt in share[:_THEIRS]] for share in shares])
    )
    for name in ("PT_Sans-Web-Regular", "PT_Sans-Web-Bold"):  # the fonts that ours embeds
        (folder / f"{name}.ttf").write_bytes(read_font(name))
    found: dict[str, Rival] = {}
    missing: dict[str, str] = {}
    for name in _RIVALS:
        try:
            found[name] = Rival(name, pages=pages, fonts=folder)
        except NotMeasured as reason:
            missing[name] = str(reason)
    return found, missing


def _round(
    share: Sequence[Receipt], rivals: dict[str, Rival], missing: dict[str, str]
) -> dict[str, float]:
    """Measure each renderer once, in milliseconds of CPU a receipt."""
    took = {
        "whole": _cpu(render, share),
        "codes": _cpu(lambda receipt: [make_symbol(code.payload) for code in receipt.codes], share),
    }
    for name, rival in rivals.items():
        if name in missing:
            continue
        try:
            took[name] = rival.milliseconds()
        except NotMeasured as reason:
            missing[name] = str(reason)
    return took


def _cpu(work: Callable[[Receipt], object], share: Sequence[Receipt]) -> float:
    start = time.process_time()
    for receipt in share:
        work(receipt)
    return (time.process_time() - start) / len(share) * 1000


def _beside(name: str, own_ms: float, rival_ms: float | None, reason: str) -> Figure:
    if rival_ms is None:
        return Figure(f"{_NAME}, {name}", None, "ms", remark=f"не измерено: {reason}")
    return Figure(
        f"{_NAME}, {name}",
        own_ms,
        "ms",
        reference=rival_ms,
        target=_TARGET.get(name),
        remark="CPU, median of rounds",
    )
