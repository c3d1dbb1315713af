"""The rival's process: draw a share of the pages for each line of input.

Runs in `.venv-bench`, without our packages. Arguments: the file of the pages,
whose first share is for warming up, and the folder of the fonts.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Page = dict[str, Any]


def serve(prepare: Callable[[Page], Any], draw: Callable[[Any], bytes]) -> None:
    """Warm up, then answer every line of input with the CPU of a page and its size."""
    pages = json.loads(Path(sys.argv[1]).read_text())
    warm, *shares = [[prepare(page) for page in share] for share in pages]
    _answer([draw(page) for page in warm], seconds=0.0)
    for _, share in zip(sys.stdin, shares, strict=False):
        start = time.process_time()
        documents = [draw(page) for page in share]
        _answer(documents, seconds=(time.process_time() - start) / len(share))


def _answer(documents: list[bytes], *, seconds: float) -> None:
    answer = {"seconds": seconds, "bytes": max(map(len, documents))}
    print(json.dumps(answer), flush=True)  # noqa: T201 - the pipe to the bench


def fonts() -> Path:
    """Return the folder of PT Sans."""
    return Path(sys.argv[2])
