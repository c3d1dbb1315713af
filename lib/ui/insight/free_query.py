"""«Свободный запрос»: the query and its parameters, the answer, and what can be asked."""

import hashlib
import json
from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.insight.answers import Unit
from lib.facts.free_query.asking import SECONDS, SHOWN, TAKEN, QueryRefused
from lib.facts.free_query.open_tables import OPEN_KINDS
from lib.facts.free_query.ready_queries import READY
from lib.facts.tables import Kind
from lib.services.insight import free_query
from lib.services.insight.exports import FileKind
from lib.services.insight.free_query import Answer, Asked
from lib.services.insight.saved import views
from lib.services.insight.screens import FactsMissing
from lib.ui import guard, markup, query, session, tables
from lib.ui.insight import cells, charts, files, saved_views
from lib.ui.markup import EMPTY, fill, join_pieces
from lib.ui.tables import Heading

_PLAN = "plan"  # the value of the address that asks for the plan
_RULES = (
    "Один запрос SELECT к таблицам, которые перечислены ниже. Каждая строка в них говорит не "
    "меньше чем о десяти счетах. Значение, которое меняется, пишите как $имя: оно станет полем. "
    f"На экране до {formats.format_count(SHOWN, 'строки', 'строк', 'строк')}, в файле до "
    f"{formats.format_count(TAKEN, 'строки', 'строк', 'строк')}, на запрос {SECONDS} секунд."
)
_NOTHING = (
    "Под условия не подошло ничего, или за этим меньше десяти счетов: такие строки сложены с "
    "другими, и вместо названия в них пусто."
)
_CODE = Markup('<pre class="kb-plan" tabindex="0">{}</pre>')


def render_screen() -> None:
    """Draw the screen for the query in its address."""
    actor = guard.require(Permission.INSIGHT_READ)
    markup.render_title("Свободный запрос")
    try:
        moment = free_query.find_moment(actor=actor)
    except FactsMissing as missing:
        markup.render_markup(markup.build_note(str(missing)))
        return
    _open_saved(actor)
    saved_views.render_actions(links.FREE_QUERY)
    asked = free_query.read_query(st.query_params.to_dict())
    markup.render_markup(markup.build_hint(f"Данные на {formats.format_moment(moment)}. {_RULES}"))
    _render_form(asked)
    if asked.statement:
        _render_outcome(actor, asked)
    markup.render_markup(build_tables())


def _open_saved(actor: Actor) -> None:
    """Put a saved query, which may be too long for a link, into the address."""
    view_id = query.get_number("saved")
    if view_id is None:
        return
    try:
        view = views.get_view(actor=actor, view_id=view_id)
    except AccessDenied:
        guard.refuse()
    if view.path != links.FREE_QUERY:
        guard.refuse()
    _open(free_query.read_query(view.query))


def _render_form(asked: Asked) -> None:
    # fields have a key for each address, so that they follow it
    state = json.dumps(free_query.write_query(asked), sort_keys=True)
    digest = hashlib.sha256(state.encode()).hexdigest()[:12]
    titles = {query.title: query for query in READY}
    chosen = st.selectbox(
        "Начать с готового вопроса",
        list(titles),
        index=None,
        placeholder="Выберите вопрос",
        key=f"free.ready.{digest}",
    )
    if chosen is not None:
        _open(Asked(titles[chosen].statement, titles[chosen].values))
    with st.form(f"free.query.{digest}", border=False):
        statement = st.text_area("Запрос", asked.statement, height=220)
        values = {
            name: st.text_input(name, typed, key=f"free.{name}.{digest}")
            for name, typed in asked.values.items()
        }
        with st.container(horizontal=True):
            runs = st.form_submit_button("Выполнить", type="primary")
            plans = st.form_submit_button("Показать план")
    if runs or plans:
        names = free_query.list_parameters(statement)
        _open(Asked(statement.strip(), {name: values.get(name, "") for name in names}), plan=plans)


