"""How the receipt breaks over lines and pages, with any content."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import fontpkg_pt_sans
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from lib.documents.receipt.data import Receipt
from lib.documents.receipt.document import render

D = Decimal
Texts = Callable[[bytes], list[str]]
Build = Callable[[int], Receipt]
NBSP = "\N{NO-BREAK SPACE}"


def _flat(text: str) -> str:
    return text.replace("\n", "").replace(" ", "")


def test_up_to_24_lines_stay_on_one_page(with_lines: Build, texts: Texts) -> None:
    (text,) = texts(render(with_lines(24)))
    assert "страница" not in text
    assert text.count("Услуга 0") == 24


@pytest.mark.parametrize("count", [25, 37, 47, 48, 49, 50, 51, 52, 100, 200])
def test_more_lines_break_cleanly(with_lines: Build, texts: Texts, count: int) -> None:
    pages = texts(render(replace(with_lines(count), codes=())))
    all_text = "\n".join(pages)
    for number in range(1, count + 1):
        assert all_text.count(f"Услуга {number:03} ") == 1
    for number, page in enumerate(pages, start=1):
        rows = [line for line in page.splitlines() if line]
        if len(pages) > 1:
            assert f"страница {number} из {len(pages)}" in page
            assert "Лицевой счёт 0000012345 · октябрь 2014 года" in page
        if "Услуга " in page:
            assert "Ед. изм. Тариф Объём" in page
        body = [row for row in rows if not row.startswith("Лицевой счёт 0000012345 ·")]
        assert "получатель:" not in body[-1]
        _check_totals_follow_lines(body)


def _check_totals_follow_lines(rows: list[str]) -> None:
    for above, row in pairwise(rows):
        if row.startswith("ИТОГО"):
            assert above.startswith("Услуга ")


def test_a_group_continued_on_a_new_page_says_so(with_lines: Build, texts: Texts) -> None:
    pages = texts(render(replace(with_lines(200), codes=())))
    assert len(pages) > 2
    assert all("(продолжение)" in page for page in pages[1:3])


def test_many_meters_and_notices_continue_on_new_pages(golden: Receipt, texts: Texts) -> None:
    meters = tuple(replace(golden.meters[0], serial=f"СЧ-{n:03}") for n in range(60))
    all_text = "\n".join(texts(render(replace(golden, meters=meters, notices=("Внимание!",) * 90))))
    assert all_text.count("Внимание!") == 90
    for number in range(60):
        assert all_text.count(f"СЧ-{number:03} ") == 2


def test_long_names_wrap_and_nothing_is_cut(golden: Receipt, texts: Texts) -> None:
    spaced = "Содержание и текущий ремонт общего имущества в многоквартирном доме, включая лифты"
    solid = "Техническое_обслуживание_внутридомового_газового_оборудования_" * 3
    payer = "Константинопольский-Преображенский Александр-Вольдемар **** вич " * 3
    firm = "Муниципальное предприятие трест жилищно-коммунального обслуживания города " * 4
    group = golden.groups[0]
    lines = tuple(
        replace(line, service=name, unit="куб.м воды на человека")
        for line, name in zip(group.lines, (spaced, solid), strict=True)
    )
    receipt = replace(
        golden,
        payer=payer,
        executor=replace(golden.executor, name=firm.strip()),
        groups=(replace(group, name=spaced, recipient=firm.strip(), lines=lines),),
        codes=(replace(golden.codes[0], recipient=firm.strip()),),
    )
    pdf = render(receipt)
    printed = _flat("".join(texts(pdf)))
    for name in (payer, firm, spaced):
        assert _flat(name) in printed
    assert solid[:25] in printed
    assert _strays(pdf) == []


def _strays(pdf: bytes) -> list[str]:
    """Find text outside the printed area or over another text."""
    document = pypdfium2.PdfDocument(pdf)
    strays, boxes = [], []
    page = document[0]
    text = page.get_textpage()
    for number in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(number)
        if left < 27 or right > 568.5 or bottom < 24 or top > 815:
            strays.append(text.get_text_bounded(left, bottom, right, top))
        boxes.append((left, bottom, right, top))
    for n, (left, bottom, right, top) in enumerate(boxes):
        for other_left, other_bottom, other_right, other_top in boxes[n + 1 :]:
            across = min(right, other_right) - max(left, other_left)
            down = min(top, other_top) - max(bottom, other_bottom)
            if across > 1 and down > 3:
                strays.append(text.get_text_bounded(left, bottom, right, top))
    document.close()
    return strays


def test_nothing_of_the_golden_receipt_overlaps(golden: Receipt) -> None:
    assert _strays(render(golden)) == []


def test_huge_amounts_stay_in_their_columns(golden: Receipt, texts: Texts) -> None:
    group = golden.groups[0]
    huge = D("-12345678901.23")
    line = replace(group.lines[0], opening=huge, accrued=huge, total=huge, closing=huge, paid=huge)
    pdf = render(replace(golden, groups=(replace(group, lines=(line,)),), debt=-huge))
    assert f"−12{NBSP}345{NBSP}678{NBSP}901,23" in texts(pdf)[0]
    assert _strays(pdf) == []


def test_unusual_letters_are_printed(golden: Receipt, texts: Texts) -> None:
    name = "Ғабдулла Әхмәтҗан 😀 漢 кв\u202f5\tдом\u200d"
    group = golden.groups[0]
    line = replace(group.lines[0], service=name)
    pdf = render(replace(golden, payer=name, groups=(replace(group, name=name, lines=(line,)),)))
    (text,) = texts(pdf)
    assert text.count(f"Ғабдулла Әхмәтҗан ◊ ◊ кв{NBSP}5 дом") == 3


def test_every_letter_that_the_font_has_is_printed(golden: Receipt, texts: Texts) -> None:
    with TTFont(fontpkg_pt_sans.ROOT / "files/PT_Sans-Web-Regular.ttf") as font:
        letters = "".join(map(chr, font.getBestCmap()))
    letters = unicodedata.normalize("NFC", "".join(filter(str.isalpha, letters)))
    words = [letters[start : start + 20] for start in range(0, len(letters), 20)]
    printed = "".join(texts(render(replace(golden, notices=tuple(words)))))
    assert len(letters) > 400
    assert [word for word in words if word not in printed] == []


def test_decomposed_letters_are_composed(golden: Receipt, texts: Texts) -> None:
    (text,) = texts(render(replace(golden, payer="Зои\u0306кин Сергеи\u0306 😀")))
    assert "Зойкин Сергей ◊" in text
