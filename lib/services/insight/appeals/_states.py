"""«Обращения»: the figures of what is past its date, opened again, and rated."""

from collections.abc import Sequence

from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import Explanation, Tile, Unit
from lib.facts.questions import appeals as questions
from lib.facts.questions.appeals import Pace
from lib.services.insight._context import Context
from lib.services.insight._shared_accounts import (
    find_few_in_organization,
    get_spans,
    is_below_organization,
    needs_organizations,
)

LATE = Explanation(
    definition="Обращения, на которые ответили позже срока или до сих пор не ответили, хотя срок "
    "прошёл. Открыто снова – ответов больше одного.",
    formula="позже срока ÷ обращения со сроком; открытые снова ÷ все обращения",
    moment="За месяцы вида, по дню отправки; без ответа – на сегодня.",
)


RATINGS = Explanation(
    definition="Оценка, которую житель поставил ответу, от 1 до 5.",
    formula="сумма оценок ÷ количество оценок",
    moment="За месяцы вида, по дню отправки обращения.",
)


def may_show_states(context: Context, months: Sequence[Pace]) -> bool:
    """Tell whether enough accounts wrote in each month for figures that add up.

    Args:
        context: of the screen.
        months: of the view, and of the compared period.
    """
    if is_below_organization(context) or any(row.writers < privacy.FEWEST for row in months):
        return False
    if not needs_organizations(context):
        return True
    writers = questions.count_writers(context.facts, get_spans(context), by="all")
    return not find_few_in_organization(context, writers)


def build_tiles(whole: Pace, before: Pace | None, word: str) -> list[Tile]:
    """Return the tiles of what is past its date, opened again, and rated."""
    late = figures.share(whole.late, whole.dated)
    change = figures.difference(late, figures.share(before.late, before.dated) if before else None)
    again = figures.share(whole.reopened, whole.appeals)
    tiles = [
        Tile(
            key="appeals.late",
            name="Ответ позже срока",
            value=late,
            unit=Unit.SHARE,
            explanation=LATE,
            change=f"{figures.format_points(change)}: {word}" if change is not None else "",
            is_good=change < 0 if change else None,
        ),
        Tile(
            key="appeals.reopened",
            name="Открыты снова",
            value=again,
            unit=Unit.SHARE,
            explanation=LATE,
        ),
    ]
    if whole.raters >= privacy.FEWEST:
        tiles.append(
            Tile(
                key="appeals.rating",
                name="Средняя оценка",
                value=figures.share(whole.stars, whole.rated),
                unit=Unit.NUMBER,
                explanation=RATINGS,
            )
        )
    return tiles
