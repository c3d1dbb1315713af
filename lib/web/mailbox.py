"""Routes to the demonstration mailbox: all letters of the portal, to any recipient.

They work only in demonstration mode, where letters are not sent anywhere else.
"""

import html
import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from lib import config, links
from lib.mail import folder
from lib.mail.folder import Delivered
from lib.web import answers

_LARGEST_KEY = 2**63 - 1
_LINK = re.compile(r"https?://[^\s<>\"']+")
# no scripts, and no pictures or forms inside letters
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'"

_PAGE = """<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{title} — Личный кабинет</title>
<style>
@font-face {{ font-family: "PT Sans"; src: url("/fonts/PTSans-Regular.ttf"); }}
body {{ font: 17px/1.5 "PT Sans", sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
color: light-dark(#1b2733, #e6ebf0); background: light-dark(#fff, #10171e); }}
a {{ color: light-dark(#0f5c8e, #7fbde8); }}
h1 {{ line-height: 1.2; overflow-wrap: anywhere; }}
ul {{ list-style: none; padding: 0; }}
li {{ padding: .6rem 0; border-top: 1px solid light-dark(#d9e0e7, #2b3845);
overflow-wrap: anywhere; }}
small, dt {{ color: light-dark(#5b6b7a, #9aa9b8); }}
dl {{ display: grid; grid-template-columns: auto 1fr; gap: .2rem 1rem; }}
dd {{ margin: 0; overflow-wrap: anywhere; }}
iframe {{ width: 100%; height: 38rem; border: 1px solid light-dark(#d9e0e7, #2b3845);
border-radius: 8px; background: #fff; }}
pre {{ font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }}
</style></head>
<body><main><h1>{title}</h1>
{body}
</main></body></html>
"""


async def list_letters(_request: Request) -> Response:
    """Answer with the latest letters, latest first."""
    if not config.get_settings().kabinet_demo:
        return answers.render_not_found()
    found = await run_in_threadpool(folder.list_letters)
    items = "\n".join(_item(delivered) for delivered in found)
    listing = f"<ul>\n{items}\n</ul>" if found else "<p>Писем пока нет.</p>"
    intro = "<p>Письма демонстрации: они никуда не уходят, их видно только здесь.</p>"
    return _page("Почта", f'{intro}\n{listing}\n<p><a href="/">На главную</a></p>')


async def get_letter(request: Request) -> Response:
    """Answer with one letter as HTML and as text."""
    letter_id = int(request.path_params["letter_id"])
    if not config.get_settings().kabinet_demo or letter_id > _LARGEST_KEY:
        return answers.render_not_found()
    found = await run_in_threadpool(folder.find_letter, letter_id)
    if found is None:
        return answers.render_not_found()
    back = f'<p><a href="{links.MAILBOX}">Все письма</a></p>'
    return _page(
        found.letter.subject, f"{_head(found)}\n{_sandboxed(found)}\n{_text(found)}\n{back}"
    )


def _item(found: Delivered) -> str:
    address = f"{links.MAILBOX}/{found.id}"
    return (
        f'<li><a href="{address}">{html.escape(found.letter.subject)}</a><br>'
        f"<small>{html.escape(found.recipient)}, {_moment(found)}</small></li>"
    )


def _head(found: Delivered) -> str:
    return (
        f"<dl><dt>Кому</dt><dd>{html.escape(found.recipient)}</dd>"
        f"<dt>Когда</dt><dd>{_moment(found)}</dd></dl>"
    )


def _sandboxed(found: Delivered) -> str:
    """Render the letter's HTML in a frame without scripts; its links open in a new tab."""
    source = html.escape(found.letter.html.replace("<head>", '<head><base target="_blank">', 1))
    return (
        '<iframe title="Письмо" sandbox="allow-popups allow-popups-to-escape-sandbox" '
        f'srcdoc="{source}"></iframe>'
    )


def _text(found: Delivered) -> str:
    text = _LINK.sub(
        lambda match: f'<a href="{match[0]}">{match[0]}</a>', html.escape(found.letter.text)
    )
    return f"<h2>То же текстом</h2>\n<pre>{text}</pre>"


def _moment(found: Delivered) -> str:
    return f"{found.sent_at.astimezone(config.get_settings().zone):%d.%m.%Y %H:%M}"


def _page(title: str, body: str) -> Response:
    return HTMLResponse(
        _PAGE.format(title=html.escape(title), body=body),
        headers={"Cache-Control": "no-store", "Content-Security-Policy": _POLICY},
    )
