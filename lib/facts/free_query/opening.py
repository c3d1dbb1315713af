"""Making the open tables: a database of its own, without one line of an account in it."""

import datetime as dt
import secrets
from pathlib import Path
from typing import Any

from lib.domain.insight import privacy
from lib.domain.insight.privacy import FEWEST, HouseCount
from lib.facts import copies, merging, tables
from lib.facts.free_query import open_ages, open_charges, open_debts, open_rows
from lib.facts.free_query.open_ages import Bounds
from lib.facts.free_query.open_tables import OPEN_KINDS
from lib.facts.manifest import Manifest
from lib.facts.questions import places

_FORMAT = 5  # a change of what is written makes it be written again
_KEPT = dt.timedelta(hours=1)
_READ = (
    tables.CHARGES_BY_HOUSE,
    tables.PAYMENTS_BY_HOUSE,
    tables.PAYERS_BY_HOUSE,
    tables.BALANCES_BY_HOUSE,
    tables.HOUSE_MONTHS,
    tables.HOUSE_VOLUMES,
    tables.APPEALS,
    tables.ORGANIZATIONS,
    tables.HOUSES,
    tables.GROUPS,
    tables.SERVICES,
    tables.CALENDAR,
)


def make_database(
    manifest: Manifest, *, organization: int | None, bounds: Bounds, folder: Path
) -> Path:
    """Return the file of the open tables of a version; it is made when it is first asked for.

    Args:
        manifest: the version.
        organization: the only one whose rows are read; None: all.
        bounds: of the ages of debts, by the day that they begin on.
        folder: where the file lies.
    """
    whose = "all" if organization is None else str(organization)
    path = folder / f"{manifest.version}-{whose}-{open_ages.name_bounds(bounds)}-{_FORMAT}.duckdb"
    if path.exists():
        return path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{secrets.token_hex(8)}.part"
    _write(manifest, organization, bounds, draft)
    draft.rename(path)
    return path


def delete_old(folder: Path, *, now: dt.datetime, needed: Path) -> None:
    """Delete the files that no query can be reading any more, but not the one that is needed."""
    for path in folder.iterdir():
        try:
            changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
        except FileNotFoundError:  # another process has deleted it
            continue
        if path != needed and now - changed > _KEPT:
            path.unlink(missing_ok=True)


def _write(manifest: Manifest, organization: int | None, bounds: Bounds, path: Path) -> None:
    # late: processes without analysts stay small
    import duckdb

    with duckdb.connect(str(path), config={"threads": 2, "memory_limit": "512MB"}) as database:
        copy = copies.find_copy(manifest, organization=organization)
        database.execute(f"ATTACH '{copy}' AS copied (READ_ONLY)")
        for kind in _READ:
            rows = copies.select_rows(kind)
            database.execute(f"CREATE TEMP VIEW source_{kind.name} AS {rows}")
        withheld = _find_places(database)
        open_debts.write_hidden(database, withheld)
        open_charges.write_hidden(database, withheld)
        database.execute(open_rows.write_details(bounds))
        for division in open_rows.DIVISIONS:
            name = division.detail.replace("detail", "shown")
            database.execute(merging.write_merged(division, name))
        for kind in OPEN_KINDS.values():
            rows = open_rows.select_rows(kind)
            database.execute(f"CREATE TABLE main.{kind.name} AS {rows}")


def _find_places(database: Any) -> set[int]:
    """Write as which place each house is shown in each month; 0 stands for several together.

    Return the houses that are shown nowhere.
    """
    counts = database.execute(
        "SELECT h.organization, any_value(h.street), h.house, "
        "coalesce(min(m.accounts) FILTER (m.accounts > 0), 1)::INTEGER FROM source_houses h "
        "LEFT JOIN source_house_months m ON m.organization = h.organization AND m.house = h.house "
        "GROUP BY 1, 3"
    ).fetchall()
    together = database.execute(places.write_together("source_{}")).fetchall()
    withheld = privacy.find_always_withheld(
        (HouseCount(*row) for row in counts), (houses for (houses,) in together)
    )
    database.execute(_PLACES, {"withheld": sorted(withheld)})
    return withheld


# a month without bills, such as the current one, has the houses of the month before
_PLACES = f"""
CREATE TEMP TABLE places AS
WITH billed AS (SELECT DISTINCT period, organization FROM source_house_months),
others AS (SELECT DISTINCT period, organization FROM source_payments_by_house
    UNION SELECT DISTINCT period, organization FROM source_appeals EXCEPT FROM billed),
latest AS (SELECT o.period, o.organization, max(b.period) AS known
    FROM others o JOIN billed b ON b.organization = o.organization AND b.period < o.period
    GROUP BY ALL),
counts AS (
    SELECT period, organization, house, accounts FROM source_house_months WHERE accounts > 0
    UNION ALL SELECT l.period, m.organization, m.house, m.accounts FROM latest l
    JOIN source_house_months m ON m.organization = l.organization AND m.period = l.known
    WHERE accounts > 0),
marked AS (SELECT *, list_contains($withheld::INTEGER[], house) AS is_withheld FROM counts),
ranked AS (SELECT *,
    count(*) FILTER (is_withheld) OVER organizations AS hidden,
    coalesce(sum(accounts) FILTER (is_withheld) OVER organizations, 0) AS hidden_accounts,
    row_number() OVER (PARTITION BY period, organization
        ORDER BY is_withheld DESC, accounts, house) AS number
    FROM marked WINDOW organizations AS (PARTITION BY period, organization)),
placed AS (SELECT period, organization, house, accounts,
    CASE WHEN is_withheld OR hidden > 0 AND number = hidden + 1
        AND (hidden < 2 OR hidden_accounts < {FEWEST}) THEN 0 ELSE house END AS place
    FROM ranked),
parts AS (SELECT period, organization, place, sum(accounts) AS n FROM placed GROUP BY ALL),
merged AS (SELECT period, organization, place,
    count(*) FILTER (n < {FEWEST}) OVER months AS small,
    row_number() OVER (PARTITION BY period ORDER BY n, organization, place) <= small + 1
        AND small > 0 AS is_merged
    FROM parts WINDOW months AS (PARTITION BY period)),
finals AS (SELECT period, p.organization, house, accounts,
    CASE WHEN is_merged THEN 0 ELSE p.organization END AS place_organization,
    CASE WHEN is_merged THEN 0 ELSE place END AS place
    FROM placed p JOIN merged USING (period, organization, place))
SELECT * FROM finals QUALIFY
    sum(accounts) OVER (PARTITION BY period, place_organization, place) >= {FEWEST}
"""  # noqa: S608 - a number of ours
