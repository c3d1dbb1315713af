"""The printed names of the receipt's sections."""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType


class Section(Enum):
    """Parts of the document, by name: editions of the form number them differently."""

    PAYER = auto()
    PAYMENT = auto()
    CHARGES = auto()
    REFERENCE = auto()
    RECALCULATIONS = auto()


SECTION_TITLES: Mapping[Section, str] = MappingProxyType(
    {
        Section.PAYER: "1. Сведения о плательщике и исполнителе услуг",
        Section.PAYMENT: "2. Информация для внесения платы",
        Section.CHARGES: "3. Расчёт размера платы",
        Section.REFERENCE: "4. Справочная информация",
        Section.RECALCULATIONS: "6. Перерасчёты",
    }
)
"""Printed headings after приказ Минстроя № 43/пр (DOMAIN §2.1); 5 is instalments."""
