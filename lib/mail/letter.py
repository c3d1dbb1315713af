"""A letter: the same words as plain text and as HTML."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from lib import config
from lib.domain.texts import clean_line

_SHOWN_DIGITS = 4
_WEB = ("https://", "http://")
_AUTOMATIC = "Письмо отправлено автоматически, отвечать на него не нужно."

_PAGE = """<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{subject}</title></head>
<body style="margin:0;padding:24px 12px;background:#f2f5f8">
<div style="max-width:560px;margin:0 auto;background:#ffffff;border:1px solid #d9e0e7;\
border-radius:8px;font:16px/1.5 Arial,Helvetica,sans-serif;color:#1b2733">
<div style="padding:16px 28px;border-bottom:1px solid #d9e0e7;font-weight:bold;\
color:#0f5c8e">{centre}</div>
<div style="padding:12px 28px">
{body}
</div>
<div style="padding:12px 28px 20px;border-top:1px solid #d9e0e7;font-size:13px;color:#5b6b7a">
{signature}
</div>
</div>
</body></html>
"""
_PARAGRAPH = '<p style="margin:12px 0">{}</p>'
_BUTTON = (
    '<p style="margin:20px 0"><a href="{address}" style="display:inline-block;padding:11px 22px;'
    'background:#0f5c8e;border-radius:6px;color:#ffffff;text-decoration:none">{label}</a></p>\n'
    '<p style="margin:12px 0;font-size:13px;color:#5b6b7a">'
    'Если кнопка не нажимается, откройте ссылку:<br><a href="{address}" '
    'style="color:#0f5c8e;word-break:break-all">{address}</a></p>'
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to a person: the subject, and the body as text and as HTML."""

    subject: str
    text: str
    html: str


def compose_letter(
    *,
    subject: str,
    greeting: str,
    paragraphs: Sequence[str],
    button: tuple[str, str] | None = None,
    after: Sequence[str] = (),
) -> Letter:
    """Write a letter from plain texts; HTML in them is escaped.

    Args:
        subject: one line.
        greeting: «Здравствуйте, Камалия Ришатовна!»
        paragraphs: the paragraphs above the button.
        button: its label and its absolute address.
        after: the paragraphs below the button.

    Raises:
        ValueError: the subject is empty, or the button's address is not absolute: a bug.
    """
    title = clean_line(subject)
    if not title:
        raise ValueError("a letter without a subject")
    if button and not button[1].startswith(_WEB):
        raise ValueError("a button without an absolute address")
    before = [clean_line(item) for item in (greeting, *paragraphs)]
    below = [clean_line(item) for item in after]
    return Letter(title, _text(before, button, below), _html(title, before, button, below))


def mask_number(number: str) -> str:
    """Return the last four digits of an account's number after three asterisks."""
    return f"***{number[-_SHOWN_DIGITS:]}"


def _signature() -> list[str]:
    settings = config.get_settings()
    phone = settings.kabinet_centre_phone
    lines = [settings.kabinet_centre_name, settings.kabinet_centre_address]
    return [clean_line(line) for line in (*lines, f"Телефон: {phone}" if phone else "") if line]


def _text(before: Sequence[str], button: tuple[str, str] | None, below: Sequence[str]) -> str:
    action = [f"{clean_line(button[0])}:\n{button[1]}"] if button else []
    signature = "\n".join(["-- ", *_signature(), _AUTOMATIC])
    return "\n\n".join([*before, *action, *below, signature]) + "\n"


def _html(
    title: str, before: Sequence[str], button: tuple[str, str] | None, below: Sequence[str]
) -> str:
    parts = [_PARAGRAPH.format(html.escape(item)) for item in before]
    if button:
        label, address = html.escape(clean_line(button[0])), html.escape(button[1])
        parts.append(_BUTTON.format(label=label, address=address))
    parts += [_PARAGRAPH.format(html.escape(item)) for item in below]
    return _PAGE.format(
        subject=html.escape(title),
        centre=html.escape(clean_line(config.get_settings().kabinet_centre_name)),
        body="\n".join(parts),
        signature="<br>".join(html.escape(line) for line in (*_signature(), _AUTOMATIC)),
    )
