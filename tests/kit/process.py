"""The portal's commands as real processes that tests may kill."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from lib.web.cookies import SESSION
from tests.kit.embedded import PATIENCE, eventually
from tests.kit.forked import Forked, start_module
from tests.kit.portal import free_port

# settings of a portal outside the demonstration
OPERATED = {"KABINET_DEMO": "", "KABINET_SECRET": "0123456789abcdef" * 4}


@dataclass(frozen=True)
class Kabinet:
    """`kabinet …` in demonstration mode with a separate state folder."""

    state: Path

    def start(self, *words: str, **environment: str) -> Forked:
        """Start a command without waiting for it; its output can be read later."""
        return start_module(
            "lib.cli",
            words,
            environment={
                **os.environ,
                "KABINET_DEMO": "1",
                "KABINET_STATE": str(self.state),
                **environment,
            },
        )

    def run(self, *words: str, **environment: str) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it printed."""
        with self.start(*words, **environment) as process:
            printed = process.communicate()
        return process.wait(), printed


@dataclass
class Web:
    """A running `kabinet web` outside demonstration mode, with only the data of the test."""

    kabinet: Kabinet
    port: int = field(default_factory=free_port)
    process: Forked | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = self.kabinet.start("web", PORT=str(self.port), **OPERATED)
        assert eventually(lambda: self.status("/readyz") == 200), self.end(signal.SIGKILL)

    def status(self, path: str, token: str = "") -> int:
        """Return the status of a path; 0 without an answer."""
        return self.ask(path, token)[0]

    def ask(self, path: str, token: str = "") -> tuple[int, str]:
        """Return the status and the text of an answer; status 0 without one."""
        cookies = {SESSION: token} if token else {}
        try:
            answer = httpx2.get(
                f"{self.url}{path}", cookies=cookies, timeout=PATIENCE, verify=False
            )
        except httpx2.TransportError:
            return 0, ""
        return answer.status_code, answer.text

    def end(self, number: signal.Signals) -> str:
        """Send a signal, wait for the end, return what was printed."""
        assert self.process
        self.process.send_signal(number)
        return self.process.communicate()


@contextmanager
def killed_at_the_end(process: Forked) -> Iterator[Forked]:
    """Kill the process at the end, also after a failed test."""
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
