"""Files of analysts: the same figures as on the screen, in three kinds of files."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from lib import links
from lib.access import AccessDenied, Actor
from lib.documents.insight import csv_file, data, parquet_file
from lib.domain.insight import figures
from lib.domain.insight.answers import Line, Panel, Table, Unit
from lib.facts.manifest import Manifest
from lib.services.insight import exports, screens
from lib.services.insight.collection.screen import COLLECTION
from lib.services.insight.exports import FileKind, FileRefused
from tests.kit.identity import fetch

KEY = "collection.places"


@pytest.fixture
def take(manifest: Manifest, analyst: Actor) -> Callable[..., bytes]:
    def render(
        kind: str = "csv", panel: str = KEY, path: str = links.COLLECTION, **query: str
    ) -> bytes:
        found = exports.render_file(
            actor=analyst,
            path=path,
            query=query,
            kind=FileKind(kind),
            panel=panel,
            address="10.0.0.1",
        )
        return b"".join(found.pieces)

    return render


@pytest.fixture
def shown(manifest: Manifest, analyst: Actor) -> Panel:
    """The same panel as it is drawn."""
    found = screens.open_screen(actor=analyst, path=links.COLLECTION, query={}, address="")
    return next(panel for panel in found.page.panels if panel.key == KEY)


class TestFigures:
    def test_csv_has_the_rows_of_the_screen(self, take: Callable[..., bytes], shown: Panel) -> None:
        table = shown.table
        assert table is not None
        rows = list(csv.reader(io.StringIO(take().decode("utf-8-sig")), delimiter=";"))
        assert rows[0][:3] == ["Организация", "Начислено, ₽", "Оплачено, ₽"]
        assert len(rows) == len(table.list_rows()) + 1
        for written, row in zip(rows[1:], table.list_rows(), strict=True):
            assert written[0].lstrip("'") == row[0]
            assert Decimal(written[1].replace(",", ".")) == row[1]

    def test_parquet_has_the_sums_of_the_screen(
        self, take: Callable[..., bytes], shown: Panel
    ) -> None:
        assert shown.table is not None
        frame = pl.read_parquet(io.BytesIO(take("parquet")))
        assert frame.schema["Начислено, ₽"] == pl.Decimal(38, 2)
        assert frame["Начислено, ₽"].to_list() == [row[1] for row in shown.table.list_rows()]
        lines = frame.filter(pl.col("вид строки") != data.TOTAL)
        assert shown.table.total is not None
        assert lines["Начислено, ₽"].sum() == shown.table.total.values[0]

    def test_xlsx_has_all_tables_and_what_they_mean(
        self, take: Callable[..., bytes], shown: Panel
    ) -> None:
        assert shown.table is not None
        content = take("xlsx", panel="", group="Жилищные")
        told = workbook_text(content)
        assert "О файле" in told
        assert "Жилищные" in told
        assert COLLECTION.formula in told
        assert "Данные на" in told
        assert shown.question[:20] in told

    def test_xlsx_has_the_remarks_of_the_screen(self, take: Callable[..., bytes]) -> None:
        remark = "Фильтр «Способ оплаты» на этом экране не действует"
        assert remark in workbook_text(take("xlsx", channel="bank"))
        assert remark not in workbook_text(take("xlsx"))

    def test_a_drill_down_is_in_the_file(self, take: Callable[..., bytes], shown: Panel) -> None:
        assert shown.table is not None
        view = shown.table.lines[0].leads
        assert view is not None
        organization = str(view.place.organization)
        assert take(organization=organization).decode("utf-8-sig").startswith("Улица;")


def workbook_text(content: bytes) -> str:
    """Return all words of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


class TestRefusals:
    def test_few_accounts_give_no_file(self, take: Callable[..., bytes]) -> None:
        with pytest.raises(FileRefused, match="меньше 10"):
            take(organization="999999")

    def test_another_screen_or_panel_is_not_found(self, take: Callable[..., bytes]) -> None:
        with pytest.raises(AccessDenied):
            take(path="people")
        with pytest.raises(AccessDenied):
            take(panel="collection.nothing")

    @pytest.mark.usefixtures("db", "manifest")
    def test_others_than_analysts_are_refused(self, signed_in: Callable[..., Actor]) -> None:
        for name in ("resident", "staff", "admin"):
            with pytest.raises(AccessDenied):
                exports.render_file(
                    actor=signed_in(name),
                    path=links.COLLECTION,
                    query={},
                    kind=FileKind.CSV,
                    panel="",
                    address="",
                )

    def test_an_analyst_of_one_organisation_takes_its_figures_alone(
        self, analyst: Actor, shown: Panel
    ) -> None:
        assert shown.table is not None
        lines = [line for line in shown.table.lines if line.leads]
        own, *others = lines
        assert own.leads is not None
        actor = replace(analyst, organization_id=own.leads.place.organization)
        found = exports.render_file(
            actor=actor, path=links.COLLECTION, query={}, kind=FileKind.XLSX, panel="", address=""
        )
        told = workbook_text(b"".join(found.pieces))
        assert not [line.name for line in others if line.name in told]

    def test_what_was_taken_is_in_the_log(self, take: Callable[..., bytes]) -> None:
        take("parquet", group="Жилищные")
        (event,) = fetch(
            "SELECT details FROM audit_event WHERE action = 'figures_taken' "
            "ORDER BY id DESC LIMIT 1"
        )
        assert event.details["what"] == f"parquet {KEY}"
        assert "Жилищные" in event.details["view"]


class TestSheet:
    def make(self, *names: str) -> data.Sheet:
        columns = (
            figures.value_column("Сумма", Unit.MONEY, 0),
            figures.share_column("Сумма", 0, 1),
            figures.value_column("Счетов", Unit.COUNT, 1),
        )
        lines = tuple(Line(name, (Decimal("1.10"), Decimal(3)), 12) for name in names)
        table = Table("Дом", columns, lines)
        return data.make_sheet(Panel("a.b", "Что?", "То.", COLLECTION, table=table), table)

    def test_words_never_become_a_formula(self) -> None:
        sheet = self.make("=1+1", "+7", "@x", "-2")
        told = b"".join(csv_file.render_pieces(sheet)).decode("utf-8-sig")
        names = [row[0] for row in csv.reader(io.StringIO(told), delimiter=";")][1:]
        assert names == ["'=1+1", "'+7", "'@x", "'-2"]

    def test_columns_of_one_name_are_told_apart(self) -> None:
        assert self.make("x").headings == ("Дом", "Сумма", "Сумма 2", "Счетов")

    def test_a_quotient_is_rounded_and_a_sum_is_not(self) -> None:
        assert self.make("x").rows == (("x", Decimal("1.10"), Decimal("0.366667"), 3),)

    def test_a_long_table_is_sent_in_pieces(self) -> None:
        sheet = self.make(*(f"дом {number}" for number in range(2_500)))
        pieces = list(csv_file.render_pieces(sheet))
        assert len(pieces) == 3
        assert b"".join(pieces).count(b"\r\n") == 2_501
        frame = pl.read_parquet(io.BytesIO(b"".join(parquet_file.render_pieces(sheet))))
        assert frame.height == 2_500
        assert frame["Сумма"].sum() == Decimal("2750.00")
