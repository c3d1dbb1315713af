"""Meters and readings in words."""

from collections.abc import Mapping
from decimal import Decimal

from lib.domain import formats
from lib.services.meters.cards import Dial, MeterCard, PastReading

_SOURCES: Mapping[str, str] = {
    "portal": "личный кабинет",
    "resident": "житель",
    "phone": "по телефону",
    "inspector": "контролёр",
    "file": "файл организации",
    "remote": "дистанционно",
    "bank": "при оплате",
}
_STATES: Mapping[str, str] = {
    "accepted": "принято",
    "doubtful": "на проверке",
    "returned": "возвращено",
    "superseded": "исправлено жителем",
    "warning": "принято с замечанием",
}


def name(card: MeterCard, dial: Dial | None = None) -> str:
    """Name a meter, and its zone where it has several: «ХВС № ХВ-100154, Т1»."""
    zone = f", Т{dial.zone}" if dial and len(card.dials) > 1 else ""
    return f"{card.service} № {card.serial}{zone}"


def value(number: Decimal | None, card: MeterCard) -> str:
    """Write a dial with the places it has."""
    return formats.number(number, places=card.decimals)


def source(past: PastReading) -> str:
    """Say who took a reading."""
    return _SOURCES.get(past.source, past.source)


def state(past: PastReading) -> str:
    """Say what became of a reading, and why."""
    word = _STATES.get(past.status, past.status)
    return f"{word}: {past.reason}" if past.reason else word
