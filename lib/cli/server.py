"""`kabinet web` and `kabinet migrate`: run the portal; migrate its database."""

import os
import socket
from pathlib import Path
from typing import Any

import uvicorn

from lib import clock, config, links, startup
from lib.cli import console
from lib.config import Settings
from lib.mail import delivery
from lib.services.demonstration import appeals, setup
from lib.services.insight.facts import checking, refreshing

_ROOT = Path(__file__).parents[2]
_SHUTDOWN_SECONDS = 3


def web() -> None:
    """Запустить портал."""
    with console.run_command() as settings:
        _refuse_taken_port(settings)
        if settings.works:
            delivery.require_mail_server()
        startup.connect()
        if settings.kabinet_demo:
            _prepare_demonstration(settings)
        elif not settings.database_url:
            startup.migrate()
        startup.check_migrated()
        _greet(settings)
        os.chdir(_ROOT)  # Streamlit reads .streamlit/config.toml in the working directory
        serve("app:app", host=settings.host, port=settings.port, trusted=settings.trusted_proxies)


def serve(app: Any, *, host: str, port: int, trusted: str) -> None:
    """Serve an application; X-Forwarded headers count only from ``trusted`` addresses."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


def migrate() -> None:
    """Привести базу к этой версии портала: роли и таблицы."""
    with console.run_command():
        startup.connect()
        startup.migrate()
        console.out.print("База приведена к этой версии портала.")


def _prepare_demonstration(settings: Settings) -> None:
    with console.show_spinner() as progress:
        task = progress.add_task("Готовлю базу", total=None)
        startup.migrate()
        is_large = settings.kabinet_demo_accounts >= appeals.MIN_ACCOUNTS
        setup.prepare_demonstration(
            advance=lambda step: progress.update(task, description=step),
            accounts=settings.kabinet_demo_accounts,
            months_back=settings.kabinet_demo_months,
            day=clock.today() if is_large else None,
        )
        if is_large:
            appeals.write_appeals()
        progress.update(task, description="Готовлю данные аналитики")
        refreshing.refresh_facts()
        checking.ensure_checked()


def _greet(settings: Settings) -> None:
    console.out.print(f"\nЛичный кабинет: http://{settings.host}:{settings.port}")
    if settings.kabinet_demo:
        console.out.print(f"Входы демонстрации (пароль {settings.demo_password}):")
        for login in setup.LOGINS:
            console.out.print(f"  {login.username}")
        console.out.print(f"Письма демонстрации: {settings.address}{links.MAILBOX}")
    console.out.print("Остановить: Ctrl+C\n")


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
