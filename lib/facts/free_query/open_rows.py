"""The rows of the open tables, as statements over the summaries by house.

What is put together with others is decided once for each table, in «shown_…»; the rows are sums
over it.
"""

from collections.abc import Callable, Mapping

from lib.domain.insight.privacy import FEWEST
from lib.facts.duckdb_types import name_type
from lib.facts.free_query import open_ages, open_charges, open_debts
from lib.facts.free_query.open_ages import Bounds
from lib.facts.free_query.open_columns import JOIN_PLACES, MERGED, PLACE
from lib.facts.merging import REST, Division
from lib.facts.tables import Kind

_NO_DAY = "DATE '1900-01-01'"
_WHERE = ("period", "place_organization", "place")
_CHARGES = Division("detail_charges", _WHERE, "service_group", "service")
_PAYMENTS = Division(
    "detail_payments",
    _WHERE[:2],
    "place",
    "service_group",
    "0",
    parents="payers",
    scopes="all_payers",
)
_DAYS = Division(
    "detail_days",
    _WHERE[:2],
    "channel",
    "paid_on",
    MERGED,
    _NO_DAY,
    parents="channel_payers",
    scopes="all_payers",
)
_DEBTS = Division("detail_debts", _WHERE, "service_group", "age", rest_child=MERGED)
_APPEALS = Division("detail_appeals", _WHERE[:2], "kind", "topic", MERGED, MERGED)


DIVISIONS = (_CHARGES, _PAYMENTS, _DAYS, _DEBTS, _APPEALS)
_DETAILS = f"""
CREATE TEMP MACRO is_few(a) AS a BETWEEN 1 AND {FEWEST - 1};
CREATE TEMP MACRO mask(part, whole) AS
    CASE WHEN is_few(part) OR is_few(whole - part) THEN NULL ELSE part::INTEGER END;
{open_charges.WRITE_DETAILS}
CREATE TEMP TABLE detail_payments AS
    SELECT b.period, place_organization, place, coalesce(b.service_group, 0) AS service_group,
        b.house AS unit, max(coalesce(p.accounts, b.accounts)) AS n
    FROM (FROM source_payments_by_house b {JOIN_PLACES}) b LEFT JOIN source_payers_by_house p
        ON p.period = b.period AND p.organization = b.organization AND p.house = b.house
        AND p.service_group = b.service_group AND p.channel IS NULL
    GROUP BY ALL;
CREATE TEMP TABLE detail_days AS
    SELECT period, place_organization, paid_on, channel, house AS unit, max(b.accounts) AS n
    FROM source_payments_by_house b {JOIN_PLACES} GROUP BY ALL;
CREATE TEMP TABLE paying AS
    SELECT period, place_organization, place, channel, p.accounts
    FROM source_payers_by_house p {JOIN_PLACES} WHERE service_group IS NULL;
CREATE TEMP TABLE payers AS
    SELECT period, place_organization, place, sum(accounts) AS n
    FROM paying WHERE channel IS NULL GROUP BY ALL;
CREATE TEMP TABLE all_payers AS
    SELECT period, place_organization, sum(n) AS n FROM payers GROUP BY ALL;
CREATE TEMP TABLE channel_payers AS
    SELECT period, place_organization, channel, sum(accounts) AS n
    FROM paying WHERE channel IS NOT NULL GROUP BY ALL;
CREATE TEMP TABLE aged AS
    SELECT period, place_organization, place, service_group, {{age}} AS age, house AS unit,
        b.accounts AS n, owed, overpaid
    FROM source_balances_by_house b {JOIN_PLACES};
CREATE TEMP TABLE detail_debts AS SELECT * EXCLUDE (owed, overpaid) FROM aged;
CREATE TEMP TABLE asked AS
    SELECT a.* REPLACE (coalesce(topic, 'без темы') AS topic), place_organization,
        account AS unit, 1 AS n
    FROM source_appeals a {JOIN_PLACES};
CREATE TEMP TABLE detail_appeals AS
    SELECT DISTINCT period, place_organization, kind, topic, unit, n FROM asked;
"""  # noqa: S608 - names of ours


def write_details(bounds: Bounds) -> str:
    """Return the statements that make what the rows are sums over.

    Args:
        bounds: of the ages of debts, by the day that they begin on.
    """
    return _DETAILS.format(age=open_ages.write_age(bounds))


def select_rows(kind: Kind) -> str:
    """Return the SELECT of the rows of an open table."""
    columns = ", ".join(
        f"{name}::{name_type(column.type)} AS {name}" for name, column in kind.columns.items()
    )
    return f"SELECT {columns} FROM ({_ROWS[kind.name]()}) ORDER BY ALL"  # noqa: S608 - our names


