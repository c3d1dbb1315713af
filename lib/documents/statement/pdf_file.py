"""The statement («выписка») of an account as a PDF: numbered pages, no row split between two."""

from lib.documents.print.file import FOOTER_HEIGHT, write_file
from lib.documents.print.flow import Block, make_gap, paginate, sum_heights
from lib.documents.print.page import QUIET, Page
from lib.documents.print.style import DENSITIES, INNER_HEIGHT, INNER_WIDTH, MARGIN
from lib.documents.receipt.parts import note, pair
from lib.documents.statement.data import Statement
from lib.documents.statement.tables import draw_movements, draw_payments
from lib.domain.payments import movement

_STYLE = DENSITIES[1]
_TITLE_SIZE = 14.0
_FACTS_WIDTH = 0.75 * INNER_WIDTH
_SIGNS = "Долг записан со знаком плюс, переплата – со знаком минус. {rule}."
_NO_MOVEMENT = "За эти месяцы движения средств не было."


def render(statement: Statement) -> bytes:
    """Print a statement; the same statement always gives the same bytes."""
    blocks = _blocks(statement)
    is_whole = sum_heights(blocks) <= INNER_HEIGHT
    return write_file(
        paginate(blocks, height=INNER_HEIGHT - (0 if is_whole else FOOTER_HEIGHT)),
        title=statement.title,
        author=statement.organization,
        footer=f"Лицевой счёт {statement.account_number} · {statement.span}",
    )


def _blocks(statement: Statement) -> list[Block]:
    flows = movement.list_flows(statement.groups)
    explanation = (
        _SIGNS.format(rule=movement.format_rule(flows)) if statement.groups else _NO_MOVEMENT
    )
    return [
        _title(statement.title),
        *(
            pair(name, value, left=MARGIN, width=_FACTS_WIDTH, style=_STYLE)
            for name, value in statement.facts
        ),
        *note(explanation, _STYLE),
        *draw_movements(statement.groups, flows, _STYLE),
        make_gap(_STYLE.gap),
        *draw_payments(statement.payments, _STYLE),
    ]


def _title(words: str) -> Block:
    height = _TITLE_SIZE + 8

    def draw(page: Page, top: float) -> None:
        page.text(MARGIN, top + _TITLE_SIZE - 2, words, size=_TITLE_SIZE, bold=True)
        page.rule(MARGIN, top + height, INNER_WIDTH, weight=1.0, color=QUIET)

    return Block(height + _STYLE.gap / 2, draw, keep=True)