def _open(asked: Asked, *, plan: bool = False) -> None:
    """Put a query into the address, and draw the screen from there."""
    st.query_params.from_dict(free_query.write_query(asked) | ({_PLAN: "1"} if plan else {}))
    st.rerun()


def _render_outcome(actor: Actor, asked: Asked) -> None:
    missing = [name for name, value in asked.values.items() if not value]
    if missing:
        names = ", ".join(f"${name}" for name in missing)
        markup.render_markup(
            markup.build_note(f"Заполните значения и нажмите «Выполнить»: {names}")
        )
        return
    address = session.get_address()
    try:
        if st.query_params.get(_PLAN):
            plan = free_query.explain_query(actor=actor, asked=asked, address=address)
            markup.render_markup(fill(_CODE, plan))
            return
        answer = _run(actor, asked, address)
    except QueryRefused as refusal:
        st.error(_format_refusal(refusal), icon=":material/error:")
        return
    if answer is None:
        markup.render_markup(markup.build_note("Запрос остановлен."))
    else:
        _render_answer(asked, answer)


def _format_refusal(refusal: QueryRefused) -> str:
    """Write a refusal with what it quotes as code: «read_csv» keeps its underscore."""
    if not refusal.detail:  # the sentence is ours, without signs of Markdown
        return str(refusal)
    pieces = str(refusal).partition(refusal.detail)
    return f"{pieces[0]}{markup.format_code(refusal.detail)}{pieces[2]}"


def _run(actor: Actor, asked: Asked, address: str) -> Answer | None:
    """Answer a query; None if it was stopped. A press of any button ends it at the next pulse."""
    place = st.empty()
    with place.container(horizontal=True):
        if st.button("Остановить", key="free.stop"):
            place.empty()
            return None
        words = st.empty()

        def pulse() -> None:
            words.caption("Выполняется…")

        answer = free_query.run_query(actor=actor, asked=asked, address=address, pulse=pulse)
    place.empty()
    return answer


def _render_answer(asked: Asked, answer: Answer) -> None:
    count = formats.format_count(len(answer.table.lines), "строка", "строки", "строк")
    more = " Показаны первые, остальные в файлах." if answer.is_cut else ""
    if not answer.table.lines:
        more = f" {_NOTHING}"
    if answer.chart:
        charts.render_chart(answer.chart, key="free.chart")
    values = free_query.write_query(asked)
    kinds = [FileKind.CSV, FileKind.XLSX, FileKind.PARQUET]
    markup.render_markup(
        fill(Markup('<p class="kb-answer">{}</p>'), f"В ответе {count}.{more}")
        + (build_result(answer) if answer.table.lines else EMPTY)
        + files.build_links(links.FREE_QUERY, values, kinds, about="ответ на запрос")
    )


def build_result(answer: Answer) -> Markup:
    """Return the answer as a table."""
    table = answer.table
    headings = [Heading(table.heading)]
    headings += [Heading(column.name, is_word=column.unit is Unit.TEXT) for column in table.columns]
    rows = [
        [
            line.name,
            *(
                cells.build_cell(value, column.unit, is_good=None)
                for value, column in zip(table.compute_cells(line), table.columns, strict=True)
            ),
        ]
        for line in table.lines
    ]
    return tables.build_table(
        caption="Ответ", headings=headings, rows=rows, kind="kb-insight kb-wide"
    )


def build_tables() -> Markup:
    """Return the open tables with the meaning of each column."""
    folded = join_pieces(
        markup.build_folded(f"{kind.name}: {kind.meaning}", _build_columns(kind))
        for kind in OPEN_KINDS.values()
    )
    return markup.build_subtitle("Открытые таблицы") + folded


def _build_columns(kind: Kind) -> Markup:
    facts: Mapping[str, str] = {name: column.meaning for name, column in kind.columns.items()}
    return markup.build_facts(facts.items(), kind="kb-columns")
