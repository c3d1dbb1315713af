"""Analysts who subtract: every sum that a screen shows against the figures of few accounts.

A figure is that of few accounts if one to nine of them have it: their sum is looked for among what
is shown, and among the differences of what is shown of a place and of its parts. Behind all that
was paid in a place are those who are charged there, behind a part of it those who paid so. With
KABINET_SOAK=1 every place, every filter and views of other months are tried.
"""

import datetime as dt
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl
import pytest

from lib import links
from lib.domain.insight.answers import Line, Page
from lib.domain.insight.privacy import FEWEST
from lib.facts.questions import places
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight._context import Context
from tests.kit.insight.versions import facts, first_version, manifest

__all__ = ["facts", "first_version", "manifest"]
_SOAK = os.environ.get("KABINET_SOAK") == "1"
Label = tuple[str, str, int]  # the panel, the line, the place among its values
Shown = dict[Label, Decimal]
Pages = dict[str, tuple[Shown, str]]  # what is shown of a place, and what it is a part of
# what the values of lines are, by panel; «» is no sum of money
SUMS = {
    "debts.places": ("owed", "overdue", "old", "overpaid", "owed"),
    "debts.groups": ("owed", "overdue", "overpaid", "owed"),
    "debts.ages": ("owed", "", "owed"),
    "debts.months": ("owed", "overdue", "overpaid", "owed"),
    "debts.concentration": ("", "owed", "owed"),
    "collection.places": ("charged", "paid", "charged", "paid", "owed", "old"),
    "collection.months": ("charged", "paid", "charged", "paid"),
    "collection.effectiveness": ("owed", "charged", "owed", "current") * 2,
    "collection.purposes": ("charged", "paid", "charged", "paid"),
    "payments.months": ("amount", "", "amount"),
    "payments.places": ("amount", "", "amount"),
    "payments.channels": ("amount", "amount"),
    "payments.groups": ("amount", "amount"),
    "payments.sources": ("amount", "amount"),
    "overview.months": ("charged", "paid"),
    "overview.houses": ("charged", "paid", "charged", "paid"),
}


class Few(NamedTuple):
    """A sum of few accounts: how much, of how many, and what it is."""

    amount: Decimal
    accounts: int
    told: str
    organization: int | None


AllFew = dict[str, dict[Decimal, list[Few]]]


class _Row(NamedTuple):
    amount: Decimal
    account: str
    period: dt.date
    organization: int
    street: str
    house: int
    service_group: str | None
    part: str | None


_SCHEMA: dict[str, Any] = {
    "amount": pl.Decimal(18, 2),
    "account": pl.String,
    "period": pl.Date,
    "organization": pl.Int64,
    "street": pl.String,
    "house": pl.Int64,
    "service_group": pl.String,
    "part": pl.String,
}
_PLACES: tuple[list[str], ...] = (
    [],
    ["organization"],
    ["organization", "street"],
    ["organization", "house"],
)
_DIVISIONS: tuple[list[str], ...] = ([], ["service_group"], ["part"], ["service_group", "part"])
_AGED = (
    "SELECT period, organization, house, account, service_group, amount, CASE WHEN due_on IS NULL "
    "THEN -1 ELSE (due_on < last_day(period))::INTEGER + (due_on < last_day(period) - 30)::INTEGER "
    "+ (due_on < last_day(period) - 90)::INTEGER + (due_on < last_day(period) - 365)::INTEGER END "
    "AS part FROM balances"
)
_SOURCES = {
    "owed": f"SELECT * FROM ({_AGED}) WHERE part >= 0",
    "overdue": f"SELECT * FROM ({_AGED}) WHERE part > 0",
    "old": f"SELECT * FROM ({_AGED}) WHERE part > 2",
    "current": f"SELECT * FROM ({_AGED}) WHERE part = 0",
    "overpaid": f"SELECT * FROM ({_AGED}) WHERE part < 0",
    "charged": "SELECT *, coalesce(total, 0) + coalesce(penalty, 0) AS amount, service AS part "
    "FROM charges",
    "paid": "SELECT * RENAME (paid AS amount), service AS part FROM charges",
    "amount": "SELECT *, channel AS part FROM payments",
    "recalculation": "SELECT *, recalculation AS amount, service AS part FROM charges",
    "privilege": "SELECT *, privilege AS amount, service AS part FROM charges",
    "coefficient": "SELECT *, coefficient AS amount, service AS part FROM charges",
    "penalty": "SELECT *, penalty AS amount, service AS part FROM charges",
}


