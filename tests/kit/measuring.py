"""Coverage of `lib` and `db`, measured in the processes of the tests only.

KABINET_COVERAGE=1 switches it on. Each worker puts marks into the modules that it imports and takes
a mark away once it was reached, so that lines that run thousands of times cost nothing.
"""

import io
import json
import os
from pathlib import Path

from slipcover import ImportManager, Slipcover, merge_coverage, print_coverage
from slipcover.importer import FileMatcher, wrap_spec_from_file_location

ROOT = Path(__file__).parents[2]
_LOWEST_PERCENT = 95
_SOURCE = [str(ROOT / "lib"), str(ROOT / "db")]
_WORKERS_FILES = ".coverage.*.json"


def begin() -> Slipcover | None:
    """Start measuring in a worker if asked for: before imports, which put in the marks."""
    if os.environ.get("KABINET_COVERAGE") != "1" or "PYTEST_XDIST_WORKER" not in os.environ:
        return None
    measuring = Slipcover(branch=False, source=_SOURCE, exclude_also=["@overload"])
    matcher = FileMatcher(sources=_SOURCE)
    ImportManager(measuring, matcher).__enter__()
    wrap_spec_from_file_location(measuring, matcher)  # migrations are loaded that way
    return measuring


def save(measuring: Slipcover) -> None:
    """Write what a worker has reached, for the report."""
    path = ROOT / _WORKERS_FILES.replace("*", os.environ["PYTEST_XDIST_WORKER"])
    path.write_text(json.dumps(measuring.get_coverage()))


def forget() -> None:
    """Delete the data of earlier runs."""
    for old in ROOT.glob(".coverage*"):
        old.unlink()


def report() -> tuple[str, bool]:
    """Merge the workers' data; return the table and whether the coverage is high enough."""
    whole, *others = [json.loads(path.read_text()) for path in ROOT.glob(_WORKERS_FILES)]
    for other in others:
        merge_coverage(whole, other)
    table = io.StringIO()
    print_coverage(whole, outfile=table, skip_covered=True, missing_width=40)
    return (
        f"{table.getvalue()}\nat least {_LOWEST_PERCENT}% is asked for\n",
        whole["summary"]["percent_covered"] >= _LOWEST_PERCENT,
    )
