"""The statement («выписка») of an account as a PDF: numbered pages, no row torn in two."""

from collections.abc import Sequence

from lib.documents.print.file import write_file
from lib.documents.print.flow import Block, Placed, gap, height_of, paginate
from lib.documents.print.fonts import FontsInUse
from lib.documents.print.page import QUIET, Page
from lib.documents.print.style import DENSITIES, INNER_HEIGHT, INNER_WIDTH, MARGIN, RIGHT_EDGE
from lib.documents.receipt.parts import note, pair
from lib.documents.statement.data import Statement
from lib.documents.statement.tables import movements, payments
from lib.domain.payments import movement

_STYLE = DENSITIES[1]
_TITLE_SIZE = 14.0
_FOOTER_SIZE, _FOOTER_HEIGHT = 7.0, 14.0
_FACTS_WIDTH = 0.75 * INNER_WIDTH
_SIGNS = "Долг записан со знаком плюс, переплата – со знаком минус. {rule}."
_NO_MOVEMENT = "За эти месяцы движения средств не было."


def render(statement: Statement) -> bytes:
    """Print a statement; the same statement always gives the same bytes."""
    blocks = _blocks(statement)
    is_whole = height_of(blocks) <= INNER_HEIGHT
    pages = paginate(blocks, height=INNER_HEIGHT - (0 if is_whole else _FOOTER_HEIGHT))
    fonts = FontsInUse()
    return write_file(
        pages=_drawn(pages, statement, fonts),
        fonts=fonts,
        title=statement.title,
        author=statement.organization,
    )


def _blocks(statement: Statement) -> list[Block]:
    shown = movement.flows(statement.groups)
    said = _SIGNS.format(rule=movement.rule(shown)) if statement.groups else _NO_MOVEMENT
    return [
        _title(statement.title),
        *(
            pair(name, value, left=MARGIN, width=_FACTS_WIDTH, style=_STYLE)
            for name, value in statement.facts
        ),
        *note(said, _STYLE),
        *movements(statement.groups, shown, _STYLE),
        gap(_STYLE.gap),
        *payments(statement.payments, _STYLE),
    ]


def _title(words: str) -> Block:
    height = _TITLE_SIZE + 8

    def draw(page: Page, top: float) -> None:
        page.text(MARGIN, top + _TITLE_SIZE - 2, words, size=_TITLE_SIZE, bold=True)
        page.rule(MARGIN, top + height, INNER_WIDTH, weight=1.0, color=QUIET)

    return Block(height + _STYLE.gap / 2, draw, keep=True)


def _drawn(
    pages: Sequence[Sequence[Placed]], statement: Statement, fonts: FontsInUse
) -> list[Page]:
    drawn = []
    for number, blocks in enumerate(pages, start=1):
        page = Page(fonts)
        for block, top in blocks:
            block.draw(page, MARGIN + top)
        if len(pages) > 1:
            _footer(page, statement, number=number, count=len(pages))
        drawn.append(page)
    return drawn


def _footer(page: Page, statement: Statement, *, number: int, count: int) -> None:
    y = MARGIN + INNER_HEIGHT
    whose = f"Лицевой счёт {statement.account_number} · {statement.span}"
    page.text(MARGIN, y, whose, size=_FOOTER_SIZE, color=QUIET)
    page.right(RIGHT_EDGE, y, f"страница {number} из {count}", size=_FOOTER_SIZE, color=QUIET)
