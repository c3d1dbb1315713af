"""The printed receipt: every figure, every code, every section."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp

from lib.documents.receipt.data import Receipt, ReceiptLine, ReceiptRecalculation, ReceiptTotals
from lib.documents.receipt.document import render

D = Decimal
Texts = Callable[[bytes], list[str]]
NBSP = "\N{NO-BREAK SPACE}"
ROWS = """
Водоотведение куб.м 20,95 1,0000 прибор 20,95 20,95 – 20,95 41,90
ХВС куб.м 24,52 1,0000 прибор 8,25 38,38 – 38,38 46,63
ИТОГО 29,20 59,33 – 59,33 88,53
Вывоз ТКО кв.м 1,03 – площадь −37,35 39,24 – 39,24 1,89
Лифт кв.м 3,98 – площадь −145,73 151,64 – 151,64 5,91
Обслуживание и ремонт электроплит кв.м 0,15 – площадь −10,89 5,72 – 5,72 −5,17
Содержание и ремонт кв.м 12,88 – площадь −470,78 494,54 – 494,54 23,76
Содержание и ремонт мусоропроводов кв.м 0,76 – площадь −55,14 28,96 – 28,96 −26,18
Электроэнергия (сутки) кВтч 2,35 – прибор 0,00 38,19 – 38,19 38,19
ИТОГО −719,89 758,29 – 758,29 38,40
ГВС куб.м 1_240,65 – иное −5_727,06 15,24 – 15,24 −5_711,82
Отопление ГКал 1_240,65 0,8774 иное −9_478,26 1_088,53 – 1_088,53 −8_389,73
ИТОГО −15_205,32 1_103,77 – 1_103,77 −14_101,55
"""


def _scanned(pdf: bytes, *, dpi: int = 200) -> set[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    pictures = [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]
    document.close()
    return {code.bytes for picture in pictures for code in zxingcpp.read_barcodes(picture)}


def _flat(text: str) -> str:
    return text.replace("\n", "").replace(" ", "")


def test_every_figure_of_the_golden_account_is_printed(golden: Receipt, texts: Texts) -> None:
    (text,) = texts(render(golden))
    lines = text.splitlines()
    for row in ROWS.strip().replace("_", NBSP).splitlines():
        assert row in lines


def test_balances_are_in_the_headings_of_their_groups(golden: Receipt, texts: Texts) -> None:
    (text,) = texts(render(golden))
    assert "Водоснабжение получатель: МП «Пример-Водоканал» Долг: 88,53" in text
    assert "Жилищные получатель: ОАО «Камал» Долг: 38,40" in text
    assert f"Пример-Теплофикация» Переплата: 14{NBSP}101,55" in text
    assert "не уменьшает долг по другим группам" in text


def test_shows_the_sum_due_and_its_date(golden: Receipt, texts: Texts) -> None:
    (text,) = texts(render(golden))
    assert "Платёжный документ (квитанция) за октябрь 2014 года № 2014-10-0000012345" in text
    assert f"К оплате 126,93{NBSP}₽" in text
    assert "оплатить до 10.11.2014" in text
    assert f"последняя оплата: 123,45{NBSP}₽, 18.09.2014" in text
    assert "аварийно-диспетчерская служба: +7 3519 00-00-05" in text


def test_meters_are_shown_and_asked_for(golden: Receipt, texts: Texts) -> None:
    (text,) = texts(render(golden))
    assert (
        f"Электроэнергия (сутки) ЭЛ-300154 площадка кВтч 4{NBSP}210,0 (24.09.2014)"
        f" 4{NBSP}226,2 (24.10.2014) 15.01.2024" in text
    )
    assert "ГВС ГВ-200154 санузел куб.м – 57,300 (24.10.2014) 01.03.2016" in text
    tear_off = text.split("линия отреза")[1]
    assert f"Лицевой счёт 0000012345 за октябрь 2014 года К оплате 126,93{NBSP}₽" in tear_off
    assert "ХВС ХВ-100154 куб.м 101,000 (24.10.2014)" in tear_off


def test_sections_come_in_reading_order(golden: Receipt, texts: Texts) -> None:
    (text,) = texts(render(golden))
    titles = (
        "Сведения о плательщике",
        "Информация для внесения платы",
        "Расчёт размера платы",
        "Справочная информация",
        "линия отреза",
    )
    places = [text.index(title) for title in titles]
    assert places == sorted(places)


def test_both_codes_scan_byte_for_byte_from_paper(golden: Receipt) -> None:
    payloads = {code.payload for code in golden.codes}
    assert _scanned(render(golden)) == payloads
    assert any(b"|Sum=8853|" in payload for payload in payloads)
    assert any(b"|Sum=3840|" in payload for payload in payloads)


@pytest.mark.parametrize("count", [1, 3, 4, 7])
def test_any_number_of_codes_scans(golden: Receipt, count: int) -> None:
    code = golden.codes[0]
    codes = tuple(
        replace(code, payload=code.payload + f"|Flat={n:0120}".encode()) for n in range(count)
    )
    assert _scanned(render(replace(golden, codes=codes))) == {code.payload for code in codes}


def test_without_codes_the_reason_is_given(golden: Receipt, texts: Texts) -> None:
    reason = "Для «Пример-Водоканал» код не напечатан: не указан БИК банка получателя."
    pdf = render(replace(golden, codes=(), code_refusals=(reason,)))
    assert _scanned(pdf) == set()
    assert _flat(reason) in _flat(texts(pdf)[0])


def test_a_paid_account_shows_no_debt(golden: Receipt, texts: Texts) -> None:
    (text,) = texts(render(replace(golden, debt=D(0), codes=())))
    assert f"Коплате0,00{NBSP}₽Долганет" in _flat(text)
    assert "оплатить до" not in text
    assert "не уменьшает долг" not in text


def test_unknown_values_are_a_dash_and_never_zero(golden: Receipt, texts: Texts) -> None:
    line = ReceiptLine(service="Домофон", unit="")
    group = replace(golden.groups[0], lines=(line,), totals=ReceiptTotals(), balance=D(0))
    receipt = replace(
        golden,
        groups=(group,),
        meters=(),
        number=None,
        due_on=None,
        payer=None,
        area=None,
        heated_area=None,
        registered=None,
        residents=None,
        ownership=None,
        last_payment_on=None,
    )
    (text,) = texts(render(receipt))
    assert "Домофон – – – – – – – –" in text
    assert "ИТОГО – – – – –" in text
    assert "0,00" not in text
    assert "Долга нет" in text
    for absent in ("№ 2014", "Плательщик", "Площадь", "Граждане", "Собственность", "оплатить до"):
        assert absent not in text
    assert "None" not in text


def test_columns_are_printed_only_with_data(golden: Receipt, texts: Texts) -> None:
    line = golden.groups[0].lines[0]
    group = replace(
        golden.groups[0],
        lines=(
            replace(
                line,
                volume_common=D("0.1234"),
                amount_ind=D("1.11"),
                amount_common=D("2.22"),
                coefficient=D("1.5"),
                coefficient_amount=D("3.33"),
                recalculation=D("-4.44"),
                privilege=D("5.55"),
                penalty=D("6.66"),
                paid=D("7.77"),
            ),
        ),
    )
    (plain,) = texts(render(golden))
    (full,) = texts(render(replace(golden, groups=(group,))))
    for title in ("Льготы", "Пени", "Повыш."):
        assert title in full
        assert title not in plain
    assert (
        "20,95 1,0000 0,1234 прибор 20,95 1,11 2,22 20,95 1,50 3,33 −4,44 5,55 20,95 6,66 7,77"
        in full
    )


def test_recalculations_are_explained(golden: Receipt, texts: Texts) -> None:
    first = ReceiptRecalculation("ХВС", "сентябрь 2014 года", "Показания приняты позже", D("-12.5"))
    other = ReceiptRecalculation("Отопление", None, "Показания общедомового прибора", D(1212))
    (text,) = texts(render(replace(golden, recalculations=(first, other))))
    assert "Перерасчёты" in text
    assert "ХВС сентябрь 2014 года Показания приняты позже −12,50" in text
    assert f"Отопление – Показания общедомового прибора 1{NBSP}212,00" in text


def test_sections_without_data_are_left_out(golden: Receipt, texts: Texts) -> None:
    (text,) = texts(render(replace(golden, groups=(), meters=())))
    for absent in ("Расчёт размера платы", "Справочная информация", "Перерасчёты", "Счётчик"):
        assert absent not in text


def test_notices_are_printed(golden: Receipt, texts: Texts) -> None:
    notice = "Показания принимаются с 20 по 25 число каждого месяца. " * 4
    (text,) = texts(render(replace(golden, notices=(notice.strip(),))))
    assert _flat(notice) in _flat(text)
