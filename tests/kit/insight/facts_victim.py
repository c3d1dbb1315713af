"""`python -m tests.kit.insight.facts_victim STEP`: a refresh of the facts that is killed at a step.

Steps: a number, after so many files; «manifest» before the version is swapped; «draft» while the
manifest is being written; «swapped» right after.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from db import session as database
from db.session import DatabaseRole
from lib.facts import store
from lib.facts.manifest import Manifest
from lib.services.insight.facts import refreshing
from lib.storage.bucket import BucketStorage

URL = "VICTIM_URL"


def main(step: str) -> None:
    """Refresh the facts; kill this process at the step."""
    url = os.environ[URL]
    database.bind(
        {role: database.create_pool(url.replace("ROLE", role.value)) for role in DatabaseRole}
    )
    if step == "manifest":
        store.put_manifest = _die
    elif step == "draft":
        put = store.put_manifest

        def put_half(manifest: Manifest) -> None:
            # a draft in a folder gets its name so; a server is asked with the key
            Path.rename = _die  # type: ignore[method-assign]
            BucketStorage._key = _die  # type: ignore[method-assign]
            put(manifest)

        store.put_manifest = put_half
    elif step == "swapped":
        store.put_manifest = _die_after(store.put_manifest, 1)
    else:
        store.put_file = _die_after(store.put_file, int(step))
    refreshing.refresh_facts()


def _die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_after(work: Callable[..., Any], times: int) -> Callable[..., Any]:
    left = iter(range(times - 1, -1, -1))

    def done(*words: Any, **named: Any) -> Any:
        outcome = work(*words, **named)
        if next(left) == 0:
            _die()
        return outcome

    return done


if __name__ == "__main__":
    main(sys.argv[1])
