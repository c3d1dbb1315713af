"""Letters of subscriptions to saved views of analysts."""

from collections.abc import Sequence

from lib import config, links
from lib.domain.insight.answers import Page
from lib.domain.insight.cells import format_alone
from lib.mail.letter import Letter, compose_letter


def write_view(
    *,
    name: str,
    view: str,
    months: str,
    why: str,
    page: Page,
    moment: str,
    address: str,
    pause_key: str,
) -> Letter:
    """Write to an analyst what a saved view says: its figures and its answers.

    Args:
        name: the first name of the analyst.
        view: the name of the view.
        months: what it is about: «ноябрь 2025 – октябрь 2026».
        why: the occasion, in Russian.
        page: figures and answers.
        moment: as of when the data is.
        address: of the view, without the portal's own.
        pause_key: pauses the subscription.
    """
    portal = config.get_settings().address
    pause = portal + links.link_to_screen(links.SAVED_VIEWS, pause=pause_key)
    return compose_letter(
        subject=f"{view}: {months}",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(why, f"{view}, {months}.", *_list_figures(page), *_list_answers(page)),
        button=("Открыть вид", portal + address),
        after=(
            f"Данные на {moment}.",
            f"Приостановить эти письма: {pause}",
            f"Все ваши подписки: {portal + links.link_to_screen(links.SAVED_VIEWS)}",
        ),
    )


def _list_figures(page: Page) -> Sequence[str]:
    return [
        f"{tile.name}: {format_alone(tile.value, tile.unit, name=tile.name)}"
        f"{f' ({tile.change})' if tile.change else ''}"
        for tile in page.tiles
    ]


def _list_answers(page: Page) -> Sequence[str]:
    return [f"{panel.question} {panel.answer}" for panel in page.panels if panel.answer]
