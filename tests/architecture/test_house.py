"""The rules of the house that the source itself shows."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("lib", "db", "pages")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
)
REFUSED_NAMES = {"utils", "helpers", "common", "misc"}
PAGE, MODULE, FUNCTION = 80, 250, 40
# who may open the gate's tables: areas that act without an actor or on one's own login
GATE_OPENERS = {
    "lib/services/account_card.py",  # lists who sees an account, for the staff of its organisation
    "lib/services/accounts",  # proves and grants accounts to logins that see none yet
    "lib/services/appeals",  # names of colleagues and of a thread's author; the actor's e-mail
    "lib/services/attempts.py",  # deletes old attempts, captchas and tokens: gate tables only
    "lib/services/captchas.py",
    "lib/services/meters",  # finds the recipient of a letter
    "lib/services/mistakes",  # strangers report too; finds the recipient of a letter
    "lib/services/people",  # logins, sessions, tokens and invitations are gate tables only
    "lib/startup.py",
}
# operators' commands and jobs: nobody is signed in
OPERATOR_OPENERS = {
    "lib/jobs/worker.py",  # the queue's tables
    "lib/services/appeals",  # jobs: send letters about threads, close finished ones
    "lib/services/audit",  # events of all logins, for an administrator
    "lib/services/billing",  # the print run: receipts of every account
    "lib/services/demonstration",
    "lib/services/insight",  # jobs: facts of the ledger, letters to subscribers; rules for all
    "lib/services/letters.py",
    "lib/services/mistakes",  # reports of strangers: an administrator sees them, staff do not
    "lib/services/news",  # a job: letters to residents of many houses
    "lib/services/packages",  # a command: what billing has not received yet
    "lib/services/payments",  # the bank's report about a payment, which no resident may write
    "lib/services/people",  # copies of one's data are made by a job; logins are made by commands
    "lib/services/registers",  # rows without an account: staff post those of their organisation
}
# records in the transaction of a service that has already demanded a permission
SHARED_STEPS = {
    "lib/services/appeals/_limits.py:check_appeals",
    "lib/services/appeals/_limits.py:check_replies",
    "lib/services/appeals/_rows.py:add_appeal",
    "lib/services/appeals/steps.py:add_entry",
    "lib/services/appeals/steps.py:change_status",
    "lib/services/appeals/steps.py:lock_appeal",
    "lib/services/appeals/steps.py:open_appeal",
    "lib/services/audit/trail.py:record_event",
}
OWNER_OPENERS = {
    "lib/services/demonstration",  # adds the formats of its registers
    "lib/services/packages",
    "lib/services/registers",
    "lib/startup.py",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        yield name(path), ast.parse(path.read_text())


def imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_nobody_imports_the_application() -> None:
    assert [file for file, tree in trees() if "app" in imported(tree)] == []


def test_no_module_has_a_name_without_a_meaning() -> None:
    assert [name(p) for p in SOURCES if p.stem in REFUSED_NAMES] == []


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_module_and_no_function_is_too_long(path: Path) -> None:
    text = path.read_text()
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION + docstring_lines(node)
    ]

    assert len(text.splitlines()) <= (PAGE if path.is_relative_to(ROOT / "pages") else MODULE)
    assert long == []


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or 0) - first.lineno + 1 if is_text else 0


def test_one_module_touches_the_tabs_state() -> None:
    touching = {file for file, _ in trees() if "session_state" in (ROOT / file).read_text()}

    assert touching == {"lib/ui/session.py"}


def test_three_modules_execute_javascript() -> None:
    using = {
        file for file, _ in trees() if "unsafe_allow_javascript=True" in (ROOT / file).read_text()
    }

    assert using == {
        "lib/ui/captcha_field.py",
        "lib/ui/payments/quote.py",  # only scripts can share a picture and copy a text
        "lib/ui/people/sign_in_form.py",
    }
    assert not any("unsafe_allow_html" in path.read_text() for path in SOURCES)


def test_one_module_puts_markup_into_the_page() -> None:
    using = {file for file, _ in trees() if "st.html(" in (ROOT / file).read_text()}

    assert using == {"lib/ui/markup.py"}


def test_no_screen_ends_without_its_footer() -> None:
    stopping = {file for file, _ in trees() if "st.stop(" in (ROOT / file).read_text()}

    assert stopping == {"lib/ui/frame.py"}


def test_scripts_of_the_page_are_known() -> None:
    rooms = (ROOT / "lib", ROOT / "pages")
    scripts = {name(path) for room in rooms for path in room.rglob("*.js")}

    assert scripts == {"lib/web/mistakes.js", "lib/web/press.js"}
    served = "".join((ROOT / script).read_text() for script in sorted(scripts))
    # typed texts are escaped there too
    assert not any(way in served for way in ("innerHTML", "outerHTML", "insertAdjacent", "eval("))


def test_pages_read_no_clock_and_begin_no_transaction() -> None:
    for file, tree in trees():
        if file.startswith("pages/"):
            assert not imported(tree) & {"datetime", "time", "db", "sqlalchemy"}, file


@pytest.mark.parametrize(
    ("word", "allowed"),
    [
        ("database.GATE", GATE_OPENERS),
        ("session.GATE", GATE_OPENERS),
        ("database.OPERATOR", OPERATOR_OPENERS),
        ("session.OPERATOR", OPERATOR_OPENERS),
        ("session.OWNER", OWNER_OPENERS),
    ],
)
def test_privileged_roles_are_opened_by_name(word: str, allowed: set[str]) -> None:
    opening = {_area(file) for file, _ in trees() if word in (ROOT / file).read_text()}

    assert opening <= allowed


def _area(file: str) -> str:
    """Return the folder of a service's area, or the file itself outside services."""
    layer, rest = "lib/services/", file.removeprefix("lib/services/")
    return layer + rest.split("/")[0] if rest != file else file


def test_every_service_with_an_actor_demands_a_permission_first() -> None:
    careless = [
        f"{file}:{node.name}"
        for file, tree in trees()
        if file.startswith("lib/services/")
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and any(argument.arg == "actor" for argument in node.args.kwonlyargs)
        and not _demands(node)
    ]

    assert set(careless) <= SHARED_STEPS


def _demands(node: ast.FunctionDef) -> bool:
    statement = node.body[1]  # after the docstring
    return ast.unparse(statement).startswith("actor.demand(Permission.")


def test_streamlits_settings_expose_nothing() -> None:
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())

    assert settings["server"]["enableAgentApi"] is False
    assert settings["server"]["enableStaticServing"] is False
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["toolbarMode"] == "minimal"
    assert settings["client"]["showErrorDetails"] == "none"
