"""Files of analysts: the figures of a screen as CSV, XLSX or Parquet, as exact as on the screen."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lib import links
from lib.access import AccessDenied, Actor, Permission
from lib.documents.insight import csv_file, data, parquet_file, xlsx_file
from lib.documents.insight.data import Book, Sheet
from lib.domain import formats
from lib.domain.insight.answers import Page, Panel
from lib.domain.insight.view import Compared
from lib.domain.payments.payment import CHANNELS
from lib.errors import PortalError
from lib.services.insight import free_query, screens
from lib.services.insight.screens import Insight

_COMPARED = {
    Compared.YEAR: "год назад",
    Compared.BEFORE: "предыдущий период",
    Compared.NOTHING: "не сравнивалось",
}


class FileKind(StrEnum):
    """The kinds of files."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


class FileRefused(PortalError):
    """There is nothing to put into a file; the sentence says why."""


@dataclass(frozen=True, slots=True)
class InsightFile:
    """A file of analysts.

    Attributes:
        name: for the reader's disk; nothing of a person is in it.
        pieces: its content, piece by piece.
    """

    name: str
    pieces: Iterator[bytes]


def render_file(
    *,
    actor: Actor,
    path: str,
    query: Mapping[str, str],
    kind: FileKind,
    panel: str,
    address: str,
) -> InsightFile:
    """Return the figures of a screen as a file, and record that they were taken.

    Args:
        actor: needs ``insight:read``; one with an organisation takes its figures alone.
        path: the screen.
        query: the view, as it lies in the address of the screen.
        kind: CSV and Parquet have one table, XLSX has all of the screen.
        panel: key of the panel; empty: the first one with a table.
        address: the client's IP address.

    Raises:
        AccessDenied: no permission, no such screen or panel.
        FactsMissing: there are no facts yet.
        FileRefused: the view tells of too few accounts, or has no table.
        QueryRefused: the free query cannot be answered.
    """
    actor.demand(Permission.INSIGHT_READ)
    what = f"{kind} {panel}".strip()
    if path == links.FREE_QUERY:
        asked = free_query.read_query(query)
        page = free_query.take_page(actor=actor, asked=asked, address=address, what=what)
        book = _bind(page, _describe_query(asked, free_query.find_moment(actor=actor)), panel)
    else:
        if path not in screens.BUILDERS:
            raise AccessDenied
        found = screens.open_screen(actor=actor, path=path, query=query, address=address, what=what)
        book = _bind(found.page, _describe_view(found), panel)
    return InsightFile(f"{_name(path, panel)}.{kind}", _render(book, kind))


def _name(path: str, panel: str) -> str:
    return panel.replace(".", "-") or path or "overview"


def _bind(page: Page, facts: Sequence[tuple[str, str]], key: str) -> Book:
    """Put the tables of a page together: all of them, or that of one panel."""
    if page.refusal:
        raise FileRefused(page.refusal)
    if key and key not in {panel.key for panel in page.panels}:
        raise AccessDenied
    panels = [panel for panel in page.panels if panel.table and key in {"", panel.key}]
    sheets = [data.make_sheet(panel, panel.table) for panel in panels if panel.table]
    if not sheets:
        raise FileRefused("Здесь нет таблицы, которую можно выгрузить.")
    meanings = [meaning for panel in panels for meaning in _explain(panel)]
    return Book("Аналитика", tuple(facts), tuple(dict.fromkeys(meanings)), tuple(sheets))


def _explain(panel: Panel) -> list[tuple[str, str]]:
    told = panel.explanation
    words = f"{told.definition} Формула: {told.formula}. {told.moment}"
    return [(f"Как считается: {panel.question}", words)]


def _render(book: Book, kind: FileKind) -> Iterator[bytes]:
    first: Sheet = book.sheets[0]
    if kind is FileKind.XLSX:
        return xlsx_file.render_pieces(book)
    if kind is FileKind.CSV:
        return csv_file.render_pieces(first)
    return parquet_file.render_pieces(first)


def _describe_view(found: Insight) -> list[tuple[str, str]]:
    """Return the filters of a view in words, and as of when the data is."""
    view, place = found.view, found.view.place
    house = found.choices.houses.get(place.house, "") if place.house is not None else ""
    organization = "все"
    if place.organization is not None:
        organization = found.choices.organizations.get(place.organization, "одна")
    checked = "да, до копейки" if found.is_checked else "после последней сверки данные изменились"
    return [
        ("Месяцы", formats.format_months(view.since, view.until)),
        ("Сравнение", _COMPARED[view.compared]),
        ("Организация", organization),
        ("Улица", place.street or "все"),
        ("Дом", house or "все"),
        ("Группа услуг", view.group or "все"),
        ("Услуга", view.service or "все"),
        ("Способ оплаты", CHANNELS.get(view.channel, view.channel) if view.channel else "все"),
        *([("Долги на", formats.format_date(view.day))] if view.day else ()),
        *(("Примечание", remark) for remark in found.remarks),
        ("Данные на", formats.format_moment(found.moment)),
        ("Сходится с книгой", checked if found.check else "сверки ещё не было"),
    ]


def _describe_query(asked: free_query.Asked, moment: dt.datetime) -> list[tuple[str, str]]:
    return [
        ("Запрос", asked.statement),
        *((f"${name}", value) for name, value in asked.values.items()),
        ("Данные на", formats.format_moment(moment)),
    ]