def find_few(facts: Facts, figures: Iterable[str], months: Iterable[dt.date]) -> AllFew:
    """Return the sums of one to nine accounts: of places, whole, by group and by part.

    They are those of each month, and of all the months together.
    """
    known = ", ".join(f"DATE '{month}'" for month in months)
    found: AllFew = {}
    charged = pl.DataFrame(schema=_SCHEMA)
    for figure in figures:
        # what was charged and paid is a figure of all who were charged: a zero is one, too
        has = "true" if figure in {"charged", "paid"} else "amount <> 0"
        question = (
            "SELECT amount, account, period, organization, street, house, (SELECT "
            "any_value(name) FROM groups g WHERE g.service_group = s.service_group) "
            "AS service_group, part::VARCHAR AS part FROM "
            f"(SELECT * FROM ({_SOURCES[figure]}) WHERE {has} AND period IN ({known})) s "
            "JOIN (SELECT house, street FROM houses) USING (house)"
        )
        lines = pl.DataFrame(facts.ask(question, _Row), orient="row", schema=_SCHEMA)
        if figure == "charged":
            charged = lines
        # behind all that came to a place are those who are charged there, whoever of them paid;
        # behind a part of it, those who paid so
        found[figure] = {}
        for few in list_few(lines, charged if figure == "amount" else lines):
            found[figure].setdefault(few.amount, []).append(few)
    return found


def list_few(lines: pl.DataFrame, behind: pl.DataFrame) -> Iterator[Few]:
    """Yield the sums of few accounts; those of all parts are of the accounts ``behind`` them."""
    for place, part, period in itertools.product(_PLACES, _DIVISIONS, (["period"], [])):
        by = [*place, *part, *period]
        sums, counts = (
            (frame.group_by(by) if by else frame.group_by(pl.lit(1))).agg(
                pl.col("amount").sum().abs(), accounts=pl.col("account").n_unique()
            )
            for frame in (lines, lines if part else behind)
        )
        known = sums.drop("accounts").join(counts.drop("amount"), on=by or "literal", how="left")
        few = known.filter((pl.col("accounts").fill_null(0) < FEWEST) & (pl.col("amount") != 0))
        for row in few.iter_rows(named=True):
            told = " ".join(str(row[name]) for name in by)
            yield Few(row["amount"], row["accounts"] or 0, told, row.get("organization"))


def open_page(facts: Facts, path: str, query: Mapping[str, str]) -> tuple[Context, Page]:
    context = screens.read_context(facts, query)
    refusal = context.find_refusal()
    return context, Page(refusal=refusal) if refusal else screens.BUILDERS[path](context)


def list_shown(page: Page) -> Shown:
    """Return every sum of a page by what it is."""
    shown: Shown = {}
    for panel in page.panels:
        figures = SUMS.get(panel.key, ())
        if panel.table is None:
            continue
        table = panel.table
        for line in (*table.lines, *filter(None, (table.withheld, table.total))):
            for place, value in list_sums(line, figures):
                shown[panel.key, line.name, place] = value
    tiles = {tile.key: tile.value for tile in page.tiles if tile.value is not None}
    owed = tiles.get("debts.owed")
    if owed is not None:
        shown["debts.places", "Всего", 0] = Decimal(owed)
        for place, key in ((1, "debts.overdue"), (2, "debts.old")):
            if key in tiles:
                share = Decimal(owed) * Decimal(tiles[key])
                shown["debts.places", "Всего", place] = share.quantize(Decimal("0.01"))
    if "debts.overpaid" in tiles:
        shown["debts.places", "Всего", 3] = -Decimal(tiles["debts.overpaid"])
    return shown


def list_sums(line: Line, figures: tuple[str, ...]) -> Iterator[tuple[int, Decimal]]:
    for place, (value, figure) in enumerate(zip(line.values, figures, strict=False)):
        if value and figure:
            yield place, value


