"""Loading a register into the tables: its payments are posted, or they wait for a person."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from sqlalchemy.orm import Session

from db.queries.registers import files as queries
from lib import clock
from lib.domain.payments.spreading import Layer
from lib.domain.registers.reason import WORDS, Reason
from lib.exchange.findings import Severity
from lib.exchange.registers.statement import Statement
from lib.services.registers import _accounts, _debts, _keys, _reasons, _spreading
from lib.services.registers import pairing as register_pairing
from lib.services.registers._rows import ROWS
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
    """How many rows of a register had each outcome.

    Attributes:
        rows: all rows of the file.
        repeated: imported before, in another file.
        posted: posted now.
        carried: delivered before by a package of billing.
        portal: made in the portal, which counts them already.
        waiting: wait for a person.
        amount: the sum of ``posted``, in roubles.
    """

    rows: int
    repeated: int
    posted: int
    carried: int
    portal: int
    waiting: int
    amount: Decimal


def load_statement(session: Session, statement: Statement) -> Tally:
    """Load a register within the owner's transaction, and note the rows that wait for a person."""
    new_rows = _keys.list_new_rows(session, statement)
    register_id = _add_register(session, statement)
    found, last = _reasons.find_reasons(session, statement, new_rows)
    rows = found.with_columns(
        register_id=pl.lit(register_id, pl.Int64),
        line=pl.col("_row"),
        channel=pl.lit(statement.format.channel),
        account_text=pl.col("account"),
    )
    # if billing has an old payment, nobody has to decide on it
    is_open = pl.col("reason").is_null() | (pl.col("reason") == Reason.PERIOD_CLOSED.value)
    open_rows = rows.filter(is_open & ~pl.col("is_online")).select(*ROWS)
    rows = _set_status(rows, register_pairing.pair_rows(session, open_rows))
    posted = rows.filter((pl.col("status") == "posted") & pl.col("payment_id").is_null())
    spreading = _spreading.prepare_spreading(session, posted.select(*ROWS), last)
    rows = _set_organization(session, register_id, rows)
    _write(session, rows, spreading)
    _note_waiting(statement, rows)
    return _count_rows(statement, rows)


def _add_register(session: Session, statement: Statement) -> int:
    return queries.add_register(
        session,
        digest=statement.digest,
        file_name=statement.file,
        format_code=statement.format.code,
        registry_no=statement.registry_no,
        registry_on=statement.registry_on,
        row_count=statement.rows.height,
        amount=_sum_amounts(statement.rows),
        imported_at=clock.now(),
    )


def _set_status(rows: pl.DataFrame, pairing: Pairing) -> pl.DataFrame:
    """Add ``payment_id`` and ``status``, and the reason of rows with several candidates."""
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
    with_reason = joined.with_columns(reason=reason)
    status = (
        pl.when(pl.col("reason").is_not_null())
        .then(pl.lit("unmatched"))
        .when("is_online")
        .then(pl.lit("known"))
        .otherwise(pl.lit("posted"))
    )
    return with_reason.with_columns(status=status)


def _set_organization(session: Session, register_id: int, rows: pl.DataFrame) -> pl.DataFrame:
    """Set the organisation of each row: of its account, else the payee's, else the register's.

    A register belongs to an organisation if all accounts that were found in it do.
    """
    organization_ids = rows["organization_id"].drop_nulls().unique()
    common = organization_ids[0] if len(organization_ids) == 1 else None
    if common is not None:
        queries.set_organization(session, register_id=register_id, organization_id=common)
    joined = rows.join(
        _accounts.list_payees(session), on="payee_account", how="left", maintain_order="left"
    )
    organization_id = pl.coalesce("organization_id", "payee_id", pl.lit(common, pl.Int64))
    return joined.with_columns(organization_id=organization_id)


def _write(session: Session, rows: pl.DataFrame, spreading: Spreading) -> None:
    """Write the rows, and spread the payments while the server stores the rows."""
    # the payer's name is kept only while a person has to find the account
    payer = pl.when(pl.col("reason").is_not_null()).then("payer")
    stored = rows.with_columns(payer=payer).select(_WRITTEN)
    with ThreadPoolExecutor(max_workers=1) as background:
        writing = background.submit(queries.copy_rows, session, stored)

        def find_charges(accounts: list[int]) -> Mapping[tuple[int, int], list[Layer]]:
            writing.result()  # a connection runs one statement at a time
            return _debts.find_charges(session, accounts)

        parts = _spreading.spread_prepared(spreading, find_charges)
        writing.result()
    queries.copy_parts(session, parts)


def _note_waiting(statement: Statement, rows: pl.DataFrame) -> None:
    """Add a finding for each row that waits for a person."""
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


def _sum_amounts(rows: pl.DataFrame) -> Decimal:
    return Decimal(rows["amount"].sum() or 0)


def _count_rows(statement: Statement, rows: pl.DataFrame) -> Tally:
    is_posted, is_carried = pl.col("status") == "posted", pl.col("payment_id").is_not_null()
    posted = rows.filter(is_posted & ~is_carried)
    return Tally(
        rows=statement.rows.height,
        repeated=statement.rows.height - rows.height,
        posted=posted.height,
        carried=rows.filter(is_carried).height,
        portal=rows.filter(pl.col("status") == "known").height,
        waiting=rows.filter(pl.col("status") == "unmatched").height,
        amount=_sum_amounts(posted),
    )
