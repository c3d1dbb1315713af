"""HTML answers of our own routes: one sentence on a plain page."""

import html

from starlette.responses import HTMLResponse

_PAGE = """<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{title} — Личный кабинет</title>
<style>
@font-face {{ font-family: "PT Sans"; src: url("/fonts/PTSans-Regular.ttf"); }}
body {{ font: 17px/1.5 "PT Sans", sans-serif; max-width: 34rem; margin: 18vh auto; padding: 0 1rem;
color: light-dark(#1b2733, #e6ebf0); background: light-dark(#fff, #10171e); }}
a {{ color: light-dark(#0f5c8e, #7fbde8); }}
</style></head>
<body><main><h1>{title}</h1><p>{sentence}</p><p><a href="/">На главную</a></p></main></body></html>
"""


def render_sentence(title: str, text: str, *, status: int) -> HTMLResponse:
    """Return a page with a title, one sentence and a link to the home page."""
    page = _PAGE.format(title=html.escape(title), sentence=html.escape(text))
    return HTMLResponse(page, status_code=status, headers={"Cache-Control": "no-store"})


def render_not_found() -> HTMLResponse:
    """Return a 404 page, the same for a missing object and for another person's object."""
    return render_sentence(
        "Страница не найдена",
        "Такой страницы нет, или она открывается только после входа владельцу лицевого счёта.",
        status=404,
    )
