"""Does the time of a refusal reveal which logins exist? Medians of known ÷ unknown."""

import os
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from tests.bench.figure import Figure

_ROUNDS = 40
_LOWEST, _HIGHEST = 0.9, 1.1


def measure() -> list[Figure]:
    """Refuse known and unknown logins in turn, with hashes as costly as in production."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KABINET_DEMO": "1", "KABINET_STATE": str(Path(folder) / "state")}
        known, unknown = _refused()
    ratio = statistics.median(known) / statistics.median(unknown)
    return [
        Figure(
            "refusal of a known login ÷ of an unknown one",
            ratio,
            "ratio of medians",
            target=_HIGHEST,
            remark=f"{_ROUNDS} of each, in turn",
        ),
        Figure(
            "the same, from below",
            ratio,
            "ratio of medians",
            target=_LOWEST,
            at_least=True,
        ),
    ]


def _refused() -> tuple[list[float], list[float]]:
    # the portal reads its settings when it is first imported from
    from db import session as database
    from lib import startup
    from lib.services.demonstration.setup import LOGINS
    from lib.services.people import logins, sign_in

    def seconds(name: str) -> float:
        start = time.perf_counter()
        try:
            sign_in.issue_ticket(
                name=name, password="wrong-Parol-2014", visit="v", remember=False, address=""
            )
        except sign_in.SignInRefused:
            return time.perf_counter() - start
        raise AssertionError(name)

    startup.connect()
    try:
        startup.migrate()
        logins.add_login(new=LOGINS[0], password="demo-Parol-2014")
        known, unknown = [], []
        for _ in range(_ROUNDS + 1):
            known.append(seconds("resident"))
            unknown.append(seconds("nobody"))
            with database.transaction(database.GATE) as session:
                session.execute(text("DELETE FROM attempt"))
    finally:
        startup.disconnect()
    return known[1:], unknown[1:]
