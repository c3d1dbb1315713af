"""The shipped formats without a database, and our own fictional files in each of them."""

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
    """The formats that the migration writes."""
    migration: Any = importlib.import_module("db.migrations.versions.0011_registers")
    places: dict[str, dict[str, dict[str, Place]]] = defaultdict(dict)
    for (code, part), columns in migration._COLUMNS.items():
        places[code][part] = {
            name: Place(position=at) if isinstance(at, int) else Place(label=at)
            for name, at in columns.items()
        }
    return tuple(
        _format(migration._DEFAULTS | one, places[one["code"]]) for one in migration._FORMATS
    )


def _format(row: dict[str, Any], places: dict[str, Any]) -> RegisterFormat:
    return RegisterFormat(**(row | {"layout": Layout(row["layout"])} | places))


FORMATS = shipped()


def form(base: str, /, **changed: Any) -> RegisterFormat:
    found = next(one for one in FORMATS if one.code == base)
    names = RegisterFormat.__slots__
    return RegisterFormat(**({name: getattr(found, name) for name in names} | changed))
