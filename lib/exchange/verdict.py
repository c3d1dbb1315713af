"""Verdict: the outcome of an import."""

from enum import StrEnum


class Verdict(StrEnum):
    """What an import did with its file, a package or a register.

    Attributes:
        IMPORTED: it was loaded.
        CHECKED: it could be loaded; a dry run changed nothing.
        UNCHANGED: the same content had come before.
        REFUSED: it has errors; nothing was loaded.
    """

    IMPORTED = "imported"
    CHECKED = "checked"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
