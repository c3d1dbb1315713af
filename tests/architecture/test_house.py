"""The rules of the house that can be read off the source."""

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
# who may open the gate's tables: before there is an actor
GATE_OPENERS = {
    "lib/services/activations.py",
    "lib/services/attempts.py",  # sweeps attempts, captchas and tokens: the gate's tables alone
    "lib/services/captchas.py",
    "lib/services/recoveries.py",
    "lib/services/registrations.py",
    "lib/services/sign_in_tries.py",
    "lib/services/employment.py",  # logins and invitations are the gate's tables alone
    "lib/services/invitation_acceptance.py",
    "lib/services/invitations.py",
    "lib/services/login_commands.py",  # commands: nobody is signed in
    "lib/services/people.py",
    "lib/services/sign_in.py",
    # a profile: the actor's own login, contact, sessions, tokens and accesses, by the actor's key
    "lib/services/account_removal.py",
    "lib/services/email_changes.py",
    "lib/services/login_data.py",
    "lib/services/login_removal.py",
    "lib/services/own_password.py",
    "lib/services/password_change.py",
    "lib/services/profiles.py",
    "lib/services/web_sessions.py",
    # attaching: accounts are proved to it, granted and asked for by logins that see none yet
    "lib/services/account_decisions.py",
    "lib/services/account_request_queue.py",
    "lib/services/account_requests.py",
    "lib/services/attachments.py",
    "lib/services/account_card.py",  # who sees an account, for its organisation's staff
    "lib/services/desk_people.py",  # names of colleagues and of whoever wrote a thread
    "lib/services/mistake_reports.py",  # strangers report too, and their attempts are counted
    "lib/services/mistakes.py",  # whom a letter about mended words goes to
    "lib/services/appeals.py",  # the actor's own e-mail, to begin with as where to answer
    "lib/services/readings_review.py",  # whom a letter about a returned reading goes to
    "lib/startup.py",
}
# operators' commands: nobody is signed in
OPERATOR_OPENERS = {
    "lib/services/appeal_news.py",  # jobs: letters about threads, closing those that are over
    "lib/services/audit_log.py",  # everybody's events, for an administrator
    "lib/jobs/worker.py",  # the queue's tables
    "lib/services/data_exports.py",  # the job that makes and removes copies of the data
    "lib/services/demonstration.py",
    "lib/services/demonstration_appeals.py",
    "lib/services/demonstration_news.py",
    "lib/services/demonstration_prices.py",
    "lib/services/letters.py",
    "lib/services/login_data.py",  # the log's events of one login, for its own copy
    "lib/services/logins.py",
    "lib/services/news_letters.py",  # a job: residents of many houses
    "lib/services/mistakes.py",  # nobody's reports: an administrator sees them, no staff does
    "lib/services/mistake_news.py",  # every organisation's reports, to tell each of its own
    "lib/services/receipt_run.py",
    # rows of banks that match no account: staff sees and posts its own organisation's alone
    "lib/services/register_decisions.py",
    "lib/services/register_queue.py",
    "lib/services/exports.py",  # a command: nobody is signed in
    # the bank's word about an online payment, which no resident's transaction may write
    "lib/services/payment_commands.py",
    "lib/services/payment_steps.py",
    "lib/services/settlement.py",
}
# records in the transaction of a service that has demanded already
SHARED_STEPS = {
    "lib/services/appeal_limits.py:refuse_chatter",
    "lib/services/appeal_limits.py:refuse_flood",
    "lib/services/appeal_rows.py:add",
    "lib/services/appeal_steps.py:locked",
    "lib/services/appeal_steps.py:move",
    "lib/services/appeal_steps.py:open_appeal",
    "lib/services/appeal_steps.py:say",
    "lib/services/audit.py:record",
}
OWNER_OPENERS = {"lib/services/exchange.py", "lib/services/registers.py", "lib/startup.py"}


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


def test_no_room_without_a_noun() -> None:
    assert [name(p) for p in SOURCES if p.stem in REFUSED_NAMES] == []


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_nothing_outgrows_its_room(path: Path) -> None:
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
        "lib/ui/pay_quote.py",  # sharing a picture and copying words: nothing else can
        "lib/ui/sign_in_form.py",
    }
    assert not any("unsafe_allow_html" in path.read_text() for path in SOURCES)


def test_no_screen_ends_without_its_footer() -> None:
    stopping = {file for file, _ in trees() if "st.stop(" in (ROOT / file).read_text()}

    assert stopping == {"lib/ui/frame.py"}


def test_scripts_of_the_page_are_one_file() -> None:
    rooms = (ROOT / "lib", ROOT / "pages")
    scripts = {name(path) for room in rooms for path in room.rglob("*.js")}

    assert scripts == {"lib/web/mistakes.js"}
    served = (ROOT / "lib/web/mistakes.js").read_text()
    # what people write is text there as well
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
    opening = {file for file, _ in trees() if word in (ROOT / file).read_text()}

    assert opening <= allowed


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


def test_streamlits_own_doors_are_shut() -> None:
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())

    assert settings["server"]["enableAgentApi"] is False
    assert settings["server"]["enableStaticServing"] is False
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["toolbarMode"] == "minimal"
    assert settings["client"]["showErrorDetails"] == "none"
