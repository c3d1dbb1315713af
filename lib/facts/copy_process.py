"""The process that makes a machine's copies of the current version before an analyst asks for them.

A process of its own: the worker may run inside the web process, which stays small without DuckDB.
It ends when the process that has started it does.
"""

import os
import subprocess
import sys
import threading

from lib.facts import copies, store
from lib.facts.manifest import Manifest


def make_copies(manifest: Manifest) -> None:
    """Make what is missing of the copies of a version, in a new process.

    Raises:
        CalledProcessError: they could not be made.
    """
    if not copies.list_missing(manifest):
        return
    # its input ends when this process does, in whatever way
    read, write = os.pipe()
    try:
        subprocess.run(
            [sys.executable, "-s", "-m", "lib.facts.copy_process"], stdin=read, check=True
        )
    finally:
        os.close(read)
        os.close(write)


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


def main() -> None:
    """Make the copies of the current version."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    manifest = store.find_manifest()
    if manifest is None:
        return
    for organization in copies.list_missing(manifest):
        copies.find_copy(manifest, organization=organization)
    # those of a server are fetched now, not at the first question
    copies.fetch_files(
        [file for kind in sorted(copies.LINES) for file in manifest.list_files(kind)]
    )


if __name__ == "__main__":
    main()