def list_places(context: Context) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Yield every place below the city with the place that it is a part of."""
    for row in context.houses.values():
        organization = {"organization": str(row.organization)}
        street = organization | {"street": row.street}
        yield organization, {}
        yield street, organization
        if row.house not in context.withheld:
            yield street | {"house": str(row.house)}, street


def subtract(whole: Shown, parts: Iterable[Shown]) -> Shown:
    """Return what is left of each sum without the parts that show it too."""
    rest: Shown = {}
    listed = list(parts)
    for label, value in whole.items():
        known = [part[label] for part in listed if label in part]
        if known:
            rest[label] = value - sum(known)
    return rest


def rest_of_tables(shown: Shown) -> Shown:
    """Return what is left of the total of each table without its other lines."""
    rest: Shown = {}
    for (panel, name, place), value in shown.items():
        if name == "Всего":
            known = [
                other
                for (key, line, column), other in shown.items()
                if (key, column) == (panel, place) and line != name
            ]
            rest[panel, "Всего без строк", place] = value - sum(known)
    return rest


def look_for_few(shown: Shown, few: AllFew, how: str, place_name: str) -> list[str]:
    """Return what is a sum of few accounts; those of another organisation are equal by chance."""
    found = []
    whose = place_name.split(" ", maxsplit=1)[0]
    for (panel, name, place), value in shown.items():
        known = [
            one
            for one in few.get(SUMS[panel][place], {}).get(abs(value), ())
            if not whose or one.organization is None or whose == str(one.organization)
        ]
        if known and value:
            found.append(f"{how}: {panel} «{name}» {place}: {value} = {known}")
    return found


def open_places(facts: Facts, path: str, query: Mapping[str, str], *, depth: int = 3) -> Pages:
    """Return what a screen shows of the city and of every place, with some filters."""
    context, city = open_page(facts, path, query)
    pages = {"": (list_shown(city), "")}
    for place, above in list_places(context):
        name = " ".join(place.values())
        if name not in pages and len(place) <= depth:
            page = open_page(facts, path, {**query, **place})[1]
            pages[name] = (list_shown(page), " ".join(above.values()))
    return pages


def attack_places(pages: Pages, few: AllFew) -> list[str]:
    """Return the sums of few accounts that are shown, or are had from a place and its parts."""
    found = []
    for name, (shown, _) in pages.items():
        below = {part: page for part, (page, above) in pages.items() if part and above == name}
        found += look_for_few(shown, few, name, name)
        found += look_for_few(rest_of_tables(shown), few, name, name)
        found += look_for_few(subtract(shown, below.values()), few, f"{name} − all", name)
        for part, page in below.items():
            found += look_for_few(subtract(shown, [page]), few, f"{name} − {part}", name)
    return found


def attack_filters(whole: Pages, filtered: Iterable[Pages], few: AllFew) -> list[str]:
    """Return the sums of few accounts that are had from a place with a filter and without it."""
    found = []
    known = list(filtered)
    for name, (shown, _) in whole.items():
        pages = [pages[name][0] for pages in known if name in pages]
        found += look_for_few(subtract(shown, pages), few, f"{name} − every filter", name)
        for page in pages:
            found += look_for_few(subtract(shown, [page]), few, f"{name} − a filter", name)
    return found


def list_attacks() -> Iterator[tuple[str, str, int]]:
    """Yield screens, with a filter and the depth of places; a few of them without KABINET_SOAK."""
    yield links.DEBTS, "", 1
    if _SOAK:
        screens_of = (links.DEBTS, links.COLLECTION, links.INSIGHT_PAYMENTS, links.HOME)
        names = ("", "group", "channel", "since", "service")
        yield from ((path, name, 3) for path in screens_of for name in names)


@pytest.mark.parametrize(("path", "name", "depth"), [*list_attacks()])
def test_no_sum_and_no_difference_of_a_place_and_its_parts_is_that_of_few_accounts(
    facts: Facts, path: str, name: str, depth: int
) -> None:
    latest = screens.find_latest(facts)
    query = {} if depth > 1 else {"since": f"{latest:%Y-%m}"}
    view = screens.read_context(facts, query).view
    months = [row.period for row in places.list_months(facts)]
    figures = _SOURCES if depth > 1 else ("owed", "overdue", "old", "current", "overpaid")
    few = find_few(facts, figures, [one for one in months if view.since <= one <= view.until])
    whole = open_places(facts, path, query, depth=depth)
    assert all(few.values())  # there is something to find
    assert sum(bool(shown) for shown, _ in whole.values()) > 2

    found = attack_places(whole, few)
    values = list_values(facts, name) if name else []
    filtered = [open_places(facts, path, {**query, name: value}, depth=depth) for value in values]
    for value, pages in zip(values, filtered, strict=True):
        found += [f"{value}: {one}" for one in attack_places(pages, few)]
    found += attack_filters(whole, filtered, few)
    assert not found, "\n".join(found)


def list_values(facts: Facts, name: str) -> list[str]:
    """Return the values of a filter; with a later first month the others are left over."""
    if name == "channel":
        return ["bank", "cash", "online", "post", "other"]
    if name == "since":
        return [f"{row.period:%Y-%m}" for row in places.list_months(facts)[-11::4]]
    return [row.name for row in places.list_names(facts, f"{name}s")]
