"""A forged X-Forwarded-For counts only if its sender is one of TRUSTED_PROXIES."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from tests.kit.embedded import PATIENCE, eventually
from tests.kit.forked import start_module
from tests.kit.portal import free_port
from tests.kit.process import killed_at_the_end

FORGED = "203.0.113.66"
# the framework's screens and our routes side by side, served as `kabinet web` serves them
_SCREEN = "import streamlit as st\nfrom lib.ui import session\nst.text(session.get_address())\n"
_APP = """
import sys
import streamlit as st
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from lib.cli import server
from lib.web import session

async def who(request):
    return PlainTextResponse(session.get_client_address(request))

app = st.App(sys.argv[3], routes=[Route("/who", who)])
server.serve(app, host="127.0.0.1", port=int(sys.argv[1]), trusted=sys.argv[2])
"""


def answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/_stcore/health").is_success
    except httpx2.TransportError:
        return False


@contextmanager
def served(folder: Path, *, trusted: str) -> Iterator[int]:
    (folder / "screen.py").write_text(_SCREEN)
    (folder / "application.py").write_text(_APP)
    port = free_port()
    process = start_module(
        str(folder / "application.py"),
        [str(port), trusted, str(folder / "screen.py")],
        environment={"PATH": "/usr/bin", "HOME": str(folder)},
    )
    with killed_at_the_end(process):
        assert eventually(lambda: answers(port)), process.read()
        yield port


async def screen_says(port: int) -> str:
    """Return the client's address as a screen's script reads it."""
    headers = {"X-Forwarded-For": FORGED, "X-Real-IP": FORGED, "Forwarded": f"for={FORGED}"}
    async with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        additional_headers=headers,
        subprotocols=["streamlit"],  # type: ignore[list-item]
    ) as socket:
        request = BackMsg()
        request.rerun_script.query_string = ""
        await socket.send(request.SerializeToString())
        async for received in socket:
            message = ForwardMsg()
            message.ParseFromString(received if isinstance(received, bytes) else received.encode())
            if message.delta.new_element.text.body:
                return message.delta.new_element.text.body
    raise AssertionError


@pytest.mark.parametrize(
    ("trusted", "believed"),
    [("10.0.0.0/8", "127.0.0.1"), ("127.0.0.0/8", FORGED)],
    ids=["another sender", "the sender"],
)
def test_the_header_counts_only_from_a_trusted_proxy(
    tmp_path: Path, trusted: str, believed: str
) -> None:
    with served(tmp_path, trusted=trusted) as port:
        route = httpx2.get(f"http://127.0.0.1:{port}/who", headers={"X-Forwarded-For": FORGED})
        screen = asyncio.run(asyncio.wait_for(screen_says(port), timeout=PATIENCE))

    assert (route.text, screen) == (believed, believed)
