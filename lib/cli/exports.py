"""`kabinet export`: readings and payments made in the portal, for billing."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from lib import startup
from lib.cli import console
from lib.services.packages import exports
from lib.services.packages.exports import Kind


def export(  # noqa: PLR0917 - typer makes options of parameters
    kind: Annotated[Kind, typer.Argument(help="что выгрузить", metavar="readings|payments")],
    out: Annotated[Path, typer.Option(help="файл CSV", metavar="ФАЙЛ")],
    organization: Annotated[
        str, typer.Option(help="код организации, как в её пакетах", metavar="КОД")
    ] = "",
    since: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="не раньше этого дня")
    ] = None,
    recipient: Annotated[
        str, typer.Option(help="кому; каждый получает строку один раз", metavar="КОМУ")
    ] = "",
    run: Annotated[
        int | None, typer.Option(help="номер прошлой выгрузки: записать её ещё раз")
    ] = None,
) -> None:
    """Выгрузить для биллинга показания или платежи, которых получатель ещё не видел."""
    with console.run_command():
        startup.connect()
        if run is not None:
            done = exports.repeat_export(kind=kind, run_id=run, path=out)
        elif not organization:
            raise exports.ExportRefused("Назовите организацию: --organization КОД.")
        else:
            done = exports.export(
                kind=kind,
                organization=organization,
                recipient=recipient,
                since=since.date() if since else None,
                path=out,
            )
    if done.run_id is None:
        console.out.print("Нового нет, файл не записан.")
    else:
        sentence = f"Выгрузка № {done.run_id}: строк {done.rows}, файл {out}."
        console.out.print(sentence, markup=False, soft_wrap=True)
