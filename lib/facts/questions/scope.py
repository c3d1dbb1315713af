"""What a question is about: months, a part of the city, a group, a service, a channel."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Scope:
    """The filters of a question.

    Attributes:
        since: the first month.
        until: the last month.
        houses: the houses of the chosen place; None: all that the analyst may see.
        group: name of a service group.
        service: name of a service.
        channel: way of paying.
    """

    since: dt.date
    until: dt.date
    houses: tuple[int, ...] | None = None
    group: str | None = None
    service: str | None = None
    channel: str | None = None

    def change(self, **changes: object) -> Self:
        """Return the scope with other filters."""
        return replace(self, **changes)  # type: ignore[arg-type]  # dataclasses check the names

    def match_place(self, period: str = "period") -> str:
        """Return the condition on a table with ``organization`` and ``house``, and on its month."""
        parts = [f"{period} BETWEEN $since AND $until"]
        if self.houses is not None:
            parts.append("house IN (SELECT unnest($houses))")
        return " AND ".join(parts)

    def choose_payments(self) -> str:
        """Return the table of payments by day: of all houses together, or of each."""
        return "payments_by_day" if self.houses is None else "payments_by_house"

    def match_group(self) -> str:
        """Return the condition on a table with ``service_group``; true without a group."""
        if self.group is None:
            return "true"
        return "service_group IN (SELECT g.service_group FROM groups g WHERE g.name = $group_name)"

    def match_service(self) -> str:
        """Return the condition on a table with ``service`` and ``service_group``."""
        if self.service is None:
            return self.match_group()
        named = "service IN (SELECT s.service FROM services s WHERE s.name = $service_name)"
        return f"{named} AND {self.match_group()}"

    def match_channel(self) -> str:
        """Return the condition on a table with ``channel``; true without a channel."""
        return "true" if self.channel is None else "channel = $channel"

    def bind(self, statement: str, **others: object) -> dict[str, object]:
        """Return the parameters of a statement: those of the filters that it names, and others."""
        known = {
            "since": self.since,
            "until": self.until,
            "houses": list(self.houses or ()),
            "group_name": self.group,
            "service_name": self.service,
            "channel": self.channel,
        } | others
        return {name: value for name, value in known.items() if f"${name}" in statement}
