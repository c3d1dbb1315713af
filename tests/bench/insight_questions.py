"""Questions of analysts asked of the summaries, and of the raw lines in the same words of SQL.

The text over the lines is understood by DuckDB and PostgreSQL alike: `charges` and `payments`.
"""

from dataclasses import dataclass

_SINCE, _UNTIL = "DATE '2024-11-01'", "DATE '2026-10-01'"
_YEAR = "period BETWEEN DATE '2025-11-01' AND DATE '2026-10-01'"
_TWO_YEARS = f"period BETWEEN {_SINCE} AND {_UNTIL}"
_CHARGED = "sum(total) + coalesce(sum(penalty), 0)"
_OF_GROUPS = (
    "SELECT house, account, service_group, sum(closing) AS closing FROM charges "
    f"WHERE period = {_UNTIL} GROUP BY 1, 2, 3"
)
# the oldest debt is paid first: what is owed are the latest charges
_AGES = f"""
WITH charged AS (
  SELECT account, service_group, period, {_CHARGED} AS charged, sum(closing) AS closing
  FROM charges WHERE period BETWEEN DATE '2025-09-01' AND {_UNTIL} GROUP BY 1, 2, 3),
later AS (
  SELECT account, service_group, period, charged,
    first_value(closing) OVER w AS owed, sum(greatest(charged, 0)) OVER w AS later
  FROM charged WINDOW w AS (PARTITION BY account, service_group ORDER BY period DESC)),
taken AS (
  SELECT period, least(charged, owed - (later - charged)) AS taken FROM later
  WHERE owed > 0 AND charged > 0)
SELECT period, sum(taken) FROM taken WHERE taken > 0 GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its name, asked of the summaries and of the lines."""

    name: str
    ours: str
    of_lines: str


QUESTIONS = (
    Question(
        "collection of 24 months",
        f"SELECT period, {_CHARGED}, sum(paid) FROM charges_by_house WHERE {_TWO_YEARS} GROUP BY 1",
        f"SELECT period, {_CHARGED}, sum(paid) FROM charges WHERE {_TWO_YEARS} GROUP BY 1",
    ),
    Question(
        "collection by house",
        f"SELECT house, {_CHARGED}, sum(paid) FROM charges_by_house WHERE {_YEAR} GROUP BY 1",
        f"SELECT house, {_CHARGED}, sum(paid) FROM charges WHERE {_YEAR} GROUP BY 1",
    ),
    Question(
        "volumes by service and month",
        "SELECT service, period, sum(volume_own) FROM charges_by_house "
        f"WHERE {_TWO_YEARS} GROUP BY 1, 2",
        f"SELECT service, period, sum(volume_own) FROM charges WHERE {_TWO_YEARS} GROUP BY 1, 2",
    ),
    Question(
        "debt by house",
        f"SELECT house, owed FROM house_months WHERE period = {_UNTIL} AND owed > 0",
        f"SELECT house, sum(closing) FROM ({_OF_GROUPS}) AS g WHERE closing > 0 GROUP BY 1",
    ),
    Question(
        "debt by age",
        "SELECT charged_in, sum(owed) FROM balances_by_house "
        f"WHERE period = {_UNTIL} AND charged_in IS NOT NULL GROUP BY 1",
        _AGES,
    ),
    Question(
        "payments by channel and day",
        f"SELECT channel, paid_on, sum(amount) FROM payments_by_house WHERE {_YEAR} GROUP BY 1, 2",
        f"SELECT channel, paid_on, sum(amount) FROM payments WHERE {_YEAR} GROUP BY 1, 2",
    ),
)
