"""A screen of analysts from top to bottom: filters, figures, questions with their answers."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from lib import clock
from lib.access import Permission
from lib.domain import formats
from lib.domain.insight import occasions
from lib.domain.insight.answers import Explanation, Panel
from lib.services.insight import screens
from lib.services.insight.screens import FactsMissing, Insight
from lib.ui import guard, markup, session
from lib.ui.insight import charts, files, filters, saved_views, tables, tiles
from lib.ui.markup import EMPTY, fill

_QUESTION = Markup('<h2 class="kb-subtitle">{}</h2><p class="kb-answer">{}</p>')
# the question stands above already
_CAPTION = Markup('<span class="kb-unseen">{}</span>')
_NARROW = 31  # points of an axis in half of the screen: the days of a month
_STATE = Markup('<p class="kb-quiet kb-state">Данные на {}{}</p>')


def render_screen(path: str, *, title: str, has_day: bool = False) -> None:
    """Draw a screen of analysts for the view in its address.

    Args:
        path: the screen.
        title: its heading.
        has_day: its figures are as of a day, which can be chosen.
    """
    actor = guard.require(Permission.INSIGHT_READ)
    markup.render_title(title)
    try:
        found = screens.open_screen(
            actor=actor,
            path=path,
            query=st.query_params.to_dict(),
            address=session.get_address(),
        )
    except FactsMissing as missing:
        markup.render_markup(markup.build_note(str(missing)))
        return
    months = (found.view.since, found.view.until)
    saved_views.render_actions(path, months=months, figures=occasions.list_figures(found.page))
    last_day = clock.today() if has_day else None
    filters.render_filters(found.view, found.choices, path=path, last_day=last_day)
    state = _build_state(found)
    if not found.page.refusal:
        state += files.build_book_link(found)
    markup.render_markup(fill(Markup('<div class="kb-about-data">{}</div>'), state))
    if found.page.refusal:
        markup.render_markup(markup.build_note(found.page.refusal))
        return
    for remark in found.remarks:
        markup.render_markup(markup.build_hint(remark))
    if found.page.tiles:
        markup.render_markup(tiles.build_tiles(found))
    for row in _pair_charts(found.page.panels):
        for panel, column in zip(row, st.columns(len(row), gap="large"), strict=True):
            with column:
                _render_panel(found, panel)


def _pair_charts(panels: Sequence[Panel]) -> list[list[Panel]]:
    """Put charts that follow each other side by side, two in a row; a wide chart is alone."""
    rows: list[list[Panel]] = []
    for panel in panels:
        last = rows[-1] if rows else []
        if len(last) == 1 and _is_narrow(last[0]) and _is_narrow(panel):
            last.append(panel)
        else:
            rows.append([panel])
    return rows


def _is_narrow(panel: Panel) -> bool:
    chart = panel.chart
    return chart is not None and not chart.leads and len(chart.axis) <= _NARROW


def _build_state(found: Insight) -> Markup:
    """Return as of when the data is, and whether it agrees with the ledger."""
    checked = EMPTY
    if found.check and found.is_checked:
        checked = fill(Markup(' · <span class="kb-better">✓ сходится с книгой</span>'))
    elif found.check:
        checked = Markup(" · с последней сверки данные изменились")
    return fill(_STATE, formats.format_moment(found.moment), checked)


def _render_panel(found: Insight, panel: Panel) -> None:
    pieces = fill(_QUESTION, panel.question, panel.answer)
    markup.render_markup(pieces + build_explanation(found, panel.explanation))
    if panel.chart:
        address = tables.link_to_view(found.path, found.view) if panel.chart.leads else ""
        charts.render_chart(panel.chart, key=f"insight.chart.{panel.key}{address}")
    if panel.table:
        table = tables.build_table(
            panel.table, caption=fill(_CAPTION, panel.question), path=found.path, view=found.view
        )
        table += files.build_panel_links(found, panel)
        # the lines of places are links, too: they stay in sight
        is_folded = panel.chart is not None and not panel.chart.leads
        markup.render_markup(markup.build_folded("Таблица", table) if is_folded else table)


def build_explanation(found: Insight, explanation: Explanation) -> Markup:
    """Return «Как считается»: definition, formula, moment, and the last check."""
    check = found.check
    checked = "сверки с книгой ещё не было"
    if check:
        agreed = "сходится до копейки" if check.differences == 0 else "есть расхождения"
        checked = f"{agreed}, сверка {formats.format_moment(clock.local(check.moment))}"
    facts = markup.build_facts(
        [
            ("Что это", explanation.definition),
            ("Формула", explanation.formula),
            ("За что", explanation.moment),
            ("Данные на", formats.format_moment(found.moment)),
            ("С книгой", checked),
        ]
    )
    return markup.build_folded("Как считается", facts)
