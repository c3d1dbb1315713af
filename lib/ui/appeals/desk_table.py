"""The queue of the service desk as one piece of markup, and what it offers to join."""

from collections.abc import Sequence

from lib import links
from lib.domain import formats
from lib.domain.appeals.terms import Badge
from lib.services.appeals.desk_queue import DeskKind, Filters, Queue, QueueRow, View
from lib.services.appeals.incidents import Offer
from lib.ui import markup
from lib.ui.appeals import _words, desk_filters
from lib.ui.markup import text

_HEADINGS = ("О чём", "Адрес", "Статус", "Срок", "Исполнитель")
_EMPTY = {
    View.OPEN: "Открытых обращений нет: всё разобрано.",
    View.OVERDUE: "Просроченных обращений нет.",
    View.MINE: "У вас нет открытых обращений. Возьмите что-нибудь из «Без исполнителя».",
    View.UNASSIGNED: "Обращений без исполнителя нет.",
    View.CLOSED: "Закрытых обращений пока нет.",
    View.ALL: "",
}
_NOT_FOUND = "Ничего не нашлось. Проверьте номер, уберите часть слов или фильтры."
_LONGEST = 90


def head(filters: Filters, queue: Queue) -> str:
    """Return the name of the screen, its other parts and the parts of the queue."""
    templates = links.screen(links.SERVICE_DESK, section="templates")
    ways = f'<p class="kb-links"><a href="{text(templates)}">Шаблоны ответов</a></p>'
    is_whole = queue.page == 1 and not filters.search
    offered = _offers(queue.offers) if is_whole else ""
    return markup.heading("Обращения") + ways + desk_filters.views(filters, queue) + offered


def _offers(found: Sequence[Offer]) -> str:
    """Return what may be one incident: the way to the first of its appeals."""
    if not found:
        return ""
    items = "".join(
        f"<li>{text(one.address)} – {text(one.topic)}: обращений за 48 часов – {one.count}. "
        f'<a class="kb-link" href="{_offered(one)}">Открыть и объединить</a></li>'
        for one in found
    )
    return (
        '<section class="kb-note" aria-label="Возможные инциденты">'
        f"<strong>Похоже на один инцидент</strong><ul>{items}</ul></section>"
    )


def rows(filters: Filters, queue: Queue) -> str:
    """Return the page of the queue, how many there are and the ways to other pages."""
    if not queue.rows:
        is_filtered = filters.search or filters.topic or filters.kind
        return markup.note(_NOT_FOUND if is_filtered else _EMPTY[filters.view])
    headings = "".join(f'<th scope="col" class="kb-word">{name}</th>' for name in _HEADINGS)
    several = desk_filters.address(filters, page=queue.page, several=1)
    found = desk_filters.many(queue.found, bound=queue.bound)
    return (
        '<table class="kb-bill kb-appeals kb-desk">'
        f"<caption>{desk_filters.VIEWS[filters.view]}: {found}</caption>"
        f'<thead><tr><th scope="col">Номер</th>{headings}</tr></thead>'
        f"<tbody>{''.join(map(_row, queue.rows))}</tbody></table>"
        f"{desk_filters.pages(filters, queue)}"
        f'<p class="kb-links"><a href="{text(several)}">Выбрать несколько</a></p>'
    )


def name(row: QueueRow) -> str:
    """Name a row where its link would stand."""
    return row.number or f"№ {row.key}"


def _row(row: QueueRow) -> str:
    kind = desk_filters.KINDS[row.kind]
    quiet = f'<span class="kb-quiet">{kind}{", инцидент" if row.incident_id else ""}</span>'
    cells = (
        f"{text(_short(row.title))}{quiet}",
        text(row.address),
        text(row.status),
        _due(row),
        text(row.assigned or formats.NO_DATA),
    )
    return (
        f'<tr><th scope="row"><a href="{text(_address(row))}">{text(name(row))}</a></th>'
        + "".join(
            # one box, so that on a phone the words stay together beside the heading
            f'<td class="kb-word" data-label="{heading}"><div>{cell}</div></td>'
            for heading, cell in zip(_HEADINGS, cells, strict=True)
        )
        + "</tr>"
    )


def _due(row: QueueRow) -> str:
    if row.due_on is None:
        return f'<span class="kb-quiet">с {formats.day(row.sent_at)}</span>'
    if row.badge is Badge.NONE:
        return formats.day(row.due_on)
    return _words.deadline(row.due_on, row.badge)


def _address(row: QueueRow) -> str:
    if row.kind is DeskKind.ACCOUNT_REQUEST:
        return links.screen(links.ACCOUNT_REQUESTS)
    if row.kind is DeskKind.MISTAKE:
        return links.screen(links.MISTAKES_DESK)
    return links.screen(links.SERVICE_DESK, id=f"{row.account_id}-{row.key}")


def _offered(one: Offer) -> str:
    return text(links.screen(links.SERVICE_DESK, id=f"{one.account_id}-{one.appeal_id}"))


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
