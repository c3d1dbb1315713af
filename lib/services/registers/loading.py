"""A register that was read, into the tables: matched, recognised, spread, and the rest staged."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from sqlalchemy.orm import Session

from db import loading
from db.queries.registers import finding as queries
from lib import clock
from lib.domain.payments.spreading import Layer
from lib.domain.registers.reason import WORDS, Reason
from lib.exchange.findings import Severity
from lib.exchange.registers.statement import Statement
from lib.services.registers import _accounts, _debts, _finding, _keys, _spreading
from lib.services.registers import pairing as register_pairing
from lib.services.registers._rows import RECEIVED
from lib.services.registers._spreading import Spreading
from lib.services.registers.pairing import Pairing

_PLACE = {"register_id": pl.Int64(), "line": pl.Int64()}
_WRITTEN = (
    *("register_id", "line", "row_key", "status", "reason", "organization_id", "account_id"),
    *("account_text", "reference", "document", "payee_account", "paid_on", "amount", "fee"),
    *("channel", "payer", "payment_id"),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a register's rows.

    Attributes:
        rows: how many it has.
        repeated: had come before.
        posted: counted from now on.
        carried: billing had brought them already.
        portal: paid in the portal, known to it.
        waiting: for a person.
        amount: the sum of those posted.
    """

    rows: int
    repeated: int
    posted: int
    carried: int
    portal: int
    waiting: int
    amount: Decimal


def load(session: Session, statement: Statement) -> Tally:
    """Load a register within the owner's transaction; note what waits for a person."""
    fresh = _keys.fresh(session, statement)
    register_id = _add(session, statement)
    found, last = _finding.find(session, statement, fresh)
    rows = found.with_columns(
        register_id=pl.lit(register_id, pl.Int64),
        line=pl.col("_row"),
        channel=pl.lit(statement.format.channel),
        account_text=pl.col("account"),
    )
    # however old a payment is: if billing has it, nothing is left to decide
    is_open = pl.col("reason").is_null() | (pl.col("reason") == Reason.PERIOD_CLOSED.value)
    asked = rows.filter(is_open & ~pl.col("is_online")).select(*RECEIVED)
    rows = _judged(rows, register_pairing.pair(session, asked))
    new = rows.filter((pl.col("status") == "posted") & pl.col("payment_id").is_null())
    spreading = _spreading.prepare(session, new.select(*RECEIVED), last)
    rows = _with_organization(session, register_id, rows)
    _write(session, rows, spreading)
    _note(statement, rows)
    return _tally(statement, rows)


def _add(session: Session, statement: Statement) -> int:
    return queries.add(
        session,
        digest=statement.digest,
        file_name=statement.file,
        format_code=statement.format.code,
        registry_no=statement.registry_no,
        registry_on=statement.registry_on,
        row_count=statement.rows.height,
        amount=_total(statement.rows),
        imported_at=clock.now(),
    )


def _judged(rows: pl.DataFrame, pairing: Pairing) -> pl.DataFrame:
    """Add ``payment_id`` and ``status``, and the reason of what has several candidates."""
    links = pl.DataFrame(
        [(*place, payment) for place, payment in pairing.links.items()],
        schema={**_PLACE, "payment_id": pl.Int64()},
        orient="row",
    )
    unclear = pl.DataFrame(list(pairing.unclear), schema=_PLACE, orient="row")
    place = ["register_id", "line"]
    joined = rows.join(links, on=place, how="left", maintain_order="left").join(
        unclear.with_columns(is_unclear=pl.lit(value=True)),
        on=place,
        how="left",
        maintain_order="left",
    )
    several = pl.lit(Reason.SEVERAL_CANDIDATES.value)
    reason = pl.when(pl.col("payment_id").is_null()).then(
        pl.when("is_unclear").then(several).otherwise("reason")
    )
    judged = joined.with_columns(reason=reason)
    status = (
        pl.when(pl.col("reason").is_not_null())
        .then(pl.lit("unmatched"))
        .when("is_online")
        .then(pl.lit("known"))
        .otherwise(pl.lit("posted"))
    )
    return judged.with_columns(status=status)


def _with_organization(session: Session, register_id: int, rows: pl.DataFrame) -> pl.DataFrame:
    """Say whose each row is: its account's organisation, else the payee, else the others'."""
    named = rows["organization_id"].drop_nulls().unique()
    common = named[0] if len(named) == 1 else None
    queries.assign(session, register_id=register_id, organization_id=common)
    joined = rows.join(
        _accounts.payees(session), on="payee_account", how="left", maintain_order="left"
    )
    known = pl.coalesce("organization_id", "payee_id", pl.lit(common, pl.Int64))
    return joined.with_columns(organization_id=known)


def _write(session: Session, rows: pl.DataFrame, spreading: Spreading) -> None:
    """Write the rows; while the server is busy with them, spread the payments."""
    # the payer's name is for whoever looks for the account, and for nobody else
    payer = pl.when(pl.col("reason").is_not_null()).then("payer")
    written = rows.with_columns(payer=payer).select(_WRITTEN)
    connection = session.connection()
    with ThreadPoolExecutor(max_workers=1) as aside:
        writing = aside.submit(loading.copy_in, connection, "register_row", written)

        def ages(accounts: list[int]) -> Mapping[tuple[int, int], list[Layer]]:
            writing.result()  # one connection does one thing at a time
            return _debts.charges(session, accounts)

        parts = _spreading.spread_all(spreading, ages)
        writing.result()
    loading.copy_in(connection, "register_part", parts.with_columns(is_carried=pl.lit("f")))


def _note(statement: Statement, rows: pl.DataFrame) -> None:
    """Name every row that waits, with its line, for the report."""
    waiting = rows.select("_row", "reason", value="account").drop_nulls("reason")
    for (reason,), of_reason in waiting.group_by("reason", maintain_order=True):
        statement.findings.add_rows(
            of_reason,
            Severity.WARNING,
            file=statement.file,
            code=str(reason),
            reason=f"{WORDS[str(reason)]}; строка ждёт сотрудника",
            column="лицевой счёт",
        )


def _total(rows: pl.DataFrame) -> Decimal:
    return Decimal(rows["amount"].sum() or 0)


def _tally(statement: Statement, rows: pl.DataFrame) -> Tally:
    is_posted, is_carried = pl.col("status") == "posted", pl.col("payment_id").is_not_null()
    posted = rows.filter(is_posted & ~is_carried)
    return Tally(
        rows=statement.rows.height,
        repeated=statement.rows.height - rows.height,
        posted=posted.height,
        carried=rows.filter(is_carried).height,
        portal=rows.filter(pl.col("status") == "known").height,
        waiting=rows.filter(pl.col("status") == "unmatched").height,
        amount=_total(posted),
    )
