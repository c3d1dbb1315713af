"""The demonstration: the golden account, a small city and known logins, imported as usual."""

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
from lib.services.demonstration import _news, _prices, _receipts
from lib.services.packages import importing
from lib.services.people import logins
from lib.services.people.logins import NewLogin

_GOLDEN_MONTH = dt.date(2014, 10, 1)
_ACCOUNT = "A1"  # the id of an account at both senders
# two years: each of the last twelve months has one a year earlier
ACCOUNTS, MONTHS, SEED = 300, 24, 354
_CLOSED_BY = 10  # day of the month by which all have closed the last one
_WriteReceipts = Callable[[dt.date], list[tuple[str, Path]]]
_WORTH_A_PROCESS = 24  # packages; starting a process takes a second
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
    """A package of the demonstration was refused."""


def prepare_demonstration(
    *,
    advance: Callable[[str], None],
    accounts: int = ACCOUNTS,
    months_back: int = MONTHS,
    golden_months: int = history.MONTHS,
    day: dt.date | None = None,
) -> None:
    """Import the demonstration's packages and add its logins; a second call changes nothing.

    Closed months that exist are not made again: data of an older version of the demonstration
    stays as it is.

    Args:
        advance: called with a Russian sentence about each step.
        accounts: how many accounts the city has.
        months_back: how many months of the city, up to the last one that all of it has closed.
        golden_months: how many months come before the golden month.
        day: what the city has paid until this day of the present month comes in registers, and
            after the tenth all of it has closed the last month. None: it stands at the end of
            the last month, which one sender has not closed and which is one of these months.

    Raises:
        SettingsRefused: not in demonstration mode.
        DemonstrationRefused, ReceiptsRefused: a package or a register was refused.
    """
    password = config.get_settings().demo_password
    known = _known()
    until = months.number(get_last_month())
    is_last_closed = day is not None and day.day > _CLOSED_BY
    # the month that is still open on these days comes on top: years are compared without it
    count = months_back + (day is not None and not is_last_closed)
    orders = list(_orders(known, count=count, until=until, is_last_closed=is_last_closed))
    with (
        tempfile.TemporaryDirectory() as folder,
        _written(Path(folder), orders, accounts=accounts) as (written, write_receipts),
    ):
        for package in history.make_packages(golden_months, known=known[history.SENDER]):
            _import(packages.write_folder(Path(folder), package), advance=advance)
        if _GOLDEN_MONTH not in known[history.SENDER]:
            with as_file(files("lib.demo") / "golden" / f"{_GOLDEN_MONTH:%Y-%m}") as golden:
                _import(golden, advance=advance)
        for path in written:
            _import(path, advance=advance)
        if day is not None and not _receipts.has_receipts(day):
            _receipts.import_receipts(write_receipts(day), advance=advance)
    for login in LOGINS:
        logins.add_login(new=login, password=password)
    for sender in (history.SENDER, oddities.UYUT):
        logins.grant_access(username="resident", sender=sender, account=_ACCOUNT)
    _news.publish_news()
    _prices.publish_prices()


def get_last_month() -> dt.date:
    """Return the first day of the last complete month, the latest of the city."""
    return months.get_day(months.number(clock.today()) - 1)


def _known() -> defaultdict[str, dict[dt.date, str]]:
    """Return the existing periods and their status, by sender."""
    periods: defaultdict[str, dict[dt.date, str]] = defaultdict(dict)
    with session.transaction(session.OPERATOR) as opened:
        for row in queries.list_periods(opened):
            periods[row.code][row.period] = row.status
    return periods


def _orders(
    known: Mapping[str, Mapping[dt.date, str]],
    *,
    count: int,
    until: int,
    is_last_closed: bool = False,
) -> Iterator[Order]:
    """Yield the city's missing packages, month by month."""
    last_written: dict[str, int] = {}
    for month in range(until - count + 1, until + 1):
        for sender in (organization.code for organization in organizations.SENDERS):
            status = known[sender].get(months.get_day(month))
            is_latest = month == until and not is_last_closed
            if status == PeriodStatus.CLOSED or (status is not None and is_latest):
                continue
            # all reference data first and after a gap, otherwise only what is new
            is_whole = last_written.get(sender) != month - 1
            last_written[sender] = month
            yield Order(sender, month, is_whole=is_whole, is_latest=is_latest)


@contextmanager
def _written(
    folder: Path, orders: Sequence[Order], *, accounts: int
) -> Iterator[tuple[Iterator[Path], _WriteReceipts]]:
    """Write the city's packages; many of them are written ahead in another process.

    The other function writes the registers until a day: there, where the city is known already.
    """
    write = partial(city.write_order, folder, seed=SEED, accounts=accounts)
    # who looks at the demonstration pays for this account by hand
    without = (oddities.UYUT, _ACCOUNT)
    receipts = partial(city.write_receipts, folder, without=without, seed=SEED, accounts=accounts)
    if len(orders) < _WORTH_A_PROCESS:
        yield map(write, orders), receipts
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as maker:
        yield maker.map(write, orders), lambda day: maker.submit(receipts, day).result()


def _import(package: Path, *, advance: Callable[[str], None]) -> None:
    outcome = importing.import_package(package)
    errors = [finding for finding in outcome.findings if finding.severity is Severity.ERROR]
    # a closed month of an older version of the demonstration stays as it is
    if any(finding.code != importing.PERIOD_CLOSED for finding in errors):
        reasons = "; ".join(finding.reason for finding in errors)
        raise DemonstrationRefused(f"Пакет демонстрации {package.name} не принят: {reasons}")
    advance(f"Пакет {package.name}")
