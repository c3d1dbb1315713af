"""`kabinet user …`: add, block, unblock and list logins."""

from typing import Annotated

import typer

from lib import startup
from lib.access import Role
from lib.cli import console
from lib.domain import formats
from lib.services.people import login_commands
from lib.services.people.login_commands import RequestedLogin

users = typer.Typer(help="Учётные записи: добавить, заблокировать, показать.", no_args_is_help=True)
_Name = Annotated[str, typer.Argument(help="имя пользователя", metavar="ИМЯ")]


@users.command()
def add(  # noqa: PLR0917 - typer makes options of parameters
    username: _Name,
    role: Annotated[Role, typer.Option(help="роль")],
    email: Annotated[str, typer.Option(help="e-mail")],
    last_name: Annotated[str, typer.Option(help="фамилия")],
    first_name: Annotated[str, typer.Option(help="имя")],
    middle_name: Annotated[str, typer.Option(help="отчество, если есть")] = "",
    organization: Annotated[
        str, typer.Option(help="организация сотрудника: её название или часть его")
    ] = "",
    ask: Annotated[
        bool, typer.Option("--ask", help="спросить пароль; без этого он будет придуман")
    ] = False,
) -> None:
    """Добавить учётную запись; придуманный пароль печатается один раз."""
    requested = RequestedLogin(
        username, email, last_name, first_name, middle_name, role, organization
    )
    with console.run_command():
        startup.connect()
        password = _prompt_password() if ask else login_commands.make_password()
        added = login_commands.add_login(requested=requested, password=password)
    console.out.print(f"Учётная запись {added} добавлена.", markup=False)
    if not ask:
        console.out.print(f"Пароль (больше не будет показан): {password}", markup=False)


def _prompt_password() -> str:
    return str(typer.prompt("Пароль", hide_input=True, confirmation_prompt="Ещё раз"))


@users.command()
def block(username: _Name) -> None:
    """Закрыть вход и завершить все сеансы."""
    with console.run_command():
        startup.connect()
        is_new = login_commands.block_login(username=username)
        _print("Вход закрыт, сеансы завершены." if is_new else "Вход уже был закрыт.")


@users.command()
def unblock(username: _Name) -> None:
    """Снова открыть вход."""
    with console.run_command():
        startup.connect()
        is_new = login_commands.unblock_login(username=username)
        _print("Вход снова открыт." if is_new else "Вход и так открыт.")


@users.command()
def reset(username: _Name) -> None:
    """Отправить письмо со ссылкой, по которой задают новый пароль."""
    with console.run_command():
        startup.connect()
        login_commands.send_recovery(username=username)
        _print("Письмо со ссылкой отправлено на e-mail учётной записи.")


@users.command("list")
def list_(
    search: Annotated[
        str, typer.Argument(help="часть имени пользователя, e-mail или фамилии", metavar="[ЧТО]")
    ] = "",
    role: Annotated[Role | None, typer.Option(help="только эта роль")] = None,
) -> None:
    """Показать учётные записи: имя, роль, состояние, последний вход."""
    with console.run_command():
        startup.connect()
        found = login_commands.list_people(search=search, role=role)
    for person in found:
        last = (
            formats.format_moment(person.signed_in_at) if person.signed_in_at else formats.NO_DATA
        )
        _print(f"{person.username:32} {person.role:8} {person.state:20} {last}")
    if not found:
        _print("Никого не нашлось.")
    if len(found) == login_commands.LISTED:
        _print(f"Показаны первые {login_commands.LISTED}: уточните, кого искать.")


def _print(sentence: str) -> None:
    console.out.print(sentence, markup=False, soft_wrap=True)
