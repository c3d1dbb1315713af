"""Counts of accounts that a copy takes from files of lines, as the summaries have sums alone.

Lines themselves are not copied. The counts of a file are taken in with it, once.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineCount:
    """A table of a copy: its name, the lines that it counts, and its columns.

    Attributes:
        name: of the table.
        source: the kind of the lines; a file has lines of one month.
        keys: what it is counted by, with types.
        parts: those of the keys that are missing where all of a house is counted, too.
        counts: what is counted, by the name of the column.
    """

    name: str
    source: str
    keys: dict[str, str]
    parts: tuple[str, ...]
    counts: dict[str, str]

    def write_columns(self) -> str:
        """Return the columns of the table as SQL."""
        types = self.keys | dict.fromkeys(self.counts, "INTEGER")
        return ", ".join(f"{name} {kind}" for name, kind in types.items())

    def select_counts(self, rows: str, extra: str) -> str:
        """Return the SELECT of the counts of some lines; what nobody has is left out.

        Args:
            rows: the lines, as SQL.
            extra: one more column that they are counted by.
        """
        keys = ", ".join((*self.keys, extra))
        whole = ", ".join((*(key for key in self.keys if key not in self.parts), extra))
        counts = ", ".join(
            f"count(DISTINCT account) FILTER ({has}) AS {name}" for name, has in self.counts.items()
        )
        some = " OR ".join(f"({has})" for has in self.counts.values())
        return (
            f"SELECT {keys}, {counts} FROM ({rows}) WHERE {some} "  # noqa: S608 - columns of ours
            f"GROUP BY GROUPING SETS (({keys}), ({whole}))"
        )


CHARGED = LineCount(
    "charged_by_house",
    "charges",
    {
        "period": "DATE",
        "organization": "INTEGER",
        "house": "INTEGER",
        "service_group": "INTEGER",
        "service": "INTEGER",
    },
    ("service_group", "service"),
    {
        "recalculation": "recalculation <> 0",
        "privilege": "privilege <> 0",
        "coefficient": "coefficient <> 0",
        "penalty": "penalty <> 0",
        "penalized": "penalty <> 0 OR service IS NULL AND paid <> 0",
    },
)
COUNTED = (CHARGED,)
