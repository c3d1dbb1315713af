"""The HTML page of all screens: Streamlit's own, changed to have a Russian title and language."""

import functools
import importlib.util
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from lib.web import cookies, page_script

# a part of the page, so it is sent once and not with every run of a screen
_STYLESHEET = Path(__file__).parents[1] / "ui/portal.css"
_TITLE = "Личный кабинет"
_WITHOUT_SCRIPTS = (
    "Личному кабинету нужен JavaScript: включите его в настройках браузера и обновите страницу."
)
# replacements in Streamlit's page; each pattern must be found
_CHANGES = (
    (r'<html lang="en">', '<html lang="ru">'),
    (r"<title>[^<]*</title>", f"<title>{_TITLE}</title>"),
    # a font that we do not use, and a link to an API that is off
    (r'<link\s+rel="preload"\s+href="[^"]*SourceSans[^"]*"[^>]*/>', ""),
    (r'<link rel="service-desc"[^>]*/>', ""),
    (r"<noscript>.*?</noscript>", f"<noscript>{_WITHOUT_SCRIPTS}</noscript>"),
)


class PageChanged(RuntimeError):
    """Streamlit's page has changed, so a replacement is not possible: a bug to fix here."""


async def get_page(request: Request) -> Response:
    """Answer with the page; a new browser gets its visit cookie."""
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
    additions = f"<style>{_STYLESHEET.read_text(encoding='utf-8')}</style>"
    additions += f'<script src="{page_script.format_script_address()}" defer></script>'
    return text.replace("</head>", f"{additions}</head>")


def _framework_page() -> Path:
    """Find Streamlit's page without importing Streamlit."""
    found = importlib.util.find_spec("streamlit")
    if found is None or found.origin is None:
        raise PageChanged("streamlit")
    return Path(found.origin).parent / "static/index.html"
