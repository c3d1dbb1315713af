"""The receipts that all renderers draw: the golden one with varied payers and figures."""

import base64
import io
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PIL import Image

from lib.documents.payment_code.symbol import Symbol, make_symbol
from lib.documents.receipt.data import Receipt, ReceiptCode, ReceiptGroup, ReceiptMeter
from lib.documents.receipt.reference import format_reading
from lib.documents.receipt.table import charge_table
from lib.domain import formats
from tests.kit.golden_receipt import golden_receipt

_METER_HEADS = ("Счётчик", "Заводской номер", "Место", "Ед. изм.")
_READING_HEADS = ("Предыдущее показание", "Текущее показание", "Поверка до")
_STUB_HEADS = ("Счётчик", "Заводской номер", "Ед. изм.", "Последнее показание", "Новое показание")


def receipts(count: int, *, seed: int) -> list[Receipt]:
    """Make receipts with different payers, addresses, sums and codes."""
    chance = random.Random(seed)  # noqa: S311 - figures, not keys
    return [_varied(golden_receipt(), chance) for _ in range(count)]


def _varied(receipt: Receipt, chance: random.Random) -> Receipt:
    number = f"{chance.randrange(10**10):010}"
    groups = tuple(_with_figures(group, chance) for group in receipt.groups)
    codes = tuple(
        replace(code, payload=code.payload.replace(b"0000012345", number.encode()))
        for code in receipt.codes
    )
    return replace(
        receipt,
        number=f"2014-10-{number}",
        account_number=number,
        payer=f"Плательщик{chance.randrange(10**5)} Сергей **** вич",
        address=f"г. Магнитогорск, ул. Гражданская, д. {chance.randrange(1, 200)}, "
        f"кв. {chance.randrange(1, 400)}",
        groups=groups,
        codes=codes,
        meters=tuple(_with_reading(meter, chance) for meter in receipt.meters),
    )


def _with_figures(group: ReceiptGroup, chance: random.Random) -> ReceiptGroup:
    def kopecks() -> Decimal:
        return Decimal(chance.randrange(-500_000, 500_000)) / 100

    def line_figures() -> dict[str, Any]:
        charged = abs(kopecks())
        return {"opening": kopecks(), "accrued": charged, "total": charged, "closing": kopecks()}

    lines = tuple(replace(line, **line_figures()) for line in group.lines)
    return replace(group, lines=lines, totals=replace(group.totals, **line_figures()))


def _with_reading(meter: ReceiptMeter, chance: random.Random) -> ReceiptMeter:
    return replace(meter, current=Decimal(chance.randrange(10**6)) / 10**meter.decimals)


def plain(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as formatted texts and encoded codes, ready for a rival to draw."""
    table, executor = charge_table(receipt), receipt.executor
    month = formats.format_period(receipt.period)
    return {
        "title": f"Платёжный документ (квитанция) за {month}",
        "number": f"№ {receipt.number}",
        "issuer": executor.name,
        "contacts": f"телефон: {executor.phone} · "
        f"аварийно-диспетчерская служба: {executor.ads_phone}",
        "payer": _payer(receipt),
        "sum": f"{formats.format_money(receipt.debt)} ₽",
        "due": f"оплатить до {formats.format_date(receipt.due_on)}",
        "paid": f"последняя оплата: {formats.format_money(receipt.last_payment_amount)} ₽, "
        f"{formats.format_date(receipt.last_payment_on)}",
        "codes": [_code(code) for code in receipt.codes],
        "heads": list(table.titles),
        "groups": [
            {
                "name": group.name,
                "recipient": f"получатель: {group.recipient}",
                "balance": formats.format_balance(group.balance),
                "is_debt": group.balance > 0,
                "rows": [[cell.text for cell in row] for row in table.lines[number]],
                "total": [cell.text for cell in table.totals[number]],
            }
            for number, group in enumerate(receipt.groups)
        ],
        "note": "Переплата по одной группе услуг не уменьшает долг по другим группам.",
        "meter_heads": [*_METER_HEADS, *_READING_HEADS],
        "meters": [_meter(meter) for meter in receipt.meters],
        "made": f"Документ сформирован {formats.format_date(receipt.made_on)}.",
        "account": f"Лицевой счёт {receipt.account_number}",
        "month": f"за {month}",
        "stub_heads": list(_STUB_HEADS),
        "stub": [_stub(meter) for meter in receipt.meters],
    }


def _payer(receipt: Receipt) -> list[tuple[str, str]]:
    executor = receipt.executor
    area = formats.format_area(receipt.area)
    people = f"зарегистрировано {receipt.registered}, проживает {receipt.residents}"
    return [
        ("Лицевой счёт", receipt.account_number),
        ("Плательщик", receipt.payer or ""),
        ("Адрес", receipt.address),
        ("Площадь", f"общая {area} кв. м, отапливаемая {area} кв. м"),
        ("Граждане", people),
        ("Собственность", receipt.ownership or ""),
        ("Исполнитель", executor.name),
        ("Адрес исполнителя", executor.address or ""),
        ("Эл. почта", executor.email or ""),
        ("Часы приёма", executor.work_hours or ""),
    ]


def _code(code: ReceiptCode) -> dict[str, Any]:
    return {
        "png": base64.b64encode(_png(make_symbol(code.payload))).decode(),
        "bold": [f"{formats.format_money(code.amount)} ₽", code.recipient],
        "lines": [
            code.purpose,
            f"ИНН {code.inn}, р/с {code.account}",
            code.bank_name,
            f"БИК {code.bic}, к/с {code.corr_account}",
        ],
    }


def _meter(meter: ReceiptMeter) -> list[str]:
    return [
        meter.service,
        meter.serial,
        meter.place or "",
        meter.unit,
        format_reading(meter.previous, meter.previous_on, meter.decimals),
        format_reading(meter.current, meter.current_on, meter.decimals),
        formats.format_date(meter.next_verification_on),
    ]


def _stub(meter: ReceiptMeter) -> list[str]:
    latest = format_reading(meter.current, meter.current_on, meter.decimals)
    return [meter.service, meter.serial, meter.unit, latest]


def _png(symbol: Symbol) -> bytes:
    """Return the smallest PNG: one bit for each module."""
    written = io.BytesIO()
    size = (symbol.side, symbol.side)
    Image.frombytes("1", size, symbol.rows).save(written, "PNG", optimize=True)
    return written.getvalue()
