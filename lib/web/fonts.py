"""Route to the font PT Sans: served here, so that no third party sees the visitors."""

import functools
from collections.abc import Mapping
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from lib.web import answers

_FACES: Mapping[str, str] = {
    "PTSans-Regular.ttf": "PT_Sans-Web-Regular.ttf",
    "PTSans-Bold.ttf": "PT_Sans-Web-Bold.ttf",
}


async def get_font(request: Request) -> Response:
    """Answer with a font file; browsers may keep it for a year."""
    name = request.path_params["name"]
    if name not in _FACES:
        return answers.render_not_found()
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_face(name), media_type="font/ttf", headers=headers)


@functools.cache
def _face(name: str) -> bytes:
    return (files("fontpkg_pt_sans") / "files" / _FACES[name]).read_bytes()
