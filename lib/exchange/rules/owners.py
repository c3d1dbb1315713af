"""Owners: a payment, a meter or a recalculation never changes its account."""

from collections.abc import Mapping

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.references import OWNED
from lib.exchange.table import ROW

_WAS = "_was"


def check_owners(
    frames: Mapping[str, pl.DataFrame], owners: Mapping[str, pl.DataFrame], findings: Findings
) -> None:
    """Report rows whose id the portal already has under another account, house or month.

    If such a row were loaded, two residents would have the same payment.

    Args:
        frames: the package's frames by file.
        owners: by file, the ids that the portal already has and their owners.
        findings: receives an error for each row and column.
    """
    for stem, (own_id, columns) in OWNED.items():
        if stem not in frames or stem not in owners:
            continue
        carried = frames[stem].select(ROW, own_id, *columns)
        joined = carried.join(owners[stem], on=own_id, suffix=_WAS, maintain_order="left")
        for column in columns:
            was = pl.col(f"{column}{_WAS}")
            moved = joined.filter(pl.col(column).ne_missing(was))
            findings.add_rows(
                moved.select(ROW, value=pl.col(column).cast(pl.String), was=was.cast(pl.String)),
                Severity.ERROR,
                file=f"{stem}.csv",
                column=column,
                code="other-owner",
                reason=lambda row: (
                    f"в портале строка с этим идентификатором принадлежит другому "
                    f"({row['was'] or 'поле пусто'}): исправьте её или дайте новый идентификатор"
                ),
            )
