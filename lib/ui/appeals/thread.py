"""A thread as one piece of markup: what it is about, its lines, the ways to its other pages."""

from collections.abc import Sequence

from lib import links
from lib.domain import formats
from lib.domain.appeals.rules import Side
from lib.services.appeals.threads import ENTRIES, Entry, File, Summary, Thread
from lib.ui.appeals import _words
from lib.ui.markup import text

_MEGABYTE, _KILOBYTE = 1024 * 1024, 1024


def lines(thread: Thread, *, address: str) -> str:
    """Return the lines of a page, and above and below the ways to the others.

    Args:
        thread: a page of it.
        address: of the screen that shows it, without its query.
    """
    ways = pages(thread, address=address)
    shown = "".join(_entry(entry, thread.summary) for entry in thread.entries)
    start = (thread.page - 1) * ENTRIES + 1
    return (
        f'<h2 class="kb-subtitle">Переписка</h2>{ways}'
        f'<ol class="kb-thread" start="{start}">{shown}</ol>{ways if thread.pages > 1 else ""}'
    )


def facts(thread: Thread, *, first: Sequence[tuple[str, str]] = ()) -> str:
    """Return what is known of a thread besides its lines, after what comes first: names, markup."""
    one = thread.summary
    told = [
        *first,
        ("Статус", _status(thread)),
        ("Срок ответа", _due(one)),
        ("Кто отвечает", text(one.organization)),
        ("Лицевой счёт", f"{text(one.account)}, {text(one.address)}"),
        ("Отправлено", formats.moment(one.sent_at)),
        ("Куда ответить", text(thread.contact) or formats.NO_DATA),
    ]
    if thread.about:
        words = text(thread.about)
        link = f'<a class="kb-link" href="{text(thread.about_link)}">{words}</a>'
        told.append(("О чём", link if thread.about_link else words))
    if thread.rating:
        told.append(("Оценка", f"{thread.rating} из 5"))
    items = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in told)
    return f'<dl class="kb-facts">{items}</dl>'


def pages(thread: Thread, *, address: str) -> str:
    """Return numbered ways to the pages of a long thread."""
    if thread.pages == 1:
        return ""
    ways = "".join(
        f'<span aria-current="page">{page}</span>'
        if page == thread.page
        else f'<a href="{text(_page(address, thread, page))}">{page}</a>'
        for page in range(1, thread.pages + 1)
    )
    return f'<nav class="kb-pages" aria-label="Страницы переписки">Страница {ways}</nav>'


def _page(address: str, thread: Thread, page: int) -> str:
    return links.screen(address, id=thread.summary.appeal_id, page=page)


def _status(thread: Thread) -> str:
    reason = f" – {text(thread.reason)}" if thread.reason else ""
    return f"<strong>{text(_words.status(thread.summary))}</strong>{reason}"


def _due(one: Summary) -> str:
    """Say by when, by which rule, and from which day where it is not the one of sending."""
    if one.due_on is None:
        return formats.NO_DATA
    since = (
        f"; зарегистрировано {formats.day(one.registered_on)}"
        if one.registered_on != one.sent_at.date()
        else ""
    )
    return f'{_words.due(one)} <span class="kb-quiet">({_words.rule(one)}{since})</span>'


def _entry(entry: Entry, one: Summary) -> str:
    side = "kb-said" if entry.side is Side.RESIDENT else "kb-said kb-answered"
    body = f'<p class="kb-body">{text(entry.body)}</p>' if entry.body else ""
    files = "".join(_file(file, one) for file in entry.files)
    attached = f'<ul class="kb-files">{files}</ul>' if files else ""
    return (
        f'<li class="{side}"><p class="kb-quiet">{_words.head(entry, one)}</p>{body}{attached}</li>'
    )


def _file(file: File, one: Summary) -> str:
    address = links.APPEAL_FILE.format(account_id=one.account_id, file_id=file.file_id)
    return (
        f'<li><a class="kb-link" href="{text(address)}" target="_blank">{text(file.name)}</a> '
        f'<span class="kb-quiet">{_size(file.size)}</span></li>'
    )


def _size(size: int) -> str:
    if size < _MEGABYTE:
        return f"{max(1, round(size / _KILOBYTE))} КБ"
    return f"{size / _MEGABYTE:.1f} МБ".replace(".", ",")
