"""`make test`: every test on as many workers as there are cores, with coverage of lib and db."""

import os
import subprocess
import sys

_LOWEST_PERCENT = 95


def main() -> int:
    """Run the suite, then print the coverage; fail when either fails."""
    workers = str(min(os.cpu_count() or 1, 4))
    tests = [sys.executable, "-m", "coverage", "run", "-m", "pytest", "-n", workers]
    passed = subprocess.run([*tests, "--dist", "worksteal", *sys.argv[1:]], check=False)
    subprocess.run([sys.executable, "-m", "coverage", "combine", "--quiet"], check=False)
    report = [sys.executable, "-m", "coverage", "report", f"--fail-under={_LOWEST_PERCENT}"]
    covered = subprocess.run(report, check=False)
    return passed.returncode or covered.returncode


if __name__ == "__main__":
    sys.exit(main())
