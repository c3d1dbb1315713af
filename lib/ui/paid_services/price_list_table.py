"""The price list for staff: a table with links to change each line."""

from collections.abc import Sequence

from markupsafe import Markup

from lib import links
from lib.services.paid_services import price_list
from lib.services.paid_services.price_list import PriceLine
from lib.ui import markup, tables
from lib.ui.markup import fill

_TITLE = "Прейскурант"
_EMPTY = (
    "В прейскуранте пока ничего нет. Добавьте услуги: жители ваших домов увидят их и смогут "
    "оставить заявку."
)
_HEADINGS = tables.list_word_headings("Услуга", "Что входит", "Цена", "Состояние")


def build_list(lines: Sequence[PriceLine]) -> Markup:
    """Return the whole price list with links to change each line."""
    button = markup.build_button(
        "Добавить услугу", links.link_to_screen(links.PRICE_LIST, new=1), is_main=True
    )
    content = _build_table(lines) if lines else markup.build_note(_EMPTY)
    return markup.build_title(_TITLE) + markup.build_actions([button]) + content


def _build_table(lines: Sequence[PriceLine]) -> Markup:
    return tables.build_table(
        caption="Услуги",
        headings=_HEADINGS,
        rows=map(_build_cells, lines),
        kind="kb-offers",
        is_boxed=True,
    )


def _build_cells(line: PriceLine) -> tuple[str | Markup, ...]:
    address = links.link_to_screen(links.PRICE_LIST, id=line.service_id)
    return (
        fill(Markup('<a href="{}">{}</a>'), address, line.name),
        line.description or "—",
        f"{price_list.format_price(line.price)} {line.unit}",
        "предлагается" if line.is_active else markup.build_quiet("снята"),
    )
