"""`kabinet …`: the commands of the operator. Each calls a service and prints the result."""

import typer

from lib.cli.exports import export
from lib.cli.packages import demo, import_
from lib.cli.payments import payments
from lib.cli.receipts import receipts
from lib.cli.registers import import_register
from lib.cli.server import migrate, web
from lib.cli.users import users
from lib.cli.worker import worker

__all__ = ["app"]

app = typer.Typer(
    help="Личный кабинет расчётного центра.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(web)
app.command()(worker)
app.command()(migrate)
app.command("import")(import_)
app.command("import-register")(import_register)
app.command()(export)
app.command()(demo)
app.command()(receipts)
app.add_typer(payments, name="payment")
app.add_typer(users, name="user")
