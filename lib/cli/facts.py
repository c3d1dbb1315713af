"""`kabinet facts`: write the analysts' facts, and compare them with the ledger."""

import typer

from lib import startup
from lib.cli import console
from lib.domain import formats
from lib.services.insight.facts import checking, refreshing

facts = typer.Typer(help="Данные аналитики: обновить, записать заново, сверить с книгой.")


@facts.command()
def refresh() -> None:
    """Записать то, что изменилось."""
    _refresh(is_whole=False)


@facts.command()
def rebuild() -> None:
    """Записать всё заново."""
    _refresh(is_whole=True)


@facts.command()
def check() -> None:
    """Сверить каждую сумму каждого месяца с книгой."""
    with console.run_command():
        startup.connect()
        checked = checking.check_facts()
        for difference in checked.differences:
            console.out.print(
                f"{difference.kind}, организация {difference.organization}, "
                f"{difference.period:%Y-%m}, {difference.name}: в книге "
                f"{formats.format_money(difference.ledger)}, в аналитике "
                f"{formats.format_money(difference.facts)}",
                soft_wrap=True,
            )
        if checked.differences:
            console.out.print(f"Не сходится: {len(checked.differences)} из {checked.sums} сумм.")
            raise typer.Exit(console.REFUSED)
        console.out.print(f"Сходится до копейки: {checked.sums} сумм.")


def _refresh(*, is_whole: bool) -> None:
    with console.run_command(), console.show_spinner() as progress:
        task = progress.add_task("Читаю книгу", total=None)
        startup.connect()
        done = refreshing.refresh_facts(
            is_whole=is_whole, advance=lambda step: progress.update(task, description=step)
        )
    if done.is_busy:
        console.out.print("Данные аналитики сейчас записывает другой процесс: ничего не сделано.")
        return
    console.out.print(f"Записано файлов: {done.written}, без изменений: {done.kept}.")
