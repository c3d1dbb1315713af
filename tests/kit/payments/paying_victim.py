"""`python -m tests.kit.payments.paying_victim`: a web process that pays and is killed at a step.

It forks a child for each line of input and prints the exit code of the killed child.
Steps: «bank» before the request to the bank, «answered» after its answer, «write» before the answer
is recorded, «news» before the letter, «written» after the commit.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from db import session as database
from db.session import DatabaseRole
from lib.acquiring.demonstration import DemonstrationBank
from lib.services.payments import _notices, _steps, settlement
from lib.services.people import sign_in
from tests.kit.payments.paying import golden_payer


def main() -> None:
    """Run the order of each line in a new child process."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _work(json.loads(line))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


def _work(asked: dict[str, Any]) -> None:
    database.bind(
        {DatabaseRole(role): database.create_pool(url) for role, url in asked["urls"].items()}
    )
    step = asked["step"]
    if step == "bank":
        DemonstrationBank.create_payment = _die  # type: ignore[method-assign]
    elif step == "answered":
        DemonstrationBank.create_payment = _die_after(DemonstrationBank.create_payment)  # type: ignore[method-assign]
    elif step == "write":
        _steps.apply_report = _die
    elif step == "news":
        _notices.notify_change = _die
    elif step == "written":
        _steps.apply_report = _die_after(_steps.apply_report)
    if asked["notice"]:
        settlement.handle_notice(body=json.dumps({"id": asked["notice"]}).encode())
        return
    actor = sign_in.find_actor(token=asked["token"])
    assert actor is not None
    golden_payer(actor).begin(key=UUID(asked["key"]))


def _die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_after(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        function(*arguments, **named)
        _die()

    return call


if __name__ == "__main__":
    main()
