"""`kabinet …`: the operator's commands, thin as the pages."""

import typer

from lib.cli.packages import demo, import_
from lib.cli.receipts import receipts
from lib.cli.server import migrate, web

__all__ = ["app"]

app = typer.Typer(
    help="Личный кабинет расчётного центра.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(web)
app.command()(migrate)
app.command("import")(import_)
app.command()(demo)
app.command()(receipts)
