"""Organizations: checksums of their bank details."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from lib.domain.requisites import (
    is_account_key_valid,
    is_bic_valid,
    is_corr_account_key_valid,
    is_inn_valid,
)
from lib.exchange.findings import Findings, Severity
from lib.exchange.table import ROW

FILE = "organizations.csv"
_NO_QR = "QR-код для этого получателя печататься не будет"


def check_requisites(organizations: pl.DataFrame, findings: Findings) -> None:
    """Warn of bank details with a wrong checksum; the package is accepted all the same."""
    names = (ROW, "inn", "bic", "account", "corr_account")
    for row in organizations.select(names).iter_rows(named=True):
        for column, reason in _problems(row):
            findings.note(
                Severity.WARNING,
                file=FILE,
                line=row[ROW],
                column=column,
                value=row[column],
                code=f"bad-{column.replace('_', '-')}",
                reason=reason,
            )


def _problems(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    inn, bic = row["inn"] or "", row["bic"] or ""
    account, corr = row["account"] or "", row["corr_account"] or ""
    problems = []
    if not inn:
        problems.append(("inn", "ИНН не указан"))
    elif not is_inn_valid(inn):
        problems.append(("inn", "ИНН не сходится с контрольной цифрой: проверьте его"))
    if not is_bic_valid(bic):
        return [*problems, ("bic", f"БИК – 9 цифр, начинается с 04, 01 или 00; {_NO_QR}")]
    if not is_account_key_valid(bic, account):
        reason = f"расчётный счёт не сходится с БИК по контрольному ключу; {_NO_QR}"
        problems.append(("account", reason))
    # treasuries and some banks have no correspondent account
    if corr and not is_corr_account_key_valid(bic, corr):
        reason = f"корреспондентский счёт не сходится с БИК по контрольному ключу; {_NO_QR}"
        problems.append(("corr_account", reason))
    return problems
