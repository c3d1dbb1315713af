"""«Свободный запрос»: SQL over open tables in which no row stands for fewer than ten accounts."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from db import session as database
from lib import clock, config, links
from lib.access import Actor, Permission
from lib.domain.insight.answers import Chart, Explanation, Page, Panel, Table
from lib.facts.free_query import asking as queries
from lib.facts.free_query import opening
from lib.facts.free_query.asking import Result
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.insight import _free_result, rules, screens

_STATEMENT, _VALUE = "sql", "value."
# what stands in quotes or in a comment is no parameter
_PARAMETER = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$|\$(?P<name>[^\W\d]\w*)""",
    re.DOTALL,
)
_QUOTED = re.compile(r"'[^']*'")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
KEY = "free_query.result"
EXPLANATION = Explanation(
    definition="Ответ на ваш запрос к открытым таблицам: каждая их строка говорит не меньше чем "
    "о десяти счетах.",
    formula="текст запроса",
    moment="За месяцы, которые выбрал запрос.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A free query as it lies in an address: a saved view keeps the same values.

    Attributes:
        statement: the SQL; empty: nothing was asked yet.
        values: what was typed for its parameters, by name.
    """

    statement: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a free query.

    Attributes:
        table: the rows that are shown.
        chart: chosen from the columns; None: they do not make one.
        is_cut: there are more rows; files have them.
        moment: when the ledger was read.
    """

    table: Table
    chart: Chart | None
    is_cut: bool
    moment: dt.datetime


def read_query(query: Mapping[str, str]) -> Asked:
    """Read a free query from the values of an address or of a saved view."""
    statement = query.get(_STATEMENT, "").strip()
    names = list_parameters(statement)
    return Asked(statement, {name: query.get(_VALUE + name, "") for name in names})


def write_query(asked: Asked) -> dict[str, str]:
    """Return the values of the address, all of a view that can be saved and shared."""
    values = {_VALUE + name: value for name, value in asked.values.items() if value}
    return {_STATEMENT: asked.statement, **values} if asked.statement else {}


def list_parameters(statement: str) -> list[str]:
    """Return the names of a query's parameters, written as ``$name``, in their order."""
    names = (found["name"] for found in _PARAMETER.finditer(statement))
    return list(dict.fromkeys(name for name in names if name))


def find_moment(*, actor: Actor) -> dt.datetime:
    """Return when the ledger was read.

    Raises:
        AccessDenied: no permission.
        FactsMissing: there are no facts yet.
    """
    actor.demand(Permission.INSIGHT_READ)
    return clock.local(screens.open_facts(actor).manifest.moment)


def run_query(
    *, actor: Actor, asked: Asked, address: str, pulse: Callable[[], None] = lambda: None
) -> Answer:
    """Answer a free query for the screen, and record its text.

    Args:
        actor: needs ``insight:read``; one with an organisation asks its rows alone.
        asked: the query.
        address: the client's IP address.
        pulse: called a few times a second; if it raises, the query is ended.

    Raises:
        AccessDenied: no permission.
        FactsMissing: there are no facts yet.
        QueryRefused: it is not one SELECT over the open tables, or needs too much.
    """
    actor.demand(Permission.INSIGHT_READ)
    result = _ask(actor, asked, address, Action.FIGURES_VIEWED, pulse=pulse)
    table = _free_result.make_table(result)
    chart = _free_result.choose_chart(result)
    return Answer(table, chart, result.is_cut, find_moment(actor=actor))


def explain_query(*, actor: Actor, asked: Asked, address: str) -> str:
    """Return DuckDB's plan of a free query.

    Raises:
        AccessDenied: no permission.
        FactsMissing: there are no facts yet.
        QueryRefused: it is not one SELECT over the open tables.
    """
    actor.demand(Permission.INSIGHT_READ)
    result = _ask(actor, asked, address, Action.FIGURES_VIEWED, is_plan=True)
    return "\n".join(str(row[-1]) for row in result.rows)


def take_page(*, actor: Actor, asked: Asked, address: str, what: str = "") -> Page:
    """Return the answer with all rows that a file may have, and record that it was taken.

    Args:
        actor: needs ``insight:read``; one with an organisation asks its rows alone.
        asked: the query.
        address: the client's IP address.
        what: the kind of the file.

    Raises:
        AccessDenied: no permission.
        FactsMissing: there are no facts yet.
        QueryRefused: it is not one SELECT over the open tables, or needs too much.
    """
    actor.demand(Permission.INSIGHT_READ)
    result = _ask(actor, asked, address, Action.FIGURES_TAKEN, rows=queries.TAKEN, what=what)
    words = f"Не больше {queries.TAKEN} строк." if result.is_cut else ""
    table = _free_result.make_table(result)
    return Page(panels=(Panel(KEY, "Свободный запрос", words, EXPLANATION, table=table),))


def _ask(
    actor: Actor,
    asked: Asked,
    address: str,
    action: Action,
    *,
    rows: int = queries.SHOWN,
    is_plan: bool = False,
    what: str = "",
    pulse: Callable[[], None] = lambda: None,
) -> Result:
    facts = screens.open_facts(actor)
    _record(actor, asked, address, action, what)  # first: a refused attempt is recorded too
    folder = _find_folder()
    path = opening.make_database(
        facts.manifest,
        organization=facts.organization,
        bounds=rules.read_bounds(),
        folder=folder,
    )
    opening.delete_old(folder, now=clock.now(), needed=path)
    values = {name: _read_value(value) for name, value in asked.values.items()}
    return queries.ask_database(
        path, asked.statement, values, rows=rows, is_plan=is_plan, pulse=pulse
    )


def _find_folder() -> Path:
    return config.get_settings().kabinet_state / "open_tables"


def _record(actor: Actor, asked: Asked, address: str, action: Action, what: str) -> None:
    typed = ", ".join(f"${name} = {value}" for name, value in asked.values.items())
    text = f"{asked.statement}; {typed}" if typed else asked.statement
    with database.transaction(actor.owner) as session:
        trail.record_event(
            session,
            action=action,
            actor=actor,
            address=address,
            screen=links.FREE_QUERY,
            what=what or None,
            **trail.divide_text("query", text),
        )


def _read_value(value: str) -> object:
    """Read what was typed for a parameter: a day, a month, a number, or words.

    Digits in quotes are words: the number of a house, for example.
    """
    typed = value.strip()
    if _QUOTED.fullmatch(typed):
        return typed[1:-1]
    if _GROUPED.fullmatch(typed):
        typed = "".join(typed.split())
    day = _DAY.fullmatch(typed)
    written = f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}" if day else typed
    if re.fullmatch(r"\d{4}-\d{2}", written):
        written += "-01"
    try:
        return dt.date.fromisoformat(written) if "-" in written else int(written)
    except ValueError:
        pass
    try:
        number = Decimal(typed.replace(",", "."))
    except InvalidOperation:
        return typed
    return float(number) if number.is_finite() else typed
