"""How long the embedded server takes to start cold, to start warm, and to join."""

import statistics
import tempfile
import time
from pathlib import Path

from db.embedded import EmbeddedServer
from tests.bench.figure import Figure

_ROUNDS = 5


def measure() -> list[Figure]:
    """Start the server in new folders, start it again, join it."""
    cold, warm, joined = [], [], []
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "postgres"
            took, server = _timed(place)
            cold.append(took)
            server.detach()
            took, server = _timed(place)
            warm.append(took)
            took, second = _timed(place)
            joined.append(took)
            second.detach()
            server.detach()
    return [
        Figure("embedded server: cold start", statistics.median(cold), "s", target=1.0),
        Figure("embedded server: warm start", statistics.median(warm), "s", target=0.2),
        Figure("embedded server: join", statistics.median(joined), "s"),
    ]


def _timed(place: Path) -> tuple[float, EmbeddedServer]:
    start = time.perf_counter()
    server = EmbeddedServer.attach(place)
    return time.perf_counter() - start, server
