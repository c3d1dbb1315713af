"""`make bench`: print each figure beside its reference and write `var/bench.json`."""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.figure import Figure

_FOLDER = Path(__file__).parent
_RESULT = Path("var/bench.json")


def main() -> int:
    """Run the chosen measurements; exit with code 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="make bench")
    names = sorted(path.stem.removeprefix("bench_") for path in _FOLDER.glob("bench_*.py"))
    parser.add_argument("--only", choices=names, default=None)
    only = parser.parse_args().only
    figures: list[Figure] = []
    for name in [only] if only else names:
        figures += importlib.import_module(f"tests.bench.bench_{name}").measure()
    _RESULT.parent.mkdir(exist_ok=True)
    _RESULT.write_text(json.dumps([_plain(f) for f in figures], ensure_ascii=False, indent=1))
    Console(width=160).print(_table(figures))
    return 1 if any(figure.ok is False for figure in figures) else 0


def _plain(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "value": figure.value,
        "unit": figure.unit,
        "reference": figure.reference,
        "ratio": figure.ratio,
        "target": figure.target,
        "ok": figure.ok,
    }


def _table(figures: list[Figure]) -> Table:
    table = Table("what", "value", "unit", "reference", "ratio", "target", "ok", "remark")
    for f in figures:
        bound = "" if f.target is None else f"{'≥' if f.at_least else '≤'} {f.target:g}"
        ok = {True: "yes", False: "NO", None: ""}[f.ok]
        value = "not measured" if f.value is None else _short(f.value)
        table.add_row(
            f.name, value, f.unit, _short(f.reference), _short(f.ratio), bound, ok, f.remark
        )
    return table


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:,.3g}" if number < 1000 else f"{number:,.0f}"


if __name__ == "__main__":
    sys.exit(main())
