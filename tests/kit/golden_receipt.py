"""The golden account's receipt, built by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from lib.documents.receipt.data import (
    Receipt,
    ReceiptCode,
    ReceiptExecutor,
    ReceiptGroup,
    ReceiptLine,
    ReceiptMeter,
    ReceiptTotals,
)
from lib.domain.payment_code import writer

D = Decimal
BANK = "АО «БАНК ДЛЯ ПРИМЕРОВ»"
BIC = "047599999"
CORR = "30101810300000000999"


def _line(row: str) -> ReceiptLine:
    """Read a row of DOMAIN §7.6: service;unit;tariff;method;volume;opening;accrued;closing."""
    service, unit, tariff, method, volume, opening, accrued, closing = row.split(";")
    return ReceiptLine(
        service=service,
        unit=unit,
        method=method,
        tariff=D(tariff),
        volume_ind=D(volume) if volume else None,
        opening=D(opening),
        accrued=D(accrued),
        total=D(accrued),
        closing=D(closing),
    )


def _group(name: str, recipient: str, sums: str, *rows: str) -> ReceiptGroup:
    opening, accrued, closing = map(D, sums.split(";"))
    totals = ReceiptTotals(opening=opening, accrued=accrued, total=accrued, closing=closing)
    return ReceiptGroup(name, recipient, tuple(map(_line, rows)), totals, closing)


def _code(recipient: str, purpose: str, amount: str, inn: str, account: str) -> ReceiptCode:
    fields = {
        "Name": recipient,
        "PersonalAcc": account,
        "BankName": BANK,
        "BIC": BIC,
        "CorrespAcc": CORR,
        "Sum": amount.replace(".", "").lstrip("0"),
        "Purpose": f"ЖКУ за октябрь 2014: {purpose}",
        "PayeeINN": inn,
        "PersAcc": "0000012345",
        "PaymPeriod": "102014",
        "TechCode": "02",
    }
    payload = writer.encode(fields, encoding=writer.Encoding.UTF8)
    return ReceiptCode(
        recipient=recipient,
        purpose=purpose,
        amount=D(amount),
        inn=inn,
        bank_name=BANK,
        bic=BIC,
        account=account,
        corr_account=CORR,
        payload=payload,
    )


def golden_receipt() -> Receipt:
    """Build the demo resident's October 2014 (DOMAIN §7.6)."""
    water = _group(
        "Водоснабжение",
        "МП «Пример-Водоканал»",
        "29.20;59.33;88.53",
        "Водоотведение;куб.м;20.95;meter;1.0000;20.95;20.95;41.90",
        "ХВС;куб.м;24.52;meter;1.0000;8.25;38.38;46.63",
    )
    housing = _group(
        "Жилищные",
        "ОАО «Камал»",
        "-719.89;758.29;38.40",
        "Вывоз ТКО;кв.м;1.03;area;;-37.35;39.24;1.89",
        "Лифт;кв.м;3.98;area;;-145.73;151.64;5.91",
        "Обслуживание и ремонт электроплит;кв.м;0.15;area;;-10.89;5.72;-5.17",
        "Содержание и ремонт;кв.м;12.88;area;;-470.78;494.54;23.76",
        "Содержание и ремонт мусоропроводов;кв.м;0.76;area;;-55.14;28.96;-26.18",
        "Электроэнергия (сутки);кВтч;2.35;meter;;0.00;38.19;38.19",
    )
    heating = _group(
        "Теплоснабжение",
        "МП «Пример-Теплофикация»",
        "-15205.32;1103.77;-14101.55",
        "ГВС;куб.м;1240.65;other;;-5727.06;15.24;-5711.82",
        "Отопление;ГКал;1240.65;other;0.8774;-9478.26;1088.53;-8389.73",
    )
    return Receipt(
        number="2014-10-0000012345",
        period=date(2014, 10, 1),
        due_on=date(2014, 11, 10),
        account_number="0000012345",
        els=None,
        payer="Муравьев Сергей **** вич",
        address="г. Магнитогорск, ул. Гражданская, д. 1, кв. 154",
        area=D("38.1"),
        heated_area=D("38.1"),
        registered=1,
        residents=1,
        ownership="муниципальная",
        executor=ReceiptExecutor(
            name="ОАО «Камал»",
            address="г. Магнитогорск, ул. Примерная, 1",
            phone="+7 3519 00-00-01",
            ads_phone="+7 3519 00-00-05",
            email="uk@example.org",
            work_hours="пн–пт 8:00–17:00",
        ),
        groups=(water, housing, heating),
        debt=D("126.93"),
        made_on=date(2014, 11, 1),
        codes=(
            _code(
                "МП «Пример-Водоканал»",
                "Водоснабжение",
                "88.53",
                "7400000015",
                "40702810600000000043",
            ),
            _code("ОАО «Камал»", "Жилищные", "38.40", "7400000008", "40702810300000000042"),
        ),
        meters=_meters(),
        last_payment_on=date(2014, 9, 18),
        last_payment_amount=D("123.45"),
    )


def _meters() -> tuple[ReceiptMeter, ...]:
    september, october = date(2014, 9, 24), date(2014, 10, 24)
    cold = ReceiptMeter(
        service="ХВС",
        serial="ХВ-100154",
        place="санузел",
        unit="куб.м",
        previous=D("100.000"),
        previous_on=september,
        current=D("101.000"),
        current_on=october,
        next_verification_on=date(2018, 3, 1),
        decimals=3,
    )
    hot = replace(
        cold,
        service="ГВС",
        serial="ГВ-200154",
        previous=None,
        previous_on=None,
        current=D("57.300"),
        next_verification_on=date(2016, 3, 1),
    )
    power = replace(
        cold,
        service="Электроэнергия (сутки)",
        serial="ЭЛ-300154",
        place="площадка",
        unit="кВтч",
        previous=D("4210.0"),
        current=D("4226.2"),
        next_verification_on=date(2024, 1, 15),
        decimals=1,
    )
    return (cold, hot, power)
