"""The resident's appeals as a list, and the answers that have come."""

from collections.abc import Sequence

from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.domain.appeals.rules import Kind
from lib.services.appeals.resident_appeals import SHOWN, AnsweredThread, AppealsPage
from lib.services.appeals.threads import Summary
from lib.ui import markup, tables
from lib.ui.appeals import _words
from lib.ui.markup import EMPTY, fill, join_pieces

_NOTHING = (
    "Вы ещё ничего не писали. Задайте вопрос организации, которая обслуживает дом: ответ придёт "
    "сюда и письмом."
)
_ANSWERED = {
    Kind.APPEAL: "Вам ответили на обращение",
    Kind.PAID_SERVICE: "Есть новости по заявке на услугу",
}
_HEADINGS = tables.list_word_headings(
    "Номер", "Тема", "Организация", "Отправлено", "Статус", "Срок ответа"
)
_NEWS = Markup('<p class="kb-note">{} {}</p>')
_NEW = Markup(' <span class="kb-badge">новый ответ</span>')


def build_list(found: AppealsPage) -> Markup:
    """Return the resident's appeals with a button to write one, as the whole screen."""
    write = markup.build_button(
        "Написать обращение", links.link_to_screen(links.APPEALS, new=1), is_main=True
    )
    content = (
        _build_table(found) + _build_pages(found) if found.shown else markup.build_note(_NOTHING)
    )
    return markup.build_title("Обращения") + markup.build_actions([write]) + content


def build_answered(threads: Sequence[AnsweredThread]) -> Markup:
    """Return the answers that have come; nothing where there are no answers."""
    lines = join_pieces(
        fill(
            _NEWS,
            _ANSWERED[thread.kind],
            markup.build_link(f"№ {thread.number}", _get_address(thread)),
        )
        for thread in threads
    )
    section = Markup('<section aria-label="Вам ответили">{}</section>')
    return fill(section, lines) if lines else EMPTY


def _get_address(thread: AnsweredThread) -> str:
    path = links.APPEALS if thread.kind is Kind.APPEAL else links.PAID_SERVICES
    return links.link_to_screen(path, id=thread.appeal_id)


def _build_table(found: AppealsPage) -> Markup:
    return tables.build_table(
        caption="Мои обращения",
        headings=_HEADINGS,
        rows=map(_build_cells, found.shown),
        kind="kb-appeals",
        is_boxed=True,
    )


def _build_cells(summary: Summary) -> tuple[str | Markup, ...]:
    address = links.link_to_screen(links.APPEALS, id=summary.appeal_id)
    rule = (
        fill(Markup(" {}"), markup.build_quiet(_words.format_rule(summary)))
        if summary.due_rule
        else EMPTY
    )
    return (
        fill(Markup('<a href="{}">{}</a>'), address, summary.number),
        summary.topic,
        summary.organization,
        formats.format_date(summary.sent_at),
        fill(Markup("{}{}"), _words.format_status(summary), _NEW if summary.is_new else EMPTY),
        _words.build_due(summary) + rule,
    )


def _build_pages(found: AppealsPage) -> Markup:
    count = -(-found.count // SHOWN)
    if count == 1:
        return EMPTY
    ways = (
        (page, None if page == found.page else links.link_to_screen(links.APPEALS, page=page))
        for page in range(1, count + 1)
    )
    return markup.build_pages("Страницы списка", "Страница", ways)
