"""The demonstration: golden account, neighbours and known logins, by the ordinary ways in."""

import tempfile
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

from lib import clock, config
from lib.access import Role
from lib.demo import catalogue, neighbours
from lib.errors import PortalError
from lib.exchange.findings import Severity
from lib.services import exchange, logins
from lib.services.logins import NewLogin

_GOLDEN_SENDER = "kamal"
_ACCOUNT = "A1"  # both senders call an account so
LOGINS = (
    NewLogin("resident", "resident@example.org", "Муравьев", "Сергей", Role.RESIDENT, "Иванович"),
    NewLogin(
        "staff", "staff@example.org", "Петрова", "Анна", Role.STAFF, None,
        (_GOLDEN_SENDER, _GOLDEN_SENDER),
    ),
    NewLogin("analyst", "analyst@example.org", "Соколов", "Игорь", Role.ANALYST),
    NewLogin("admin", "admin@example.org", "Орлова", "Елена", Role.ADMIN),
)  # fmt: skip


class DemonstrationRefused(PortalError):
    """The demonstration's own data did not go in."""


def prepare(*, advance: Callable[[str], None]) -> None:
    """Bring in the demonstration's packages and logins; a second time changes nothing.

    Raises:
        SettingsRefused: not in demonstration mode.
        DemonstrationRefused: a package was refused.
    """
    password = config.settings().demo_password
    with as_file(files("lib.demo") / "golden") as golden:
        for package in sorted(golden.iterdir()):
            _import(package, advance=advance)
    with tempfile.TemporaryDirectory() as folder:
        for package in neighbours.write_packages(Path(folder), today=clock.today()):
            _import(package, advance=advance)
    for login in LOGINS:
        logins.add_login(new=login, password=password)
    for sender in (_GOLDEN_SENDER, catalogue.SENDER):
        logins.grant_access(username="resident", sender=sender, account=_ACCOUNT)


def _import(package: Path, *, advance: Callable[[str], None]) -> None:
    outcome = exchange.import_package(package)
    errors = [found for found in outcome.findings if found.severity is Severity.ERROR]
    # a month that an older version of the demonstration brought stays as it is
    if any(found.code != exchange.PERIOD_CLOSED for found in errors):
        reasons = "; ".join(found.reason for found in errors)
        raise DemonstrationRefused(f"Пакет демонстрации {package.name} не принят: {reasons}")
    advance(f"Пакет {package.name}")
