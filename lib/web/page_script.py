"""The page's own script: files of this folder, sent to the browser as one."""

import functools
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from lib import links

_FILES = ("mistakes.js", "press.js")


async def get_script(_request: Request) -> Response:
    """Answer with the script; its address changes when the script does."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_script(), media_type="text/javascript", headers=headers)


@functools.cache
def format_script_address() -> str:
    """Return the address of this version of the script."""
    return f"{links.PAGE_SCRIPT}?v={hashlib.sha256(_script()).hexdigest()[:16]}"


@functools.cache
def _script() -> bytes:
    folder = Path(__file__).parent
    return b"\n".join((folder / name).read_bytes() for name in _FILES)
