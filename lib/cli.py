"""`kabinet …`: the operator's commands, thin as the pages."""

import datetime as dt
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lib import config, logs, startup
from lib.config import Settings
from lib.demo import city
from lib.demo import months as month_numbers
from lib.errors import PortalError
from lib.exchange import report
from lib.services import demonstration, exchange
from lib.services.exchange import ImportOutcome, Verdict

_ROOT = Path(__file__).parent.parent
_REFUSED = 1
_SHUTDOWN_SECONDS = 3
_VERDICTS = {
    Verdict.IMPORTED: "Пакет загружен.",
    Verdict.CHECKED: "Проверка пройдена, ничего не записано. При загрузке изменится:",
    Verdict.UNCHANGED: "Ничего не изменилось: этот пакет уже загружен.",
    Verdict.REFUSED: "Пакет не принят, в базе ничего не изменилось.",
}

app = typer.Typer(
    help="Личный кабинет расчётного центра.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


@contextmanager
def _sentences() -> Iterator[Settings]:
    """Give the settings; turn every refusal into one sentence and exit code 1."""
    logs.configure()
    try:
        yield config.settings()
    except PortalError as refusal:
        _err.print(str(refusal), markup=False, soft_wrap=True)
        raise typer.Exit(_REFUSED) from refusal
    finally:
        startup.disconnect()


@app.command()
def web() -> None:
    """Запустить портал."""
    with _sentences() as settings:
        _refuse_taken_port(settings)
        startup.connect()
        if settings.kabinet_demo:
            _prepare_demonstration(settings)
        elif not settings.database_url:
            startup.migrate()
        startup.refuse_unmigrated()
        _greet(settings)
        os.chdir(_ROOT)  # Streamlit looks for .streamlit/config.toml where it stands
        uvicorn.run(
            "app:app",
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )


@app.command()
def migrate() -> None:
    """Привести базу к этой версии портала: роли и таблицы."""
    with _sentences():
        startup.connect()
        startup.migrate()
        _out.print("База приведена к этой версии портала.")


@app.command("import")
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
    with _sentences(), _progress() as progress:
        task = progress.add_task("Соединяюсь с базой", total=None)
        startup.connect()
        outcome = exchange.import_package(
            path,
            is_dry_run=dry_run,
            advance=lambda step: progress.update(task, description=step),
        )
    _tell(outcome)
    if report_file:
        _write_report(outcome, report_file)
    if outcome.verdict is Verdict.REFUSED:
        raise typer.Exit(_REFUSED)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="папка для пакетов")],
    accounts: Annotated[
        int, typer.Option(min=city.FEWEST_ACCOUNTS, help="сколько лицевых счетов")
    ] = demonstration.ACCOUNTS,
    months: Annotated[int, typer.Option(min=1, help="сколько месяцев")] = demonstration.MONTHS,
    seed: Annotated[int, typer.Option(help="другое число – другой город")] = demonstration.SEED,
    until: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m"], help="последний месяц; без него – прошлый"),
    ] = None,
) -> None:
    """Записать пакеты вымышленного города: по одному на отправителя и месяц."""
    with _sentences(), _progress() as progress:
        task = progress.add_task("Населяю город", total=None)
        last = until.date() if until else demonstration.last_month()
        written = city.write_packages(
            out, seed=seed, accounts=accounts, count=months, until=month_numbers.number(last)
        )
        for path in written:
            progress.update(task, description=f"Записан {path.name}")
    _out.print(f"Пакеты записаны в папку {out}.", soft_wrap=True)


def _tell(outcome: ImportOutcome) -> None:
    if len(outcome.findings):
        _out.print(report.text(outcome.findings), markup=False, soft_wrap=True)
    _out.print(_VERDICTS[outcome.verdict])
    for stem, change in outcome.changes.items():
        if change:
            _out.print(
                f"  {stem}: добавлено {change.added}, изменено {change.changed}, "
                f"удалено {change.removed}"
            )


def _write_report(outcome: ImportOutcome, path: Path) -> None:
    try:
        # spreadsheets know UTF-8 by its mark
        path.write_text(report.csv(outcome.findings), encoding="utf-8-sig", newline="")
    except OSError as failure:
        _err.print(f"Отчёт не записан: {failure.strerror} ({path}).", markup=False, soft_wrap=True)
        raise typer.Exit(_REFUSED) from failure
    _out.print(f"Замечания записаны в {path}.", markup=False, soft_wrap=True)


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=_err, transient=True) as progress:
        yield progress


def _prepare_demonstration(settings: Settings) -> None:
    with _progress() as progress:
        task = progress.add_task("Готовлю базу", total=None)
        startup.migrate()
        demonstration.prepare(
            advance=lambda step: progress.update(task, description=step),
            accounts=settings.kabinet_demo_accounts,
            months_back=settings.kabinet_demo_months,
        )


def _greet(settings: Settings) -> None:
    _out.print(f"\nЛичный кабинет: http://{settings.host}:{settings.port}")
    if settings.kabinet_demo:
        _out.print(f"Входы демонстрации (пароль {settings.demo_password}):")
        for login in demonstration.LOGINS:
            _out.print(f"  {login.username}")
    _out.print("Остановить: Ctrl+C\n")


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as taken:
            raise config.SettingsRefused(
                f"Адрес {settings.host}:{settings.port} занят или недоступен: остановите то, "
                "что его занимает, или задайте другие HOST и PORT."
            ) from taken


if __name__ == "__main__":
    app()
