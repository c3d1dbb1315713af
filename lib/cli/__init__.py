"""`kabinet …`: the commands of the operator. Each calls a service and prints the result."""

import importlib
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

__all__ = ["app"]

# command: module of this folder, and the function or the group of commands in it
_COMMANDS = {
    "web": ("server", "web"),
    "worker": ("worker", "worker"),
    "migrate": ("server", "migrate"),
    "import": ("packages", "import_"),
    "import-register": ("registers", "import_register"),
    "export": ("exports", "export"),
    "facts": ("facts", "facts"),
    "demo": ("packages", "demo"),
    "receipts": ("receipts", "receipts"),
    "payment": ("payments", "payments"),
    "user": ("users", "users"),
}
_STYLE: dict[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
}


class _Commands(TyperGroup):
    """Load a command's module when the command is used: all of them take seconds to import."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the library passes it
        """Return the names of all commands, in the order of the help."""
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the library passes it
        """Return a command, or None if there is none of this name."""
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        found = getattr(importlib.import_module(f"lib.cli.{module}"), name)
        loaded = typer.Typer(**_STYLE)
        loaded.callback()(_do_nothing)  # with it, even one command makes a group
        if isinstance(found, typer.Typer):
            loaded.add_typer(found, name=cmd_name)
        else:
            loaded.command(cmd_name)(found)
        group: Any = get_command(loaded)
        return group.commands[cmd_name]


def _do_nothing() -> None:
    """Take the place of a group's own function."""


app = typer.Typer(
    help="Личный кабинет расчётного центра.", no_args_is_help=True, cls=_Commands, **_STYLE
)
app.callback()(_do_nothing)
