"""`python -m tests.kit.payments.register_victim FILE STEP`: an import killed after a step."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from db import loading
from db import session as database
from db.session import DatabaseRole
from lib.services.audit import trail
from lib.services.registers import importing

STEPS = ("rows", "parts", "audit")
URL = "VICTIM_URL"


def main() -> None:
    """Import the file; kill this process right after the step."""
    path, step = sys.argv[1:]
    url = os.environ[URL]
    database.bind(
        {role: database.create_pool(url.replace("ROLE", role.value)) for role in DatabaseRole}
    )
    copies = iter(STEPS)
    loading.copy_in = _die_after(loading.copy_in, lambda: next(copies) == step)
    trail.record_event = _die_after(trail.record_event, lambda: step == "audit")
    importing.import_register(Path(path))


def _die_after(work: Callable[..., Any], is_due: Callable[[], bool]) -> Callable[..., Any]:
    def done(*args: Any, **words: Any) -> Any:
        outcome = work(*args, **words)
        if is_due():
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome

    return done


if __name__ == "__main__":
    main()
