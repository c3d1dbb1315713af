"""A billing package read in one call."""

from collections.abc import Callable
from pathlib import Path

from lib.exchange.reading import ParsedPackage, open_package, parse_package


def read_package(path: Path, *, advance: Callable[[str], None] = lambda _: None) -> ParsedPackage:
    """Read a package, a ZIP file or a folder, and check each file by itself.

    Raises:
        PackageRefused: there is no readable package.
    """
    return parse_package(open_package(path, advance=advance), advance=advance)
