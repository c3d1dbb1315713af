"""`make test`: every test, on one worker more than there are cores, with coverage of lib and db."""

import os
import subprocess
import sys

_LOWEST_PERCENT = 95
# whole processes, browsers, cities and thousands of examples: being watched doubles the time of
# each test, and what these cover others cover as well
_UNWATCHED = (
    "tests/journeys",
    "tests/faults",
    "tests/architecture",
    "tests/demo",
    "tests/db/embedded",
    "tests/exchange/test_mutations.py",
    "tests/services/billing/test_balances.py",
    "tests/services/demonstration/test_setup.py",
    "tests/services/billing/test_receipt_run.py",
)


def main() -> int:
    """Run the suite, then print the coverage; fail when any of it fails."""
    # one more than cores: a worker often waits for its browser, server or database
    workers = min(os.cpu_count() or 1, 4) + 1
    failed = [
        _run(*_tests(workers=workers), *_UNWATCHED),
        _run(
            *("-m", "coverage", "run"),
            *_tests(workers=workers),
            *(f"--ignore={path}" for path in _UNWATCHED),
        ),
    ]
    _run("-m", "coverage", "combine", "--quiet")
    failed.append(_run("-m", "coverage", "report", f"--fail-under={_LOWEST_PERCENT}"))
    return max(failed)


def _tests(*, workers: int) -> list[str]:
    return ["-m", "pytest", "-n", str(workers), "--dist", "worksteal", *sys.argv[1:]]


def _run(*arguments: str) -> int:
    # pytest keeps the tests that it has rewritten: the second half need not rewrite them again
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([sys.executable, *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