def _select_payments() -> str:
    return (
        "SELECT period, nullif(place_organization, 0) AS organization, "  # noqa: S608
        f"nullif(parent_to, 0) AS house, nullif(child_to, {REST}) AS service_group, "
        "max(s.n) AS accounts, sum(amount) AS amount, sum(reversed) AS reversed "
        "FROM (SELECT * REPLACE (coalesce(service_group, 0) AS service_group) "
        f"FROM source_payments_by_house) b {JOIN_PLACES} JOIN shown_payments s "
        "USING (period, place_organization, place, service_group) "
        "GROUP BY period, place_organization, parent_to, child_to"
    )


def _select_days() -> str:
    return (
        "SELECT period, nullif(place_organization, 0) AS organization, "  # noqa: S608
        f"nullif(child_to, {_NO_DAY}) AS paid_on, "
        f"nullif(parent_to, {MERGED}) AS channel, max(s.n) AS accounts, sum(amount) AS amount "
        f"FROM source_payments_by_house b {JOIN_PLACES} JOIN shown_days s "
        "USING (period, place_organization, paid_on, channel) "
        "GROUP BY period, place_organization, parent_to, child_to"
    )


def _select_consumption() -> str:
    return (
        f"SELECT period, {PLACE}, service, max(s.n) AS accounts, sum(v.metered) AS metered, "  # noqa: S608
        "sum(v.premises) AS premises, sum(v.common) AS common "
        f"FROM source_house_volumes v {JOIN_PLACES} JOIN shown_charges s "
        "USING (period, place_organization, place, service) "
        "WHERE place <> 0 AND child_to = service "
        "GROUP BY period, place_organization, place, service"
    )


def _select_appeals() -> str:
    answered, rated = "count(answered_at)", "count(rating)"
    late = "count(*) FILTER (answered_at::DATE > due_on)"
    return (
        "SELECT period, nullif(place_organization, 0) AS organization, "  # noqa: S608
        f"nullif(parent_to, {MERGED}) AS kind, nullif(child_to, {MERGED}) AS topic, "
        f"max(s.n) AS accounts, count(*) AS appeals, mask({answered}, count(*)) AS answered, "
        f"CASE WHEN {answered} >= {FEWEST} THEN "
        "avg(date_diff('minute', sent_at, answered_at) / 60) END AS answer_hours, "
        f"mask({late}, count(*)) AS late, "
        "mask(count(*) FILTER (reopened > 0), count(*)) AS reopened, "
        f"mask({rated}, count(*)) AS rated, "
        f"CASE WHEN {rated} >= {FEWEST} THEN avg(rating) END AS rating "
        "FROM asked JOIN shown_appeals s USING (period, place_organization, kind, topic) "
        "GROUP BY period, place_organization, parent_to, child_to"
    )


def _select_houses() -> str:
    return "SELECT DISTINCT h.* FROM source_houses h SEMI JOIN places p ON p.place = h.house"


def _select_groups() -> str:
    return (
        "SELECT * FROM source_groups UNION ALL "
        "SELECT 0, 'не распределено', 1000, NULL WHERE EXISTS (FROM source_groups)"
    )


def _select_services() -> str:
    return (
        "SELECT * FROM source_services UNION ALL "
        "SELECT 0, NULL, 'пени', NULL, NULL, NULL WHERE EXISTS (FROM source_services)"
    )


def _select_calendar() -> str:
    """Every day of the years: the calendar of the facts has the days that differ from the week."""
    return """
WITH known AS (SELECT day FROM source_calendar UNION ALL SELECT period FROM source_house_months
    UNION ALL SELECT paid_on FROM source_payments_by_house WHERE paid_on IS NOT NULL),
years AS (SELECT date_trunc('year', min(day)) AS since,
    date_trunc('year', max(day)) + INTERVAL 1 YEAR - INTERVAL 1 DAY AS until FROM known),
days AS (SELECT unnest(generate_series(since, until, INTERVAL 1 DAY))::DATE AS day FROM years)
SELECT day, coalesce(c.is_working, isodow(day) <= 5) AS is_working,
    coalesce(c.is_heating, month(day) NOT BETWEEN 5 AND 9) AS is_heating
FROM days LEFT JOIN source_calendar c USING (day)
"""


_ROWS: Mapping[str, Callable[[], str]] = {
    "months": open_debts.select_months,
    "charges": open_charges.select_charges,
    "charge_parts": open_charges.select_parts,
    "payments": _select_payments,
    "payments_by_day": _select_days,
    "debts": open_debts.select_debts,
    "consumption": _select_consumption,
    "appeals": _select_appeals,
    "organizations": lambda: "FROM source_organizations",
    "houses": _select_houses,
    "groups": _select_groups,
    "services": _select_services,
    "calendar": _select_calendar,
}
