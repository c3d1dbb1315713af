"""A doubtful reading as staff see it."""

from collections.abc import Mapping

from markupsafe import Markup

from lib.domain import formats
from lib.domain.meters.checks import Check
from lib.services.meters.doubtful import DoubtfulReading
from lib.ui import markup

_DOUBTS: Mapping[str, str] = {
    Check.ROLLOVER: "счётчик начал с нуля",
    Check.ABOVE_SOFT: "очень большой расход за месяц",
    Check.NOTHING_USED: "расхода нет, хотя раньше был",
    Check.FAR_ABOVE: "расход больше обычного в пять и более раз",
    Check.SWAPPED: "похоже, перепутаны холодная и горячая вода",
    Check.SLIPPED: "похоже, сбились цифры",
}


def build_facts(reading: DoubtfulReading) -> Markup:
    """Return the reading with its meter, its use and the doubts about it."""
    facts = [
        ("Лицевой счёт", f"{reading.number}, {reading.address}"),
        ("Счётчик", reading.meter),
        ("Показание", f"{format_value(reading)} за {formats.format_month(reading.period)}"),
        ("Прошлое", formats.format_number(reading.previous, places=0)),
        ("Расход", f"{formats.format_number(reading.used, places=0)} {reading.unit}"),
        ("Что смущает", ", ".join(_DOUBTS.get(doubt, doubt) for doubt in reading.doubts)),
        ("Передано", formats.format_moment(reading.submitted_at)),
    ]
    if reading.comment:
        facts.append(("Комментарий", reading.comment))
    return markup.build_facts(facts)


def format_value(reading: DoubtfulReading) -> str:
    """Return the value as typed, without trailing zeros."""
    return formats.format_number(reading.value, places=0)
