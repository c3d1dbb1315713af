"""The demonstration: golden account, a small city and known logins, by the ordinary ways in."""

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.resources import as_file, files
from multiprocessing import get_context
from pathlib import Path

from db import session
from db.queries import demonstration as queries
from lib import clock, config
from lib.access import Role
from lib.demo import city, months
from lib.demo import package as packages
from lib.demo.city import Order
from lib.demo.golden import history
from lib.demo.reference import oddities, organizations
from lib.errors import PortalError
from lib.exchange.findings import Severity
from lib.exchange.manifest import PeriodStatus
from lib.services.demonstration import _news, _prices
from lib.services.packages import importing
from lib.services.people import logins
from lib.services.people.logins import NewLogin

_GOLDEN_MONTH = dt.date(2014, 10, 1)
_ACCOUNT = "A1"  # both senders call an account so
ACCOUNTS, MONTHS, SEED = 300, 24, 354
_WORTH_A_PROCESS = 24  # packages; a process takes a second to begin
LOGINS = (
    NewLogin("resident", "resident@example.org", "Муравьев", "Сергей", Role.RESIDENT, "Иванович"),
    NewLogin(
        "staff", "staff@example.org", "Петрова", "Анна", Role.STAFF, None,
        (history.SENDER, history.SENDER),
    ),
    NewLogin("analyst", "analyst@example.org", "Соколов", "Игорь", Role.ANALYST),
    NewLogin("admin", "admin@example.org", "Орлова", "Елена", Role.ADMIN),
)  # fmt: skip


class DemonstrationRefused(PortalError):
    """The demonstration's own data did not go in."""


def prepare_demonstration(
    *,
    advance: Callable[[str], None],
    accounts: int = ACCOUNTS,
    months_back: int = MONTHS,
    golden_months: int = history.MONTHS,
) -> None:
    """Bring in the demonstration's packages and logins; a second time changes nothing.

    Months that are there and closed are not even made again: what an older version
    of the demonstration brought stays as it is.

    Args:
        advance: told, in Russian, what has been done.
        accounts: how many accounts the city has.
        months_back: how many months of it, up to the last one that is over.
        golden_months: how many months come before the golden one.

    Raises:
        SettingsRefused: not in demonstration mode.
        DemonstrationRefused: a package was refused.
    """
    password = config.get_settings().demo_password
    known = _known()
    until = months.number(get_last_month())
    orders = list(_orders(known, count=months_back, until=until))
    with (
        tempfile.TemporaryDirectory() as folder,
        _written(Path(folder), orders, accounts=accounts) as written,
    ):
        for made in history.make_packages(golden_months, known=known[history.SENDER]):
            _import(packages.write_folder(Path(folder), made), advance=advance)
        if _GOLDEN_MONTH not in known[history.SENDER]:
            with as_file(files("lib.demo") / "golden" / f"{_GOLDEN_MONTH:%Y-%m}") as golden:
                _import(golden, advance=advance)
        for path in written:
            _import(path, advance=advance)
    for login in LOGINS:
        logins.add_login(new=login, password=password)
    for sender in (history.SENDER, oddities.UYUT):
        logins.grant_access(username="resident", sender=sender, account=_ACCOUNT)
    _news.publish_news()
    _prices.publish_prices()


def get_last_month() -> dt.date:
    """Return the first day of the last month that is over: the city's latest."""
    return months.get_day(months.number(clock.today()) - 1)


def _known() -> defaultdict[str, dict[dt.date, str]]:
    """Return the periods that are there and their status, by sender."""
    found: defaultdict[str, dict[dt.date, str]] = defaultdict(dict)
    with session.transaction(session.OPERATOR) as opened:
        for row in queries.list_periods(opened):
            found[row.code][row.period] = row.status
    return found


def _orders(
    known: Mapping[str, Mapping[dt.date, str]], *, count: int, until: int
) -> Iterator[Order]:
    """Tell which of the city's packages are missing, month by month."""
    made: dict[str, int] = {}
    for month in range(until - count + 1, until + 1):
        for sender in (one.code for one in organizations.SENDERS):
            status = known[sender].get(months.get_day(month))
            if status == PeriodStatus.CLOSED or (status is not None and month == until):
                continue
            # all references once, and after a gap; then what is new of them
            is_whole = made.get(sender) != month - 1
            made[sender] = month
            yield Order(sender, month, is_whole=is_whole, is_latest=month == until)


@contextmanager
def _written(folder: Path, orders: Sequence[Order], *, accounts: int) -> Iterator[Iterator[Path]]:
    """Write the city's packages; where there are many, a process of its own is ahead of us."""
    write = partial(city.write_order, folder, seed=SEED, accounts=accounts)
    if len(orders) < _WORTH_A_PROCESS:
        yield map(write, orders)
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as maker:
        yield maker.map(write, orders)


def _import(package: Path, *, advance: Callable[[str], None]) -> None:
    outcome = importing.import_package(package)
    errors = [found for found in outcome.findings if found.severity is Severity.ERROR]
    # a month that an older version of the demonstration brought stays as it is
    if any(found.code != importing.PERIOD_CLOSED for found in errors):
        reasons = "; ".join(found.reason for found in errors)
        raise DemonstrationRefused(f"Пакет демонстрации {package.name} не принят: {reasons}")
    advance(f"Пакет {package.name}")
