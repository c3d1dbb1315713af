"""Control a rival renderer that runs in another environment, one share at a time."""

import json
import os
import subprocess
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_PYTHON = _ROOT / ".venv-bench/bin/python"
_FOLDER = Path(__file__).parent


class NotMeasured(Exception):
    """The rival is not installed or has failed; the message tells which."""


class Rival:
    """A process that draws a share of receipts on request.

    Raises:
        NotMeasured: it is missing or broken.
    """

    def __init__(self, name: str, *, pages: Path, fonts: Path) -> None:
        if not _PYTHON.exists():
            raise NotMeasured("нет окружения .venv-bench (делает make bench)")
        # one thread: with more threads Typst uses more CPU for the same page
        environment = os.environ | {"PYTHONPATH": str(_ROOT), "RAYON_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [_PYTHON, _FOLDER / f"{name}_rival.py", pages, fonts],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._read()

    def milliseconds(self) -> float:
        """Let it draw the next share; return milliseconds of CPU a page."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._read() * 1000

    def end(self) -> None:
        """Stop the process."""
        self._process.communicate()

    def _read(self) -> float:
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        line = self._process.stdout.readline()
        if not line:
            error = self._process.stderr.read().strip().splitlines()
            self._process.communicate()
            raise NotMeasured(error[-1][:120] if error else "процесс закончился без ответа")
        return float(json.loads(line)["seconds"])
