"""Reruns over the websocket: the portal beside a one-line Streamlit page, measured alike.

Both servers are pinned to one core, the client to another; rounds are interleaved
and there are pauses between reruns, so that a noisy machine affects both sides.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2

from tests.bench.figure import Figure
from tests.bench.sessions import signed_in
from tests.bench.viewer import Viewer
from tests.kit.portal import Portal, free_port

_ROUNDS = 5
_RERUNS = 20
_PAUSE_SECONDS = 0.03
_CROWD = 20
_CROWD_SECONDS = 3.0
_IDLE = 200
_SERVER_CORE = 0
# the highest share of the stock page's time, the lowest share of its reruns a second
_TIME_BOUNDS = {
    "Главная": 0.45,
    "Начисления": 0.5,
    "Мой профиль": 0.5,
    "Добавить лицевой счёт": 0.5,
    "Платежи": 0.5,
    "Показания": 0.5,
    "Обращения": 0.5,
}
_RATE_BOUNDS = {"Главная": 3.0, "Начисления": 2.5, "Платежи": 2.0, "Показания": 2.0}


def measure() -> list[Figure]:
    """Measure one session, twenty, two hundred idle ones, and memory."""
    with tempfile.TemporaryDirectory() as folder, _stock(Path(folder)) as stock:
        portal = Portal(Path(folder) / "state")
        portal.state.mkdir()
        portal.start()
        assert portal.process is not None
        _pin(portal.process.pid)
        try:
            cookie = signed_in(portal.state)
            return _figures(stock, portal, cookie)
        finally:
            portal.stop()


def _figures(stock: str, portal: Portal, cookie: str) -> list[Figure]:
    ours: dict[str, Callable[[], Viewer]] = {
        "Главная": lambda: Viewer(portal.url, cookie=cookie),
        "Начисления": lambda: Viewer(portal.url, page="charges", cookie=cookie),
        "Платежи": lambda: Viewer(portal.url, page="payments", cookie=cookie),
        "Показания": lambda: Viewer(portal.url, page="meters", cookie=cookie),
        "Обращения": lambda: Viewer(portal.url, page="appeals", cookie=cookie),
        "Мой профиль": lambda: Viewer(portal.url, page="profile", cookie=cookie),
        "Добавить лицевой счёт": lambda: Viewer(portal.url, page="attach", cookie=cookie),
    }
    plain: Callable[[], Viewer] = lambda: Viewer(stock)  # noqa: E731 - one of several pairs
    with ours["Главная"]() as seen:
        assert "126,93" in seen.words
    own_times: dict[str, list[float]] = {name: [] for name in ("stock", *ours)}
    crowd: dict[str, list[float]] = {name: [] for name in ("stock", *_RATE_BOUNDS)}
    for _ in range(_ROUNDS):
        for name, open_ in {"stock": plain, **ours}.items():
            own_times[name].append(_one_session(open_))
        for name, rates in crowd.items():
            rates.append(_crowded(ours.get(name, plain)))
    return [
        *(
            _figure(f"{name}: a rerun, one session", own_times, name, "ms", bound)
            for name, bound in _TIME_BOUNDS.items()
        ),
        *(
            _figure(f"{name}: reruns of 20 sessions", crowd, name, "/s", bound, at_least=True)
            for name, bound in _RATE_BOUNDS.items()
        ),
        *_idle(portal, ours["Главная"]),
    ]


def _figure(
    what: str,
    measured: dict[str, list[float]],
    name: str,
    unit: str,
    bound: float,
    *,
    at_least: bool = False,
) -> Figure:
    value, reference = (statistics.median(measured[key]) for key in (name, "stock"))
    return Figure(what, value, unit, reference, bound, at_least=at_least)


def _idle(portal: Portal, open_: Callable[[], Viewer]) -> list[Figure]:
    assert portal.process is not None
    before_ms = statistics.median(_one_session(open_) for _ in range(_ROUNDS))
    before_kb = _resident_kb(portal.process.pid)
    with contextlib.ExitStack() as idle:
        for _ in range(_IDLE):
            idle.enter_context(open_())
        after_kb = _resident_kb(portal.process.pid)
        after_ms = statistics.median(_one_session(open_) for _ in range(_ROUNDS))
    each = (after_kb - before_kb) / 1024 / _IDLE
    return [
        Figure("Главная: a rerun beside 200 idle sessions", after_ms, "ms", before_ms, 1.4),
        Figure("memory of an idle session", each, "MB", target=0.2),
    ]


def _one_session(open_: Callable[[], Viewer]) -> float:
    """Return the median time of a rerun, in ms."""
    with open_() as viewer:
        times = []
        for _ in range(_RERUNS):
            time.sleep(_PAUSE_SECONDS)
            start = time.perf_counter()
            viewer.rerun()
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _crowded(open_: Callable[[], Viewer]) -> float:
    """Return the reruns a second of twenty sessions together."""
    reruns = [0] * _CROWD
    barrier = threading.Barrier(_CROWD + 1)
    stop = threading.Event()

    def look(place: int) -> None:
        with open_() as viewer:
            barrier.wait()
            while not stop.is_set():
                viewer.rerun()
                reruns[place] += 1

    threads = [threading.Thread(target=look, args=(place,)) for place in range(_CROWD)]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    time.sleep(_CROWD_SECONDS)
    stop.set()
    total, lasted = sum(reruns), time.perf_counter() - start
    for thread in threads:
        thread.join()
    return total / lasted


@contextlib.contextmanager
def _stock(folder: Path) -> Iterator[str]:
    """Run a one-line page with `streamlit run`."""
    script, port = folder / "stock.py", free_port()
    script.write_text('import streamlit as st\nst.write("Hello")\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true",
         f"--server.port={port}", "--browser.gatherUsageStats=false"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/_stcore/health").status_code == httpx2.codes.OK:
                break
        time.sleep(0.1)
    _pin(process.pid)
    try:
        yield url
    finally:
        process.terminate()
        process.wait()


def _pin(pid: int) -> None:
    """Pin all threads of a server to one core and the client to another."""
    cores = sorted(os.sched_getaffinity(0))
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {cores[_SERVER_CORE]})
    os.sched_setaffinity(0, set(cores[1:]) or set(cores))


def _resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
