"""One measured figure beside its reference of the same run."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure.

    Attributes:
        name: what was measured.
        value: how much, in ``unit``; None where it could not be measured.
        unit: «s», «ms», «KB», «rows/s» …
        reference: the same figure of the thing compared with, in the same run and unit.
        target: the bound of ``ratio``, or of ``value`` where there is no reference.
        at_least: whether the bound is a lower one.
        remark: why a figure is missing, or how it was taken.
    """

    name: str
    value: float | None
    unit: str
    reference: float | None = None
    target: float | None = None
    at_least: bool = False
    remark: str = ""

    @property
    def ratio(self) -> float | None:
        """Return value ÷ reference."""
        if self.value is None or not self.reference:
            return None
        return self.value / self.reference

    @property
    def ok(self) -> bool | None:
        """Tell whether the target is met; None where there is none or nothing was measured."""
        measured = self.value if self.reference is None else self.ratio
        if self.target is None or measured is None:
            return None
        return measured >= self.target if self.at_least else measured <= self.target


Measure = Callable[[], list[Figure]]
