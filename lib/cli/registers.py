"""`kabinet import-register`: import payments of a bank's register."""

from pathlib import Path
from typing import Annotated

import typer

from lib import startup
from lib.cli import console
from lib.domain import formats
from lib.exchange import report
from lib.exchange.verdict import Verdict
from lib.services.registers import importing
from lib.services.registers.importing import RegisterOutcome
from lib.services.registers.loading import Tally

_VERDICTS = {
    Verdict.IMPORTED: "Реестр загружен.",
    Verdict.CHECKED: "Проверка пройдена, ничего не записано. При загрузке будет:",
    Verdict.UNCHANGED: "Ничего не изменилось: этот реестр уже загружен.",
    Verdict.REFUSED: "Реестр не принят, в базе ничего не изменилось.",
}


def import_register(
    path: Annotated[Path, typer.Argument(help="файл реестра", metavar="ФАЙЛ")],
    format_code: Annotated[
        str | None, typer.Option("--format", help="формат; без него определяется по файлу")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="только проверить и показать, что изменится")
    ] = False,
    report_file: Annotated[
        Path | None, typer.Option("--report", help="файл CSV, куда записать все замечания")
    ] = None,
) -> None:
    """Загрузить банковский реестр платежей: целиком или никак."""
    with console.run_command(), console.show_spinner() as progress:
        task = progress.add_task("Соединяюсь с базой", total=None)
        startup.connect()
        outcome = importing.import_register(
            path,
            format_code=format_code,
            is_dry_run=dry_run,
            advance=lambda step: progress.update(task, description=step),
        )
    _print_outcome(outcome)
    if report_file:
        console.write_report(outcome.findings, report_file)
    if outcome.verdict is Verdict.REFUSED:
        raise typer.Exit(console.REFUSED)


def _print_outcome(outcome: RegisterOutcome) -> None:
    if outcome.format_name:
        _print(f"Формат: {outcome.format_name}.")
    if len(outcome.findings):
        _print(report.format_text(outcome.findings, title="Проверка реестра", whole="реестр"))
    _print(_VERDICTS[outcome.verdict])
    if outcome.tally:
        for line in _lines(outcome.tally):
            _print(f"  {line}")


def _lines(tally: Tally) -> list[str]:
    counts = {
        "платежей в реестре": tally.rows,
        "уже приходили раньше": tally.repeated,
        "проведено": tally.posted,
        "уже есть в биллинге": tally.carried,
        "платежи портала": tally.portal,
        "ждут сотрудника": tally.waiting,
    }
    lines = [f"{words}: {count}" for words, count in counts.items() if count]
    return [*lines, f"на сумму: {formats.format_money(tally.amount)} ₽"] if tally.posted else lines


def _print(sentence: str) -> None:
    console.out.print(sentence, markup=False, soft_wrap=True)
