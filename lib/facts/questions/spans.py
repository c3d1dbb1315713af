"""Two spans of months in one question: those of the view and those they are compared with.

Each question opens the files of all months, so one question for both takes half the time of two.
"""

from dataclasses import dataclass
from typing import Self

from lib.facts.questions.scope import Scope


@dataclass(frozen=True, slots=True)
class Spans:
    """The filters of a view over its months and over those compared with; they may overlap."""

    now: Scope
    before: Scope | None

    @property
    def wide(self) -> Scope:
        """Return the same filters from the first month of both spans to the last."""
        if self.before is None:
            return self.now
        return self.now.change(
            since=min(self.now.since, self.before.since),
            until=max(self.now.until, self.before.until),
        )

    def join(self) -> str:
        """Return the join that gives each row ``is_now``; a row of both spans is there twice."""
        rows = _list_months("true", "now")
        if self.before:
            rows += f" UNION ALL {_list_months('false', 'before')}"
        # equal months are found by a hash; a span would have to be sorted for
        return f"JOIN ({rows}) spans USING (period)"

    def match(self) -> str:
        """Return the condition on the place and on the months of both spans."""
        return self.wide.match_place()

    def change(self, **changes: object) -> Self:
        """Return both spans with other filters."""
        before = self.before.change(**changes) if self.before else None
        return type(self)(self.now.change(**changes), before)

    def bind(self, statement: str, **others: object) -> dict[str, object]:
        """Return the parameters of a statement, as ``Scope.bind`` does."""
        before = self.before or self.now
        return self.wide.bind(
            statement,
            now_since=self.now.since,
            now_until=self.now.until,
            before_since=before.since,
            before_until=before.until,
            **others,
        )


def _list_months(is_now: str, name: str) -> str:
    months = f"generate_series(${name}_since::DATE, ${name}_until::DATE, INTERVAL 1 MONTH)"
    return f"SELECT {is_now} AS is_now, unnest({months})::DATE AS period"
