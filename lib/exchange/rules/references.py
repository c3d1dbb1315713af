"""References: every id that a row refers to must exist in the package or in the portal."""

from collections.abc import Mapping

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.references import IDS, REFERENCES, Reference
from lib.exchange.table import ROW


def check_references(
    frames: Mapping[str, pl.DataFrame], known: Mapping[str, pl.Series], findings: Findings
) -> None:
    """Report references to rows that do not exist.

    Args:
        frames: the package's frames by file.
        known: by file, the external ids of the sender that the portal already has.
        findings: receives an error for each such reference.
    """
    for reference in REFERENCES:
        if reference.file in frames:
            _check(reference, frames, known, findings)


def _check(
    reference: Reference,
    frames: Mapping[str, pl.DataFrame],
    known: Mapping[str, pl.Series],
    findings: Findings,
) -> None:
    frame = frames[reference.file]
    # distinct ids first: a month names each of 50,000 accounts twenty times
    named = frame.select(value=pl.col(reference.column).drop_nulls().unique())
    dead = named.join(_targets(reference, frames, known), on="value", how="anti")
    if not dead.height:
        return
    # a semi join drops nulls: an empty reference is allowed
    rows = frame.select(ROW, value=reference.column).join(
        dead, on="value", how="semi", maintain_order="left"
    )
    findings.add_rows(
        rows,
        Severity.ERROR,
        file=f"{reference.file}.csv",
        column=reference.column,
        code="unknown-reference",
        reason=f"такого идентификатора нет ни в {reference.target}.csv, ни в портале: "
        "передайте эту строку или исправьте ссылку",
    )


def _targets(
    reference: Reference, frames: Mapping[str, pl.DataFrame], known: Mapping[str, pl.Series]
) -> pl.DataFrame:
    parts = [pl.DataFrame(schema={"value": pl.String})]
    if reference.target in known:
        parts.append(known[reference.target].cast(pl.String).alias("value").to_frame())
    if reference.target in frames:
        parts.append(frames[reference.target].select(value=IDS[reference.target]))
    return pl.concat(parts)
