"""The shipped formats without a database, and an invented file in each of them."""

import importlib
from collections import defaultdict
from pathlib import Path
from typing import Any

from lib.exchange.registers.formats import Layout, Place, RegisterFormat

FOLDER = Path(__file__).parent
FILES = {
    "sber": FOLDER / "sber.txt",
    "sber-keys": FOLDER / "sber-keys.txt",
    "municipal": FOLDER / "municipal.txt",
    "yookassa": FOLDER / "yookassa.csv",
    "1c": FOLDER / "1c.txt",
}


def shipped() -> tuple[RegisterFormat, ...]:
    """Return the formats that the migrations insert."""
    migration: Any = importlib.import_module("db.migrations.versions.0011_registers")
    pattern: Any = importlib.import_module("db.migrations.versions.0019_account_in_purpose")
    patterns = {pattern._OLD: pattern._NEW}
    places: dict[str, dict[str, dict[str, Place]]] = defaultdict(dict)
    for (code, part), columns in migration._COLUMNS.items():
        places[code][part] = {
            name: Place(position=at) if isinstance(at, int) else Place(label=at)
            for name, at in columns.items()
        }
    return tuple(
        _format(migration._DEFAULTS | row, places[row["code"]], patterns)
        for row in migration._FORMATS
    )


def _format(
    row: dict[str, Any], places: dict[str, Any], patterns: dict[str, str]
) -> RegisterFormat:
    account = row["account_pattern"]
    changed = {"layout": Layout(row["layout"]), "account_pattern": patterns.get(account, account)}
    return RegisterFormat(**(row | changed | places))


FORMATS = shipped()


def form(base: str, /, **changes: Any) -> RegisterFormat:
    original = next(shipped_format for shipped_format in FORMATS if shipped_format.code == base)
    names = RegisterFormat.__slots__
    return RegisterFormat(**({name: getattr(original, name) for name in names} | changes))
