"""Meters and readings in Russian words."""

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


def format_name(card: MeterCard, dial: Dial | None = None) -> str:
    """Return a meter's name, with the zone if it has several: «ХВС № ХВ-100154, Т1»."""
    zone = f", Т{dial.zone}" if dial and len(card.dials) > 1 else ""
    return f"{card.service} № {card.serial}{zone}"


def format_value(number: Decimal | None, card: MeterCard) -> str:
    """Return a dial's value with the decimals that the meter has."""
    return formats.format_number(number, places=card.decimals)


def format_source(past: PastReading) -> str:
    """Return who took a reading."""
    return _SOURCES.get(past.source, past.source)


def format_state(past: PastReading) -> str:
    """Return a reading's state, and the reason if there is one."""
    word = _STATES.get(past.status, past.status)
    return f"{word}: {past.reason}" if past.reason else word
