"""The page in which the screens live: named and in Russian before any script has run."""

import functools
import importlib.util
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from lib.web import cookies, page_script

# in the page itself: sent once and not with every run of a screen
_STYLESHEET = Path(__file__).parents[1] / "ui/portal.css"
_TITLE = "Личный кабинет"
_WITHOUT_SCRIPTS = (
    "Личному кабинету нужен JavaScript: включите его в настройках браузера и обновите страницу."
)
# what the framework's own page has → what ours has; each must be there
_CHANGES = (
    (r'<html lang="en">', '<html lang="ru">'),
    (r"<title>[^<]*</title>", f"<title>{_TITLE}</title>"),
    # a face that we do not use, and the address of an interface that is off
    (r'<link\s+rel="preload"\s+href="[^"]*SourceSans[^"]*"[^>]*/>', ""),
    (r'<link rel="service-desc"[^>]*/>', ""),
    (r"<noscript>.*?</noscript>", f"<noscript>{_WITHOUT_SCRIPTS}</noscript>"),
)


class PageChanged(RuntimeError):
    """The framework's page is not the one we know: a bug to be mended here."""


async def get_page(request: Request) -> Response:
    """Answer with the page; a browser that is here for the first time gets its visit cookie."""
    response = HTMLResponse(_page(), headers={"Cache-Control": "no-cache"})
    if cookies.VISIT not in request.cookies:
        cookies.set_cookie(response, request, name=cookies.VISIT, value=cookies.create_visit())
    return response


@functools.cache
def _page() -> str:
    text = _framework_page().read_text(encoding="utf-8")
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    for old, new in _CHANGES:
        text, count = re.subn(old, new, text, count=1, flags=re.DOTALL)
        if not count:
            raise PageChanged(old)
    ours = f"<style>{_STYLESHEET.read_text(encoding='utf-8')}</style>"
    ours += f'<script src="{page_script.format_script_address()}" defer></script>'
    return text.replace("</head>", f"{ours}</head>")


def _framework_page() -> Path:
    """Find the framework's page without importing the framework."""
    found = importlib.util.find_spec("streamlit")
    if found is None or found.origin is None:
        raise PageChanged("streamlit")
    return Path(found.origin).parent / "static/index.html"
