"""The price list of the demonstration's organisations: usual paid services."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """A line of the price list; a price of None is by agreement."""

    name: str
    unit: str
    price: Decimal | None
    description: str


PRICES = (
    Price(
        "Вызов электрика",
        "за час",
        Decimal("700.00"),
        "Розетки, выключатели, светильники. Материалы – отдельно.",
    ),
    Price(
        "Опломбировка счётчика воды",
        "за штуку",
        Decimal("650.00"),
        "Повторная, по желанию жителя. Первая после установки – бесплатно.",
    ),
    Price(
        "Прочистка засора в квартире",
        "за выезд",
        Decimal("950.00"),
        "До общего стояка. Стояк чистим бесплатно: напишите обращение.",
    ),
    Price("Сварочные работы", "за работу", None, "Цену назовёт мастер после осмотра."),
    Price(
        "Установка счётчика воды",
        "за штуку",
        Decimal("1800.00"),
        "С опломбировкой. Счётчик можно купить самому.",
    ),
)
