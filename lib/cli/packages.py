"""`kabinet import` and `kabinet demo`: import a package; write packages of an invented city."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from lib import startup
from lib.cli import console
from lib.demo import city
from lib.demo import months as month_numbers
from lib.exchange import report
from lib.exchange.verdict import Verdict
from lib.services.demonstration import setup
from lib.services.packages import importing
from lib.services.packages.importing import ImportOutcome

_VERDICTS = {
    Verdict.IMPORTED: "Пакет загружен.",
    Verdict.CHECKED: "Проверка пройдена, ничего не записано. При загрузке изменится:",
    Verdict.UNCHANGED: "Ничего не изменилось: этот пакет уже загружен.",
    Verdict.REFUSED: "Пакет не принят, в базе ничего не изменилось.",
}


def import_(
    path: Annotated[Path, typer.Argument(help="ZIP-файл или папка с пакетом")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="только проверить и показать, что изменится")
    ] = False,
    report_file: Annotated[
        Path | None, typer.Option("--report", help="файл CSV, куда записать все замечания")
    ] = None,
) -> None:
    """Загрузить пакет биллинга: целиком или никак."""
    with console.run_command(), console.show_spinner() as progress:
        task = progress.add_task("Соединяюсь с базой", total=None)
        startup.connect()
        outcome = importing.import_package(
            path,
            is_dry_run=dry_run,
            advance=lambda step: progress.update(task, description=step),
        )
    _print_outcome(outcome)
    if report_file:
        console.write_report(outcome.findings, report_file)
    if outcome.verdict is Verdict.REFUSED:
        raise typer.Exit(console.REFUSED)


def demo(
    out: Annotated[Path, typer.Option(help="папка для пакетов")],
    accounts: Annotated[
        int, typer.Option(min=city.FEWEST_ACCOUNTS, help="сколько лицевых счетов")
    ] = setup.ACCOUNTS,
    months: Annotated[int, typer.Option(min=1, help="сколько месяцев")] = setup.MONTHS,
    seed: Annotated[int, typer.Option(help="другое число – другой город")] = setup.SEED,
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m"], help="последний месяц; без него – прошлый"),
    ] = None,
) -> None:
    """Записать пакеты вымышленного города: по одному на отправителя и месяц."""
    with console.run_command(), console.show_spinner() as progress:
        task = progress.add_task("Населяю город", total=None)
        last = until.date() if until else setup.get_last_month()
        written = city.write_packages(
            out, seed=seed, accounts=accounts, count=months, until=month_numbers.number(last)
        )
        for path in written:
            progress.update(task, description=f"Записан {path.name}")
    console.out.print(f"Пакеты записаны в папку {out}.", soft_wrap=True)


def _print_outcome(outcome: ImportOutcome) -> None:
    if len(outcome.findings):
        console.out.print(report.format_text(outcome.findings), markup=False, soft_wrap=True)
    console.out.print(_VERDICTS[outcome.verdict])
    for stem, change in outcome.changes.items():
        if change:
            console.out.print(
                f"  {stem}: добавлено {change.added}, изменено {change.changed}, "
                f"удалено {change.removed}"
            )
