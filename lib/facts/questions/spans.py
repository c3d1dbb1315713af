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
        rows = "(true, $now_since::DATE, $now_until::DATE)"
        if self.before:
            rows += ", (false, $before_since::DATE, $before_until::DATE)"
        return (
            f"JOIN (VALUES {rows}) spans(is_now, first_month, last_month) "
            "ON period BETWEEN first_month AND last_month"
        )

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
