"""A thread as markup: its facts, its entries, the links to its other pages."""

from collections.abc import Sequence

from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.domain.appeals.rules import Side
from lib.services.appeals.threads import ENTRIES, Entry, File, Summary, Thread
from lib.ui import markup
from lib.ui.appeals import _words
from lib.ui.markup import EMPTY, fill, join_pieces

_MEGABYTE, _KILOBYTE = 1024 * 1024, 1024
_THREAD = Markup(
    '<h2 class="kb-subtitle">Переписка</h2>{}<ol class="kb-thread" start="{}">{}</ol>{}'
)
_ENTRY = Markup('<li class="{}"><p class="kb-quiet">{}</p>{}{}</li>')
_FILE = Markup(
    '<li><a class="kb-link" href="{}" target="_blank">{}</a> <span class="kb-quiet">{}</span></li>'
)


def build_entries(thread: Thread, *, address: str) -> Markup:
    """Return the entries of a page, between the links to other pages.

    Args:
        thread: a page of it.
        address: the address of the screen, without its query.
    """
    pages = _build_pages(thread, address=address)
    entries = join_pieces(_build_entry(entry, thread.summary) for entry in thread.entries)
    start = (thread.page - 1) * ENTRIES + 1
    return fill(_THREAD, pages, start, entries, pages)


def build_facts(thread: Thread, *, first: Sequence[tuple[str, str | Markup]] = ()) -> Markup:
    """Return what is known of a thread, after the facts that come first."""
    summary = thread.summary
    facts = [
        *first,
        ("Статус", _build_status(thread)),
        ("Срок ответа", _build_due(summary)),
        ("Кто отвечает", summary.organization),
        ("Лицевой счёт", f"{summary.account}, {summary.address}"),
        ("Отправлено", formats.format_moment(summary.sent_at)),
        ("Куда ответить", thread.contact or formats.NO_DATA),
    ]
    if thread.about:
        about = thread.about
        link = markup.build_link(about, thread.about_link) if thread.about_link else about
        facts.append(("О чём", link))
    if thread.rating:
        facts.append(("Оценка", f"{thread.rating} из 5"))
    return markup.build_facts(facts)


def _build_pages(thread: Thread, *, address: str) -> Markup:
    if thread.pages == 1:
        return EMPTY
    key = thread.summary.appeal_id
    ways = (
        (page, None if page == thread.page else links.link_to_screen(address, id=key, page=page))
        for page in range(1, thread.pages + 1)
    )
    return markup.build_pages("Страницы переписки", "Страница", ways)


def _build_status(thread: Thread) -> Markup:
    reason = f" – {thread.reason}" if thread.reason else ""
    return fill(Markup("<strong>{}</strong>{}"), _words.format_status(thread.summary), reason)


def _build_due(summary: Summary) -> Markup:
    """Return the deadline, its rule, and the day of registration if it is another day."""
    if summary.due_on is None:
        return _words.build_due(summary)
    since = (
        f"; зарегистрировано {formats.format_date(summary.registered_on)}"
        if summary.registered_on != summary.sent_at.date()
        else ""
    )
    rule = markup.build_quiet(f"({_words.format_rule(summary)}{since})")
    return fill(Markup("{} {}"), _words.build_due(summary), rule)


def _build_entry(entry: Entry, summary: Summary) -> Markup:
    side = "kb-said" if entry.side is Side.RESIDENT else "kb-said kb-answered"
    body = fill(Markup('<p class="kb-body">{}</p>'), entry.body) if entry.body else EMPTY
    files = join_pieces(_build_file(file, summary) for file in entry.files)
    attached = fill(Markup('<ul class="kb-files">{}</ul>'), files) if files else EMPTY
    return fill(_ENTRY, side, _words.build_head(entry, summary), body, attached)


def _build_file(file: File, summary: Summary) -> Markup:
    address = links.APPEAL_FILE.format(account_id=summary.account_id, file_id=file.file_id)
    return fill(_FILE, address, file.name, _format_size(file.size))


def _format_size(size: int) -> str:
    if size < _MEGABYTE:
        return f"{max(1, round(size / _KILOBYTE))} КБ"
    return f"{size / _MEGABYTE:.1f} МБ".replace(".", ",")
