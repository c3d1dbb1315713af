"""Explanations: what is wrong with a cell, in Russian, for the operator."""

import re

from lib.exchange.column import Column, Kind

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_EXPONENT = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]+")
_SPACED = re.compile(r"[-0-9.,\s]+")
_PLAIN = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")

# most digits before and after the decimal point, and an example
_DECIMALS = {
    Kind.MONEY: (11, 2, "1234.56"),
    Kind.TARIFF: (8, 6, "1240.65"),
    Kind.VOLUME: (9, 6, "12.3456"),
}


def explain_cell(value: str, column: Column) -> str:
    """Return what is wrong with a cell and what is expected."""
    if column.values:
        return f"ожидается одно из: {', '.join(column.values)}"
    if column.kind in _DECIMALS:
        return _explain_decimal(value, column.kind)
    if column.kind is Kind.TEXT:
        return _explain_text(value, column)
    return {
        Kind.INT: "ожидается целое число, не больше 9 цифр",
        Kind.BOOL: "ожидается 1 (да) или 0 (нет)",
        Kind.DATE: "ожидается существующая дата вида ГГГГ-ММ-ДД, например 2014-10-25",
        Kind.PERIOD: "ожидается месяц вида ГГГГ-ММ, например 2014-10",
    }[column.kind]


def _explain_decimal(value: str, kind: Kind) -> str:
    before, after, example = _DECIMALS[kind]
    if _COMMA.fullmatch(value):
        return f"запятая вместо точки: пишите {value[:40].replace(',', '.')}"
    if _EXPONENT.fullmatch(value):
        return f"запись с показателем степени не принимается: пишите число полностью, {example}"
    if plain := _PLAIN.fullmatch(value):
        if len(plain[2] or "") > after:
            return f"после точки не больше {after} знаков: округляет отправитель, не портал"
        return f"число слишком большое: до точки не больше {before} цифр"
    if _SPACED.fullmatch(value):
        return f"пробелы и лишние знаки в числе не допускаются: пишите {example}"
    return f"ожидается число с точкой, например {example}"


def _explain_text(value: str, column: Column) -> str:
    if len(value) > column.limit:
        return f"текст длиннее {column.limit} знаков"
    if "\x00" in value:
        return "нулевой байт в тексте: файл повреждён или не текстовый"
    if _CONTROL.search(value):
        return "управляющие знаки или перевод строки в тексте не допускаются"
    return "текст не принимается"
