"""`kabinet receipts`: write all receipts of a month as files."""

import datetime as dt
import os
from pathlib import Path
from typing import Annotated

import typer

from lib import startup
from lib.cli import console
from lib.services.billing import receipt_run


def receipts(
    period: Annotated[
        dt.datetime, typer.Option(formats=["%Y-%m"], help="закрытый месяц", metavar="ГГГГ-ММ")
    ],
    out: Annotated[Path, typer.Option(help="папка для квитанций")],
    workers: Annotated[
        int, typer.Option(min=1, help="сколько процессов; без него – сколько ядер")
    ] = os.cpu_count() or 1,
    again: Annotated[
        bool, typer.Option("--again", help="записать заново и то, что уже есть")
    ] = False,
) -> None:
    """Записать все квитанции месяца; остановленная запись продолжается с того же места."""
    with console.run_command(), console.show_progress() as progress:
        task = progress.add_task("Соединяюсь с базой", total=None)
        startup.connect()
        try:
            summary = receipt_run.write_receipts(
                period=period.date(),
                folder=out,
                connect=startup.connect,
                workers=workers,
                again=again,
                advance=lambda done, total: progress.update(
                    task, description="Пишу квитанции", completed=done, total=total
                ),
            )
        except KeyboardInterrupt:
            console.err.print("Остановлено. Что записано, останется: следующий запуск продолжит.")
            raise typer.Exit(console.STOPPED) from None
    console.out.print(f"Квитанции записаны: новых {summary.written}, прежних {summary.skipped}.")
    if summary.without_code:
        console.out.print(
            f"Не для всех получателей есть код оплаты, квитанций: {summary.without_code}. "
            "Проверьте реквизиты получателей."
        )
