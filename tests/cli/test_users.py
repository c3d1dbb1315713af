"""`kabinet user`: logins from the server's own command line."""

import pytest
from sqlalchemy import Connection, text
from typer.testing import CliRunner, Result

from db import session as database
from lib import cli, startup
from lib.services.people import login_commands, sign_in

MARIA = ("--email", "maria@example.org", "--last-name", "Иванова", "--first-name", "Мария")


@pytest.fixture(autouse=True)
def _connected(monkeypatch: pytest.MonkeyPatch, db: Connection) -> None:
    """Let the commands find the test's own database."""
    monkeypatch.setattr(startup, "connect", lambda: None)
    monkeypatch.setattr(startup, "disconnect", lambda: None)
    with database.transaction(database.OWNER) as session:
        session.execute(text("DELETE FROM letter"))
        session.execute(text("DELETE FROM audit_event"))


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(cli.app, ["user", *arguments], input=typed)


def scalar(statement: str) -> object:
    with database.transaction(database.OPERATOR) as session:
        return session.scalar(text(statement))


def enters(name: str, password: str) -> bool:
    try:
        return bool(sign_in.issue_ticket(name=name, password=password, visit="v", remember=False))
    except sign_in.SignInRefused:
        return False


def test_a_login_is_added_with_a_password_that_is_printed_once() -> None:
    result = run("add", "Maria", "--role", "admin", *MARIA)

    assert result.exit_code == 0, result.output
    password = result.output.split("показан): ")[1].strip()
    assert enters("maria", password)
    assert scalar("SELECT details ->> 'by' FROM audit_event ORDER BY id LIMIT 1") == "command"
    assert password not in str(scalar("SELECT string_agg(details::text, '') FROM audit_event"))


def test_a_password_may_be_asked_and_is_not_printed() -> None:
    result = run(
        "add", "maria", "--role", "staff", "--organization", "камал", "--ask", *MARIA,
        typed="secret-Parol-1\nsecret-Parol-1\n",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    assert "secret-Parol-1" not in result.output
    assert enters("maria", "secret-Parol-1")
    assert scalar("SELECT organization_id IS NOT NULL FROM login WHERE username = 'maria'")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("resident", "--role", "admin", *MARIA), "занято"),
        (("мария", "--role", "admin", *MARIA), "латинские буквы"),
        (("maria", "--role", "admin", *MARIA, "--email", "admin@example.org"), "уже есть e-mail"),
        (("maria", "--role", "staff", *MARIA), "--organization"),
        (("maria", "--role", "staff", "--organization", "нет такой", *MARIA), "Есть:"),
        (("maria", "--role", "staff", "--organization", "о", *MARIA), "подходят несколько"),
    ],
)
def test_a_login_that_cannot_be_added_is_refused_in_one_sentence(
    arguments: tuple[str, ...], sentence: str
) -> None:
    result = run("add", *arguments)

    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output
    assert scalar("SELECT count(*) FROM login") == 4


def test_a_login_is_blocked_and_unblocked() -> None:
    assert "Вход закрыт" in run("block", "STAFF").output
    assert "уже был закрыт" in run("block", "staff").output
    assert not enters("staff", "demo-Parol-2014")

    assert "снова открыт" in run("unblock", "staff").output
    assert "и так открыт" in run("unblock", "staff").output
    assert enters("staff", "demo-Parol-2014")


def test_the_last_administrator_is_not_blocked() -> None:
    result = run("block", "admin")

    assert (result.exit_code, "последний администратор" in result.output) == (1, True)


@pytest.mark.parametrize("command", ["block", "unblock", "reset"])
def test_an_unknown_login_is_refused_in_one_sentence(command: str) -> None:
    result = run(command, "nobody")

    assert (result.exit_code, "Такой учётной записи нет" in result.output) == (1, True)


def test_a_password_is_reset_by_letter() -> None:
    result = run("reset", "staff")

    assert "Письмо" in result.output
    assert scalar("SELECT recipient FROM letter ORDER BY id DESC LIMIT 1") == "staff@example.org"
    body = str(scalar("SELECT body_text FROM letter ORDER BY id DESC LIMIT 1"))
    assert "/new_password?token=" in body
    assert "token" not in result.output


@pytest.mark.parametrize(
    ("change", "sentence"),
    [("blocked_at = now()", "заблокирована"), ("activated_at = NULL", "не подтверждена")],
)
def test_a_login_that_may_not_sign_in_gets_no_letter(
    db: Connection, change: str, sentence: str
) -> None:
    with database.transaction(database.OPERATOR) as session:
        session.execute(text(f"UPDATE login SET {change} WHERE username = 'staff'"))

    result = run("reset", "staff")

    assert (result.exit_code, sentence in result.output) == (1, True)
    assert scalar("SELECT count(*) FROM letter") == 0


def test_logins_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    output = run("list").output
    assert [line.split()[0] for line in output.splitlines()] == [
        "admin",
        "analyst",
        "resident",
        "staff",
    ]
    assert "Муравьев" not in output
    assert "staff" in run("list", "Петрова").output
    assert "Никого" in run("list", "nobody", "--role", "admin").output
    monkeypatch.setattr(login_commands, "LISTED", 2)
    assert "первые 2" in run("list").output
