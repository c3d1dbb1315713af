"""City: two managing companies and a billing centre, and the packages that they send."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import polars as pl

from lib.demo import months, registers
from lib.demo.billing import bills, charges, common_use, meters, payments
from lib.demo.billing.books import Books
from lib.demo.package import Package, write_folder, write_zip
from lib.demo.reference import catalogue, oddities, organizations, tariffs
from lib.demo.reference.oddities import Case
from lib.demo.reference.organizations import SENDERS, Sender
from lib.demo.residents import houses, people
from lib.errors import PortalError

FEWEST_ACCOUNTS = 24  # fewer cannot hold all special cases


class FolderRefused(PortalError):
    """The packages cannot be written where they should."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Не удалось создать папку «{folder}». Проверьте путь и права на запись.")


class City:
    """A city that is the same for the same seed and number of accounts."""

    def __init__(self, *, seed: int, accounts: int) -> None:
        books = Books(seed=seed, accounts=max(accounts, FEWEST_ACCOUNTS))
        self._books = books
        # all senders are asked for one month, and for its difference from the month before
        self._facts = lru_cache(1)(partial(_facts, books))
        self._references = lru_cache(2)(partial(_references, books, _lasting(books)))

    def package(self, sender: Sender, month: int, *, is_latest: bool = False) -> Package:
        """Return the sender's whole package of a month.

        Args:
            sender: who sends it.
            month: number of the month.
            is_latest: whether it is the last month, which one of the senders has not closed.
        """
        whole = self._references(month) | self._facts(month)
        return _package(sender, month, whole, is_latest=is_latest)

    def update(self, sender: Sender, month: int, *, is_latest: bool = False) -> Package:
        """Return the package of a month, with only the references that the month before lacks."""
        before = self._references(month - 1)
        changed = {
            stem: rows.join(
                before[stem], on=rows.columns, how="anti", nulls_equal=True, maintain_order="left"
            )
            for stem, rows in self._references(month).items()
        }
        return _package(sender, month, changed | self._facts(month), is_latest=is_latest)

    def receipts(self, day: dt.date, *, without: tuple[str, str]) -> pl.DataFrame:
        """Return the payments of a month that is not over, until a day of it, with ``number``.

        They are the same as those of the month's package, which comes later.

        Args:
            day: the last day of the payments.
            without: the sender and the id of an account whose payments are left out.
        """
        month, (sender, account) = months.number(day), without
        paid = payments.make_payments(self._books.lines(month), month)
        residents = self._books.residents(month - 1)
        # a person would have to decide on what comes for a closed account
        known = residents.filter("is_known", pl.col("closed_on").is_null())
        rows = payments.make_rows(paid, month).join(
            known.select("sender", "account_id", "number"),
            on=["sender", "account_id"],
            maintain_order="left",
        )
        is_left_out = (pl.col("sender") == sender) & (pl.col("account_id") == account)
        return rows.filter(pl.col("paid_on") <= day, pl.col("amount") > 0, ~is_left_out)


@dataclass(frozen=True, slots=True)
class Order:
    """One package to be made.

    Attributes:
        sender: code of the sender.
        month: number of the month.
        is_whole: whether it has all references, not only the new ones.
        is_latest: whether it is the last month.
    """

    sender: str
    month: int
    is_whole: bool
    is_latest: bool


def write_order(folder: Path, order: Order, *, seed: int, accounts: int) -> Path:
    """Write one package as a folder in ``folder``; the city is kept for the next one."""
    city = _city(seed, accounts)
    make = city.package if order.is_whole else city.update
    [sender] = (sender for sender in SENDERS if sender.code == order.sender)
    return write_folder(folder, make(sender, order.month, is_latest=order.is_latest))


def write_receipts(
    folder: Path, day: dt.date, *, without: tuple[str, str], seed: int, accounts: int
) -> list[tuple[str, Path]]:
    """Write the registers of the month that a day is in, until this day; see ``City.receipts``."""
    receipts = _city(seed, accounts).receipts(day, without=without)
    return registers.write_registers(folder, receipts, day=day)


@lru_cache(1)
def _city(seed: int, accounts: int) -> City:
    return City(seed=seed, accounts=accounts)


def write_packages(
    folder: Path, *, seed: int, accounts: int, count: int, until: int
) -> Iterator[Path]:
    """Write every sender's packages of ``count`` months, oldest first, and yield each file.

    Args:
        folder: where to write.
        seed: each seed makes another city.
        accounts: how many are open at a time.
        count: how many months.
        until: number of the last month.

    Raises:
        FolderRefused: nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise FolderRefused(folder) from refused
    city = City(seed=seed, accounts=accounts)
    packing: list[Future[Path]] = []
    # a month is packed while the next one is made
    with ThreadPoolExecutor(len(SENDERS)) as packer:
        for month in range(until - count + 1, until + 1):
            packages = [city.package(by, month, is_latest=month == until) for by in SENDERS]
            yield from (done.result() for done in packing)
            packing = [packer.submit(write_zip, folder, package) for package in packages]
        yield from (done.result() for done in packing)


def _package(
    sender: Sender, month: int, files: Mapping[str, pl.DataFrame], *, is_latest: bool
) -> Package:
    is_open = is_latest and oddities.has(Case.OPEN_PERIOD, sender=sender.code)
    of_sender = {
        stem: rows.filter(sender=sender.code).drop("sender") for stem, rows in files.items()
    }
    return Package(sender.code, months.get_day(month), not is_open, of_sender)


def _references(
    books: Books, lasting: Mapping[str, pl.DataFrame], month: int
) -> dict[str, pl.DataFrame]:
    residents = books.residents(month).filter("is_known")
    subscribed = books.subscriptions.join(
        residents.select("row", "account_id"), on="row", maintain_order="left"
    )
    fitted = meters.list_meters(subscribed, books.people, month)
    return {
        **lasting,
        "accounts": people.make_account_rows(residents),
        "tariffs": tariffs.make_rows(books.houses, month),
        "meters": meters.make_rows(fitted, month),
    }


def _lasting(books: Books) -> dict[str, pl.DataFrame]:
    """Return the references that never change."""
    return {
        "organizations": _of_senders(organizations.make_rows),
        "houses": houses.make_rows(books.houses, people.make_premises(books.people)),
        "premises": people.make_premise_rows(books.people),
        "service_groups": _of_senders(catalogue.group_rows),
        "services": _of_senders(catalogue.make_service_rows),
    }


def _of_senders(rows: Callable[[Sender], pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([rows(sender).with_columns(sender=pl.lit(sender.code)) for sender in SENDERS])


def _facts(books: Books, month: int) -> dict[str, pl.DataFrame]:
    lines = books.lines(month)
    paid = payments.make_payments(lines, month)
    fitted = meters.list_meters(lines, books.people, month)
    return {
        "accruals": bills.make_line_rows(lines),
        "recalculations": bills.format_recalculations(
            charges.make_recalculation_rows(lines, month)
        ),
        "payments": payments.make_rows(paid, month),
        "payment_parts": payments.make_part_rows(paid),
        "readings": meters.make_reading_rows(fitted, month),
        "house_volumes": common_use.make_rows(lines, books.houses, month),
        "penalties": bills.make_penalty_rows(books.penalties(month), months.format_label(month)),
        "documents": bills.make_document_rows(lines, month),
    }
