"""What somebody wants to be told of by e-mail."""

from collections.abc import Iterable
from dataclasses import dataclass

from lib.domain.insight import occasions
from lib.domain.insight.occasions import Figure, Occasion
from lib.errors import PortalError


class SubscriptionRefused(PortalError):
    """A subscription cannot be made like this."""


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody wants a letter.

    Attributes:
        occasion: by the calendar, at a closed month, or at a bound.
        figure: key of the figure, for a bound.
        is_above: whether the letter is wanted above the bound; below it otherwise.
        bound: as typed.
    """

    occasion: Occasion
    figure: str = ""
    is_above: bool = False
    bound: str = ""


def read_bound(wish: Wish, figures: Iterable[Figure]) -> dict[str, object]:
    """Return the columns of a bound, and whether its figure is beyond it now.

    Without a bound there are none.

    Raises:
        SubscriptionRefused: no such figure.
        BoundRefused: the bound is not a number.
    """
    if wish.occasion is not Occasion.BOUND:
        return {}
    figure = next((figure for figure in figures if figure.key == wish.figure), None)
    if figure is None:
        raise SubscriptionRefused("Выберите показатель, за которым следить.")
    bound = occasions.read_bound(wish.bound, figure.unit)
    is_beyond = None
    if figure.value is not None:
        is_beyond = occasions.is_beyond(figure.value, bound, is_above=wish.is_above)
    return {
        "figure": figure.key,
        "figure_name": figure.name,
        "figure_unit": figure.unit.value,
        "bound": bound,
        "is_above": wish.is_above,
        "is_beyond": is_beyond,
    }
