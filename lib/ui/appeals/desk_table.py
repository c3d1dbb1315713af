"""The queue of the service desk, and the appeals that may be one incident."""

from collections.abc import Sequence

from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.domain.appeals.terms import Badge
from lib.services.appeals.desk_queue import DeskKind, Filters, Queue, QueueRow, View
from lib.services.appeals.incidents import Offer
from lib.ui import markup, tables
from lib.ui.appeals import _words, desk_filters
from lib.ui.markup import EMPTY, escape, fill, join_pieces

_HEADINGS = tables.list_word_headings("Номер", "О чём", "Адрес", "Статус", "Срок", "Исполнитель")
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
_OFFERS = Markup(
    '<section class="kb-note" aria-label="Возможные инциденты">'
    "<strong>Похоже на один инцидент</strong><ul>{}</ul></section>"
)
_OFFER = Markup("<li>{} – {}: обращений за 48 часов – {}. {}</li>")


def build_head(filters: Filters, queue: Queue) -> Markup:
    """Return the title of the screen, the views of the queue and the possible incidents."""
    templates = links.link_to_screen(links.SERVICE_DESK, section="templates")
    is_whole = queue.page == 1 and not filters.search
    return (
        markup.build_title("Обращения")
        + markup.build_links([("Шаблоны ответов", templates)])
        + desk_filters.build_views(filters, queue)
        + (_build_offers(queue.offers) if is_whole else EMPTY)
    )


def _build_offers(offers: Sequence[Offer]) -> Markup:
    """Return the possible incidents, each with a link to the first of its appeals."""
    items = join_pieces(
        fill(
            _OFFER,
            offer.address,
            offer.topic,
            offer.count,
            markup.build_link(
                "Открыть и объединить", _get_thread(offer.account_id, offer.appeal_id)
            ),
        )
        for offer in offers
    )
    return fill(_OFFERS, items) if items else EMPTY


def build_rows(filters: Filters, queue: Queue) -> Markup:
    """Return a page of the queue, its count and the links to other pages."""
    if not queue.rows:
        is_filtered = filters.search or filters.topic or filters.kind
        return markup.build_note(_NOT_FOUND if is_filtered else _EMPTY[filters.view])
    found = desk_filters.format_count(queue.found, bound=queue.bound)
    table = tables.build_table(
        caption=f"{desk_filters.VIEWS[filters.view]}: {found}",
        headings=_HEADINGS,
        rows=map(_build_cells, queue.rows),
        kind="kb-appeals kb-desk",
        is_boxed=True,
    )
    several = desk_filters.get_address(filters, page=queue.page, several=1)
    return (
        table
        + desk_filters.build_pages(filters, queue)
        + markup.build_links([("Выбрать несколько", several)])
    )


def _build_cells(row: QueueRow) -> tuple[str | Markup, ...]:
    kind = f"{desk_filters.KINDS[row.kind]}{', инцидент' if row.incident_id else ''}"
    number = row.number or f"№ {row.key}"
    return (
        fill(Markup('<a href="{}">{}</a>'), _get_address(row), number),
        fill(Markup("{}{}"), _shorten(row.title), markup.build_quiet(kind)),
        row.address,
        row.status,
        _build_due(row),
        row.assigned or formats.NO_DATA,
    )


def _build_due(row: QueueRow) -> Markup:
    if row.due_on is None:
        return markup.build_quiet(f"с {formats.format_date(row.sent_at)}")
    if row.badge is Badge.NONE:
        return escape(formats.format_date(row.due_on))
    return _words.build_deadline(row.due_on, row.badge)


def _get_address(row: QueueRow) -> str:
    if row.kind is DeskKind.ACCOUNT_REQUEST:
        return links.link_to_screen(links.ACCOUNT_REQUESTS)
    if row.kind is DeskKind.MISTAKE:
        return links.link_to_screen(links.MISTAKES_DESK)
    return _get_thread(row.account_id, row.key)


def _get_thread(account_id: int | None, key: int) -> str:
    return links.link_to_screen(links.SERVICE_DESK, id=f"{account_id}-{key}")


def _shorten(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
