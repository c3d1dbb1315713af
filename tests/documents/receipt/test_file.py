"""The receipt's file: fonts, description, size, reproducible bytes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from pypdf import PdfReader

from lib.documents.receipt.data import Receipt
from lib.documents.receipt.document import render

Read = Callable[[bytes], PdfReader]
Build = Callable[[int], Receipt]


def test_fonts_are_embedded_subsets(golden: Receipt, read: Read) -> None:
    reader = read(render(replace(golden, payer="Ғабдулла")))
    page: Any = reader.pages[0]
    fonts = page["/Resources"]["/Font"]
    names = {font.get_object()["/BaseFont"] for font in fonts.values()}
    assert {name[8:] for name in names} == {"PTSans-Regular", "PTSans-Bold"}
    assert len(names) == 3  # the common letters, and the rare one in a subset with another tag
    for font in fonts.values():
        assert "/FontFile2" in font.get_object()["/FontDescriptor"]
        assert "/ToUnicode" in font.get_object()


def test_the_file_describes_itself_without_personal_data(golden: Receipt, read: Read) -> None:
    pdf = render(golden)
    reader = read(pdf)
    assert reader.metadata is not None
    assert reader.metadata.title == "Квитанция за октябрь 2014 года"
    assert reader.metadata.author == "ОАО «Камал»"
    assert reader.metadata.creator == "ОАО «Камал»"
    root: Any = reader.root_object
    assert root["/Lang"] == "ru-RU"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    described = str(reader.metadata)
    assert "Date" not in described
    assert "12345" not in described
    assert "Муравьев" not in described


def test_the_same_receipt_gives_the_same_bytes(golden: Receipt) -> None:
    rare = replace(golden, payer="Ғабдулла")
    assert render(golden) == render(golden)
    assert render(rare) == render(rare)
    assert render(golden) != render(replace(golden, made_on=date(2014, 11, 2)))


def test_every_file_has_an_identifier_of_its_own(golden: Receipt, read: Read) -> None:
    other = replace(golden, made_on=date(2014, 11, 2))
    assert identifier(read(render(golden))) == identifier(read(render(golden)))
    assert identifier(read(render(golden))) != identifier(read(render(other)))


def identifier(reader: PdfReader) -> Any:
    return reader.trailer["/ID"]


def test_files_are_small(golden: Receipt, with_lines: Build) -> None:
    assert len(render(golden)) <= 36 * 1024
    assert len(render(with_lines(24))) <= 36 * 1024
