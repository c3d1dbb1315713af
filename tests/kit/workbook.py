"""Read an XLSX workbook from its XML: stored values and their number formats."""

import io
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from xml.etree import ElementTree as ET

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MONEY = "#,##0.00"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a sheet and its number format."""

    value: Decimal
    shown: str


def sheets(content: bytes) -> dict[str, list[list[str | Amount | None]]]:
    """Return the rows of every sheet by name; fail at a formula."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = _parsed(archive, "xl/workbook.xml")
        names = [sheet.attrib["name"] for sheet in book.iter(f"{_MAIN}sheet")]
        texts = [
            "".join(part.text or "" for part in string.iter(f"{_MAIN}t"))
            for string in _parsed(archive, "xl/sharedStrings.xml").iter(f"{_MAIN}si")
        ]
        formats = _formats(_parsed(archive, "xl/styles.xml"))
        return {
            name: _rows(_parsed(archive, f"xl/worksheets/sheet{number}.xml"), texts, formats)
            for number, name in enumerate(names, start=1)
        }


def _parsed(archive: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(archive.read(name))  # noqa: S314 - our own file


def _formats(styles: ET.Element) -> list[str]:
    own_formats = {
        number_format.attrib["numFmtId"]: number_format.attrib["formatCode"]
        for number_format in styles.iter(f"{_MAIN}numFmt")
    }
    known = own_formats | {"4": _MONEY, "0": "General"}
    [cells] = styles.iter(f"{_MAIN}cellXfs")
    return [known[cell.attrib["numFmtId"]] for cell in cells]


def _rows(
    sheet: ET.Element, texts: list[str], formats: list[str]
) -> list[list[str | Amount | None]]:
    assert next(sheet.iter(f"{_MAIN}f"), None) is None, "a formula"
    rows = []
    for row in sheet.iter(f"{_MAIN}row"):
        cells: dict[str, str | Amount | None] = {}
        for cell in row:
            column = cell.attrib["r"].rstrip("0123456789")
            value = cell.findtext(f"{_MAIN}v")
            if value is None:
                continue
            if cell.attrib.get("t") == "s":
                cells[column] = texts[int(value)]
            else:
                cells[column] = Amount(Decimal(value), formats[int(cell.attrib.get("s", "0"))])
        last = max((ord(column) for column in cells), default=ord("A") - 1)
        rows.append([cells.get(chr(code)) for code in range(ord("A"), last + 1)])
    return rows
