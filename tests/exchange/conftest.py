"""Packages for the tests, written from CSV texts with a correct manifest."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parents[2] / "lib" / "demo" / "golden" / "2014-10"


def manifest_of(files: Mapping[str, bytes], changes: Mapping[str, Any]) -> bytes:
    entries = [
        {
            "name": name,
            "rows": max(0, len(data.rstrip(b"\r\n").split(b"\n")) - 1),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for name, data in files.items()
        if name.endswith(".csv")
    ]
    manifest = {
        "format": "erkc-exchange",
        "version": "1.0",
        "organization": "kamal",
        "created_at": "2014-11-01T09:00:00+05:00",
        "mode": "delta",
        "period": "2014-10",
        "period_status": "closed",
        "files": entries,
    }
    return json.dumps({**manifest, **changes}).encode()


@pytest.fixture(scope="session")
def golden_path() -> Path:
    return GOLDEN


@pytest.fixture
def golden() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in GOLDEN.glob("*.csv")}


@pytest.fixture
def write_package(tmp_path: Path) -> Callable[..., Path]:
    """Write a package of `files` by name, with `changes` to the manifest, as a folder or ZIP."""

    def write(files: Mapping[str, str | bytes], /, *, zipped: bool = False, **changes: Any) -> Path:
        contents = {
            name: data.encode() if isinstance(data, str) else data for name, data in files.items()
        }
        contents.setdefault("manifest.json", manifest_of(contents, changes))
        if zipped:
            path = tmp_path / "package.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, data in contents.items():
                    archive.writestr(name, data)
            return path
        path = Path(tempfile.mkdtemp(dir=tmp_path))
        for name, data in contents.items():
            (path / name).write_bytes(data)
        return path

    return write


@pytest.fixture(scope="session")
def golden_zip() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(GOLDEN.iterdir()):
            archive.write(path, path.name)
    return packed.getvalue()
