"""Route to the pictures of the user guide, which are public."""

import functools
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from lib.web import answers

_FOLDER = Path(__file__).parents[1] / "ui/guide/pictures"
_NAME = re.compile(r"[a-z_]+\.webp")


async def get_picture(request: Request) -> Response:
    """Answer with a picture; browsers may keep it for a day, as a new version may change it."""
    name = request.path_params["name"]
    if name not in _names():
        return answers.render_not_found()
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response((_FOLDER / name).read_bytes(), media_type="image/webp", headers=headers)


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in _FOLDER.glob("*.webp") if _NAME.fullmatch(path.name))
