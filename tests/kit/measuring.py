"""Coverage of `lib` and `db`, measured in the processes of the tests only.

KABINET_COVERAGE=1 switches it on. Tests that start other processes, or that run the same lines
thousands of times, are left out: measuring doubles their time, and other tests reach the same
lines.
"""

import io
import os
from pathlib import Path

import coverage

ROOT = Path(__file__).parents[2]
_LOWEST_PERCENT = 95
_EXCLUDED = (
    "tests/architecture",
    "tests/exchange/test_mutations.py",
    "tests/faults",
    "tests/journeys",
    "tests/services/billing/test_balances.py",
)


class Measuring:
    """The measuring of one worker, which pauses for the tests that are left out."""

    def __init__(self) -> None:
        self._coverage = coverage.Coverage(data_suffix=True)
        self._runs = False

    def resume(self) -> None:
        if not self._runs:
            self._coverage.start()
            self._runs = True

    def pause(self) -> None:
        if self._runs:
            self._coverage.stop()
            self._runs = False

    def watch(self, path: Path) -> None:
        """Measure the tests of a file, unless they are left out."""
        if str(path.relative_to(ROOT)).startswith(_EXCLUDED):
            self.pause()
        else:
            self.resume()

    def save(self) -> None:
        self.pause()
        self._coverage.save()


def begin() -> Measuring | None:
    """Start measuring in a worker if asked for: before imports, since those lines count too."""
    if os.environ.get("KABINET_COVERAGE") != "1" or "PYTEST_XDIST_WORKER" not in os.environ:
        return None
    measuring = Measuring()
    measuring.resume()
    return measuring


def forget() -> None:
    """Delete the data of earlier runs."""
    for old in ROOT.glob(".coverage*"):
        old.unlink()


def report() -> tuple[str, bool]:
    """Combine the workers' data; return the table and whether the coverage is high enough."""
    whole = coverage.Coverage()
    whole.combine()
    whole.save()
    table = io.StringIO()
    percent = whole.report(file=table)
    return (
        f"{table.getvalue()}at least {_LOWEST_PERCENT}% is asked for\n",
        percent >= _LOWEST_PERCENT,
    )
