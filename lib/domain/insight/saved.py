"""What a saved view keeps of the address of a screen."""

import json
import re
from collections.abc import Mapping

from lib import links
from lib.domain.insight.view import Months
from lib.domain.texts import TextRefused, clean_line

LONGEST_NAME = 80
LONGEST_QUERY = 20_000  # bytes; the text of a free query is the longest part
_MOST_VALUES = 60
# parameters of free queries have names in any language: «value.с_месяца»
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}(?:\.\w{1,80})?")
_MONTHS = ("since", "until", "day")
# browsers and servers on the way take addresses of this length
_LONGEST_ADDRESS = 4_000


class NameMissing(TextRefused):
    """The name of a view is empty."""

    def __init__(self) -> None:
        super().__init__("Назовите вид, чтобы потом его найти.")


class QueryTooLong(TextRefused):
    """The filters or the free query are too long to be kept."""

    def __init__(self) -> None:
        super().__init__("Такой длинный запрос сохранить нельзя: не больше 20 000 байт.")


def clean_name(typed: str) -> str:
    """Return the name of a view as it is kept.

    Raises:
        NameMissing: it is empty.
        TextRefused: it is too long.
    """
    name = clean_line(typed, longest=LONGEST_NAME)
    if not name:
        raise NameMissing
    return name


def clean_query(query: Mapping[str, str]) -> dict[str, str]:
    """Return the values of an address that a view keeps: named ones, without empty ones.

    Raises:
        QueryTooLong: together they are too long.
    """
    kept = {
        name: value.replace("\0", "")
        for name, value in query.items()
        if value and _KEY.fullmatch(name)
    }
    written = json.dumps(kept, ensure_ascii=False).encode(errors="replace")
    if len(kept) > _MOST_VALUES or len(written) > LONGEST_QUERY:
        raise QueryTooLong
    return kept


def release_months(query: Mapping[str, str]) -> dict[str, str]:
    """Return the values without the months: the view moves on with each closed month."""
    return {name: value for name, value in query.items() if name not in _MONTHS}


def fix_months(query: Mapping[str, str], months: Months | None) -> dict[str, str]:
    """Return the values with explicit months: the view stays as it is.

    Args:
        query: values of an address.
        months: the first and the last month of what it shows; None: it has no months.
    """
    if months is None:
        return dict(query)
    return {**query, "since": f"{months[0]:%Y-%m}", "until": f"{months[1]:%Y-%m}"}


def is_moving(query: Mapping[str, str]) -> bool:
    """Tell whether a view moves on with each closed month."""
    return not any(name in query for name in _MONTHS)


def link_to_saved(path: str, query: Mapping[str, str], *, view_id: int) -> str:
    """Return the address that opens a saved view.

    It is the plain address of the screen; one that is too long names the view instead.
    """
    address = links.link_to_screen(path, **query)
    if len(address) <= _LONGEST_ADDRESS:
        return address
    return links.link_to_screen(path, saved=view_id)
