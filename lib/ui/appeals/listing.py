"""The resident's appeals as a list, and the way to write one."""

from collections.abc import Sequence

from lib import links
from lib.domain import formats
from lib.domain.appeals.rules import Kind
from lib.services.appeals.resident_appeals import SHOWN, AnsweredThread, AppealsPage
from lib.services.appeals.threads import Summary
from lib.ui import markup
from lib.ui.appeals import _words
from lib.ui.markup import text

_NOTHING = (
    "Вы ещё ничего не писали. Задайте вопрос организации, которая обслуживает дом: ответ придёт "
    "сюда и письмом."
)
_ANSWERED = {
    Kind.APPEAL: "Вам ответили на обращение",
    Kind.PAID_SERVICE: "Есть новости по заявке на услугу",
}
_HEADINGS = ("Тема", "Организация", "Отправлено", "Статус", "Срок ответа")


def show(found: AppealsPage) -> None:
    """Draw the screen as one piece of markup: each element costs every run of it."""
    write = markup.way("Написать обращение", links.screen(links.APPEALS, new=1), is_main=True)
    content = _table(found) + _pages(found) if found.shown else markup.note(_NOTHING)
    markup.show(f'{markup.heading("Обращения")}<p class="kb-actions">{write}</p>{content}')


def strip(news: Sequence[AnsweredThread]) -> str:
    """Return what to read first: answers that have come; nothing where there is none."""
    lines = "".join(
        f'<p class="kb-note">{_ANSWERED[one.kind]} '
        f'<a class="kb-link" href="{text(_thread(one))}">№ {text(one.number)}</a></p>'
        for one in news
    )
    return f'<section aria-label="Вам ответили">{lines}</section>' if lines else ""


def _thread(one: AnsweredThread) -> str:
    path = links.APPEALS if one.kind is Kind.APPEAL else links.PAID_SERVICES
    return links.screen(path, id=one.appeal_id)


def _table(found: AppealsPage) -> str:
    head = "".join(f'<th scope="col" class="kb-word">{name}</th>' for name in _HEADINGS)
    rows = "".join(map(_row, found.shown))
    return (
        '<table class="kb-bill kb-appeals"><caption>Мои обращения</caption><thead><tr>'
        f'<th scope="col">Номер</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(one: Summary) -> str:
    address = links.screen(links.APPEALS, id=one.appeal_id)
    new = ' <span class="kb-badge">новый ответ</span>' if one.is_new else ""
    rule = f' <span class="kb-quiet">{_words.rule(one)}</span>' if one.due_rule else ""
    cells = (
        text(one.topic),
        text(one.organization),
        formats.day(one.sent_at),
        f"{text(_words.status(one))}{new}",
        f"{_words.due(one)}{rule}",
    )
    return (
        f'<tr><th scope="row"><a href="{text(address)}">{text(one.number)}</a></th>'
        + "".join(
            # one box, so that on a phone the words stay together beside the heading
            f'<td class="kb-word" data-label="{name}"><div>{cell}</div></td>'
            for name, cell in zip(_HEADINGS, cells, strict=True)
        )
        + "</tr>"
    )


def _pages(found: AppealsPage) -> str:
    count = -(-found.count // SHOWN)
    if count == 1:
        return ""
    ways = "".join(
        f'<span aria-current="page">{n}</span>'
        if n == found.page
        else f'<a href="{text(links.screen(links.APPEALS, page=n))}">{n}</a>'
        for n in range(1, count + 1)
    )
    return f'<nav class="kb-pages" aria-label="Страницы списка">Страница {ways}</nav>'
