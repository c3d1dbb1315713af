"""The statement: one set of figures as PDF, XLSX and CSV."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader

from lib.documents.statement import csv_file, pdf_file, xlsx_file
from lib.documents.statement.data import Statement
from lib.domain import formats, periods
from lib.domain.payments import movement
from lib.domain.payments.movement import GroupMovement, Movement
from lib.domain.payments.payment import Payment, Share
from tests.kit.workbook import Amount, sheets

D = Decimal
OCTOBER = dt.date(2014, 10, 1)
EVIL = '=HYPERLINK("http://evil.test")'
Read = Callable[[bytes], PdfReader]


def month(back: int, opening: str, charged: str, received: str | None) -> Movement:
    paid = D(received) if received else None
    return Movement(
        period=periods.add_months(OCTOBER, -back),
        opening=D(opening),
        charged=D(charged),
        coefficient=None,
        recalculated=D("-1.50") if back else None,
        privilege=None,
        penalty=D("0.07") if back else None,
        received=paid,
        closing=D(opening) + D(charged) - (D("1.43") if back else 0) - (paid or 0),
    )


def payment(day: int, amount: str, *shares: Share, **changes: object) -> Payment:
    result = Payment(
        paid_on=dt.date(2014, 9, day),
        month=dt.date(2014, 9, 1),
        amount=D(amount),
        channel="bank",
        source="Приложение банка",
        is_reversal=False,
        reverses=None,
        returned=None,
        shares=shares,
    )
    return replace(result, **changes)  # type: ignore[arg-type]


def statement(*, groups: tuple[GroupMovement, ...], payments: tuple[Payment, ...]) -> Statement:
    return Statement(
        account_number="0000012345",
        els=None,
        payer="Муравьев Сергей **** вич",
        address="Магнитогорск, ул. Гражданская, д. 1, кв. 154",
        organization="ОАО «Камал»",
        since=dt.date(2014, 9, 1),
        until=OCTOBER,
        groups=groups,
        payments=payments,
        debt=movement.calculate_debt(groups, period=OCTOBER),
        made_on=dt.date(2014, 11, 5),
    )


@pytest.fixture
def usual() -> Statement:
    water = GroupMovement(
        1, "Водоснабжение", (month(1, "93.39", "82.99", "145.75"), month(0, "29.20", "59.33", None))
    )
    heat = GroupMovement(2, "Теплоснабжение", (month(0, "-15205.32", "1103.77", "0.00"),))
    return statement(
        groups=(water, heat),
        payments=(
            payment(10, "145.75", Share("Водоснабжение", D("145.75")), returned=D("45.75")),
            payment(
                12,
                "-45.75",
                Share("Водоснабжение", D("-45.75")),
                is_reversal=True,
                reverses=dt.date(2014, 9, 10),
            ),
            payment(18, "20.00", Share("Теплоснабжение", D("15.00"))),
        ),
    )


# group, month, opening, charged, recalculated, penalty, received, closing
MOVEMENT = [
    ["Водоснабжение", "сентябрь 2014", "93,39", "82,99", "-1,50", "0,07", "145,75", "29,20"],
    ["Водоснабжение", "октябрь 2014", "29,20", "59,33", "", "", "", "88,53"],
    ["Водоснабжение", "Итого", "93,39", "142,32", "-1,50", "0,07", "145,75", "88,53"],
    ["Теплоснабжение", "октябрь 2014", "-15205,32", "1103,77", "", "", "0,00", "-14101,55"],
    ["Теплоснабжение", "Итого", "-15205,32", "1103,77", "", "", "0,00", "-14101,55"],
]
BANK = "банк · Приложение банка"
PAYMENTS = [
    [
        "10.09.2014", "сентябрь 2014", BANK, "отменён частично: 45,75", "145,75", "145,75", "", "",
    ],
    [
        "12.09.2014", "сентябрь 2014", BANK, "отмена платежа от 10.09.2014", "-45,75", "-45,75",
        "", "",
    ],
    ["18.09.2014", "сентябрь 2014", BANK, "", "20,00", "", "15,00", "5,00"],
    ["Итого", "", "", "", "120,00", "", "", ""],
]  # fmt: skip
HEADINGS = [
    "Группа услуг",
    "Месяц",
    "На начало",
    "Начислено",
    "Перерасчёт",
    "Пени",
    "Поступило",
    "На конец",
]


def test_the_csv_has_every_figure_with_a_comma(usual: Statement) -> None:
    content = csv_file.render(usual)

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert ["Лицевой счёт: 0000012345"] in rows
    assert ["К концу октября 2014 года: Долг: 88,53 ₽"] in rows
    at = rows.index(HEADINGS)
    assert rows[at - 2 : at] == [[], ["Движение финансов"]]
    assert rows[at + 1 : at + 6] == MOVEMENT
    assert rows[at + 6 : at + 8] == [[], ["Платежи"]]
    assert rows[at + 9 :] == PAYMENTS


def test_the_workbook_has_the_same_figures_as_numbers(usual: Statement) -> None:
    read = sheets(xlsx_file.render(usual))

    assert list(read) == ["Движение финансов", "Платежи", "Сведения"]
    assert read["Движение финансов"][0] == HEADINGS
    assert [_as_csv(row, 8) for row in read["Движение финансов"][1:]] == MOVEMENT
    assert [_as_csv(row, 8) for row in read["Платежи"][1:]] == PAYMENTS
    assert ["Лицевой счёт", "0000012345"] in read["Сведения"]


def _as_csv(row: list[str | Amount | None], width: int) -> list[str]:
    """Convert a row of the workbook to the texts of the CSV; only figures may be numbers."""
    return [_cell(cell) for cell in row] + [""] * (width - len(row))


def _cell(cell: str | Amount | None) -> str:
    if isinstance(cell, Amount):
        if cell.shown == "dd.mm.yyyy":
            return formats.format_date(dt.date(1899, 12, 30) + dt.timedelta(days=int(cell.value)))
        assert cell.shown == "#,##0.00"
        return f"{cell.value:.2f}".replace(".", ",")
    return cell or ""


def test_the_pdf_prints_the_same_rows(usual: Statement, read: Read) -> None:
    document = read(pdf_file.render(usual))

    [page] = document.pages
    lines = [_plain(line) for line in page.extract_text().splitlines()]
    for row in MOVEMENT:
        name = "Итого за период" if row[1] == "Итого" else row[1]
        printed = [formats.format_money(D(c.replace(",", "."))) if c else "–" for c in row[2:]]
        assert _plain(" ".join([name, *printed])) in lines
    text = _plain(page.extract_text())
    assert "Долг: 88,53 ₽" in text
    assert "Переплата: 14 101,55" in text
    assert "Водоснабжение 145,75 145,75" in text
    assert "отмена платежа от 10.09.2014" in text.replace("\n", " ")
    assert "не распределено 5,00" in text.replace("\n", " ")
    assert "Итого 120,00" in text
    assert "На начало + начислено + перерасчёт + пени − поступило = на конец" in text
    assert document.metadata is not None
    assert document.metadata.title == "Выписка за сентябрь – октябрь 2014"
    assert str(document.root_object["/Lang"]) == "ru-RU"


def _plain(text: str) -> str:
    return re.sub(r"[^\S\n]+", " ", text).strip()


def test_a_change_between_months_is_a_separate_row(usual: Statement, read: Read) -> None:
    jumped = replace(usual.groups[0].months[1], opening=D("30.20"), closing=D("89.53"))
    group = replace(usual.groups[0], months=(usual.groups[0].months[0], jumped))
    changed = replace(usual, groups=(group,))

    assert "Водоснабжение;Изменено между месяцами;1,00;;;;;\r\n" in csv_file.render(changed).decode(
        "utf-8-sig"
    )
    text = _plain(read(pdf_file.render(changed)).pages[0].extract_text())
    assert "Изменено между месяцами 1,00" in text.replace("\n", " ")


@pytest.mark.parametrize("evil", [EVIL, "+7", "-5+3", "@SUM(A1)", "\t=1", "<b>&"])
def test_no_text_of_billing_becomes_a_formula(usual: Statement, evil: str) -> None:
    spread = payment(18, "20.00", Share(evil, D("20.00")), source=evil)
    bad = replace(
        usual,
        payer=evil,
        address=evil,
        organization=evil,
        groups=(replace(usual.groups[0], name=evil),),
        payments=(spread,),
    )

    guarded = evil if evil == "<b>&" else f"'{evil}"
    read = sheets(xlsx_file.render(bad))  # raises at formulas
    assert read["Движение финансов"][1][0] == guarded
    assert read["Платежи"][0][5] == guarded
    assert ["Плательщик", guarded] in read["Сведения"]
    rows = csv.reader(io.StringIO(csv_file.render(bad).decode("utf-8-sig")), delimiter=";")
    words = [cell for row in rows for cell in row if not re.fullmatch(r"-?\d+,\d\d", cell)]
    assert not [cell for cell in words if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert pdf_file.render(bad).startswith(b"%PDF")


def test_three_years_break_between_rows_and_number_their_pages(read: Read) -> None:
    charged = {back: "6.43" if back else "5.00" for back in range(35, -1, -1)}
    long = tuple(month(back, "10.00", sum_, "5.00") for back, sum_ in charged.items())
    groups = tuple(GroupMovement(n, f"Группа {n}", long) for n in range(3))
    payments = tuple(
        payment(1 + n % 28, "30.00", *(Share(f"Группа {g}", D("10.00")) for g in range(3)))
        for n in range(40)
    )
    full = replace(statement(groups=groups, payments=payments), since=long[0].period)

    pages = [_plain(page.extract_text()) for page in read(pdf_file.render(full)).pages]

    assert 3 <= len(pages) <= 5
    for number, page in enumerate(pages, start=1):
        assert f"страница {number} из {len(pages)}" in page
        first = page.splitlines()[:8]
        assert any("Месяц На начало" in line or "Дата Учтён за" in line for line in first) or (
            number == 1
        )
    text = "\n".join(pages)
    assert text.count("Итого за период") == 3
    assert text.count("октябрь 2014 10,00 5,00 – – 5,00 10,00") == 3
    assert len(re.findall(r"^\d\d\.09\.2014 ", text, re.MULTILINE)) == 40
    for page in pages:  # a total is never separated from the row above it
        lines = page.splitlines()
        for at, line in enumerate(lines):
            if line.startswith("Итого за период"):
                assert lines[at - 1].startswith("октябрь 2014")


def test_an_empty_statement_says_so(read: Read) -> None:
    nothing = statement(groups=(), payments=())

    text = read(pdf_file.render(nothing)).pages[0].extract_text()
    assert "движения средств не было" in text
    assert "Платежей, учтённых в этих месяцах, нет" in text
    assert "Долга нет" in text
    assert len(sheets(xlsx_file.render(nothing))["Платежи"]) == 1
    assert csv_file.render(nothing).decode("utf-8-sig").endswith("Не распределено\r\n")


@pytest.mark.parametrize("render", [pdf_file.render, xlsx_file.render, csv_file.render])
def test_the_same_statement_is_the_same_bytes(
    usual: Statement, render: Callable[[Statement], bytes]
) -> None:
    assert render(usual) == render(usual)
