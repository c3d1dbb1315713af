"""The tables of the facts: kinds of files, their columns and what the columns mean.

Money is Decimal(14, 2) in roubles, volumes are Decimal(15, 6) in the unit of the service. No column
holds a number of an account, a flat, a name, a contact, a login or a text that a person wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

MONEY, VOLUME, PRICE = pl.Decimal(14, 2), pl.Decimal(15, 6), pl.Decimal(14, 6)
KEY, NUMBER, DAY, WORD = pl.Int64(), pl.Int32(), pl.Date(), pl.String()
MOMENT, FLAG = pl.Datetime("us"), pl.Boolean()
ALL_MONTHS = "all"  # the month of a file that is not divided by month


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type and its meaning, in Russian."""

    type: pl.DataType
    meaning: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of files: one table of the facts.

    Attributes:
        name: of the table and of the folder.
        meaning: what a row is, in Russian.
        columns: by name, in order.
        is_monthly: each month has a file of its own.
    """

    name: str
    meaning: str
    columns: Mapping[str, Column]
    is_monthly: bool = True

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Return the types of the columns."""
        return {name: column.type for name, column in self.columns.items()}

    @property
    def order(self) -> list[str]:
        """Return the columns by which rows are sorted, so that the same rows are the same file."""
        first = [name for name in ("organization", "house") if name in self.columns]
        others = [name for name, kind in self.schema.items() if not kind.is_decimal()]
        return list(dict.fromkeys([*first, *others]))


def _where(period: str) -> dict[str, Column]:
    return {
        "period": Column(DAY, period),
        "organization": Column(NUMBER, "управляющая организация счёта"),
        "house": Column(NUMBER, "дом"),
    }


_ACCOUNT = Column(KEY, "ключ счёта: по нему нельзя узнать номер")
_GROUP = Column(NUMBER, "группа услуг")
_SERVICE = Column(NUMBER, "услуга; пусто: пени, которые биллинг ведёт отдельно от услуг")
_VOLUMES = {
    "volume_own": Column(VOLUME, "объём в квартире, в единицах услуги"),
    "volume_common": Column(VOLUME, "объём на общее имущество"),
}
_AMOUNTS = {
    "opening": Column(MONEY, "долг на начало месяца"),
    "accrued": Column(MONEY, "начислено по тарифу"),
    "recalculation": Column(MONEY, "перерасчёт"),
    "privilege": Column(MONEY, "льгота"),
    "coefficient": Column(MONEY, "доплата за повышающий коэффициент"),
    "penalty": Column(MONEY, "пени"),
    "paid": Column(MONEY, "оплачено, как учёл биллинг"),
    "total": Column(MONEY, "итого за месяц, без пеней"),
    "closing": Column(MONEY, "долг на конец месяца; меньше нуля: переплата"),
}
AMOUNTS = tuple(_AMOUNTS)

CHARGES = Kind(
    "charges",
    "строка счёта: услуга счёта за месяц",
    _where("месяц начисления")
    | {
        "account": _ACCOUNT,
        "service_group": _GROUP,
        "service": _SERVICE,
        "supplier": Column(NUMBER, "поставщик"),
        "method": Column(WORD, "чем определён объём: meter, norm, average, area, other"),
        "tariff": Column(PRICE, "тариф, рублей за единицу"),
    }
    | _VOLUMES
    | _AMOUNTS,
)
CHARGES_BY_HOUSE = Kind(
    "charges_by_house",
    "услуга дома за месяц",
    _where("месяц начисления")
    | {
        "service_group": _GROUP,
        "service": _SERVICE,
        "accounts": Column(NUMBER, "сколько счетов"),
        "metered": Column(NUMBER, "из них по счётчику"),
        "averaged": Column(NUMBER, "из них по среднему"),
        "by_norm": Column(NUMBER, "из них по нормативу"),
    }
    | _VOLUMES
    | _AMOUNTS,
)
_PAID = {
    "paid_on": Column(DAY, "день оплаты"),
    "counted_in": Column(DAY, "месяц, в котором платёж учёл биллинг; пусто: ещё не учёл"),
    "known_on": Column(DAY, "день, с которого платёж есть в книге"),
    "channel": Column(WORD, "способ: bank, cash, online, post, other"),
    "source": Column(WORD, "откуда платёж"),
    "origin": Column(WORD, "кто сообщил: billing, register, portal"),
}
PAYMENTS = Kind(
    "payments",
    "часть платежа: сколько в одну группу услуг",
    _where("месяц оплаты")
    | {
        "account": _ACCOUNT,
        "payment": Column(KEY, "ключ платежа"),
        "service_group": Column(NUMBER, "группа услуг; пусто: не распределён"),
    }
    | _PAID
    | {
        "amount": Column(MONEY, "сумма части; меньше нуля: возврат"),
        "is_first": Column(FLAG, "первая часть платежа: по ней считают платежи"),
        "is_reversal": Column(FLAG, "отмена платежа"),
    },
)
PAYMENTS_BY_HOUSE = Kind(
    "payments_by_house",
    "платежи дома за день: группа услуг и способ",
    _where("месяц оплаты")
    | {"service_group": PAYMENTS.columns["service_group"]}
    | _PAID
    | {
        "accounts": Column(NUMBER, "сколько счетов платили"),
        "payments": Column(NUMBER, "сколько платежей"),
        "amount": Column(MONEY, "сумма"),
        "reversed": Column(MONEY, "из неё отменено"),
    },
)
PAYERS_BY_HOUSE = Kind(
    "payers_by_house",
    "сколько счетов дома платили в месяце",
    _where("месяц оплаты")
    | {
        "service_group": Column(NUMBER, "группа услуг; пусто: все"),
        "channel": Column(WORD, "способ; пусто: все"),
        "accounts": Column(NUMBER, "сколько счетов платили"),
    },
)
BALANCES = Kind(
    "balances",
    "долг счёта по группе услуг на конец месяца, по месяцам начисления: старый гасится первым",
    _where("месяц, на конец которого долг")
    | {
        "account": _ACCOUNT,
        "service_group": _GROUP,
        "charged_in": Column(DAY, "месяц, за который долг; пусто: раньше или переплата"),
        "due_on": Column(DAY, "день, до которого надо было заплатить; пусто: переплата"),
        "amount": Column(MONEY, "долг; меньше нуля: переплата"),
    },
)
BALANCES_BY_HOUSE = Kind(
    "balances_by_house",
    "долг дома по группе услуг на конец месяца, по месяцам начисления",
    _where("месяц, на конец которого долг")
    | {
        "service_group": _GROUP,
        "charged_in": BALANCES.columns["charged_in"],
        "due_on": BALANCES.columns["due_on"],
        "accounts": Column(NUMBER, "сколько счетов"),
        "owed": Column(MONEY, "долг"),
        "overpaid": Column(MONEY, "переплата, меньше нуля"),
    },
)
ACCOUNT_MONTHS = Kind(
    "account_months",
    "счёт за месяц: начислено, оплачено, долг",
    _where("месяц")
    | {
        "account": _ACCOUNT,
        "charged": Column(MONEY, "итого за месяц с пенями"),
        "paid": Column(MONEY, "оплачено, как учёл биллинг"),
        "owed": Column(MONEY, "долг на конец месяца по группам услуг с долгом"),
        "overpaid": Column(MONEY, "переплата на конец месяца, меньше нуля"),
        "oldest_due_on": Column(DAY, "срок самого старого долга; пусто: долга нет"),
    },
)
HOUSE_MONTHS = Kind(
    "house_months",
    "дом за месяц: счета, жители, площадь",
    _where("месяц")
    | {
        "accounts": Column(NUMBER, "сколько счетов"),
        "residents": Column(NUMBER, "сколько жителей"),
        "area": Column(VOLUME, "площадь квартир, кв. м"),
        "charged": Column(MONEY, "итого за месяц с пенями"),
        "paid": Column(MONEY, "оплачено, как учёл биллинг"),
        "owed": Column(MONEY, "долг на конец месяца"),
        "overpaid": Column(MONEY, "переплата на конец месяца, меньше нуля"),
        "owing": Column(NUMBER, "сколько счетов с долгом"),
    },
)
READINGS = Kind(
    "readings",
    "показание счётчика, как его учёл биллинг",
    _where("месяц показания")
    | {
        "account": _ACCOUNT,
        "meter": Column(KEY, "ключ счётчика"),
        "service": _SERVICE,
        "zone": Column(NUMBER, "зона суток"),
        "taken_on": Column(DAY, "день показания"),
        "source": Column(WORD, "откуда показание"),
        "status": Column(WORD, "состояние"),
        "consumption": Column(VOLUME, "расход"),
    },
)
SUBMISSIONS = Kind(
    "submissions",
    "показание, переданное в кабинете",
    _where("месяц, за который передано")
    | {
        "account": _ACCOUNT,
        "meter": Column(KEY, "ключ счётчика"),
        "service": _SERVICE,
        "submitted_on": Column(DAY, "день передачи"),
        "status": Column(WORD, "accepted, doubtful, returned, superseded"),
        "used": Column(VOLUME, "расход"),
    },
)
HOUSE_VOLUMES = Kind(
    "house_volumes",
    "расход дома по услуге за месяц",
    _where("месяц")
    | {
        "service": _SERVICE,
        "metered": Column(VOLUME, "по счётчику дома"),
        "premises": Column(VOLUME, "в помещениях"),
        "common": Column(VOLUME, "на общее имущество"),
    },
)
APPEALS = Kind(
    "appeals",
    "обращение или заявка на платную услугу, без слов",
    _where("месяц отправки")
    | {
        "account": _ACCOUNT,
        "appeal": Column(KEY, "ключ обращения"),
        "kind": Column(WORD, "appeal или paid_service"),
        "topic": Column(WORD, "тема"),
        "status": Column(WORD, "состояние"),
        "sent_at": Column(MOMENT, "отправлено, время центра"),
        "due_on": Column(DAY, "срок ответа"),
        "answered_at": Column(MOMENT, "первый ответ"),
        "ended_at": Column(MOMENT, "закрыто или отклонено"),
        "reopened": Column(NUMBER, "сколько раз открыто снова"),
        "rating": Column(NUMBER, "оценка от 1 до 5"),
    },
)
ORGANIZATIONS = Kind(
    "organizations",
    "организация",
    {
        "organization": Column(NUMBER, "ключ"),
        "name": Column(WORD, "название"),
        "kind": Column(WORD, "вид"),
    },
    is_monthly=False,
)
HOUSES = Kind(
    "houses",
    "дом",
    {
        "organization": Column(NUMBER, "управляющая организация"),
        "house": Column(NUMBER, "ключ"),
        "city": Column(WORD, "город"),
        "street": Column(WORD, "улица"),
        "name": Column(WORD, "адрес"),
        "flats": Column(NUMBER, "сколько квартир"),
        "floors": Column(NUMBER, "сколько этажей"),
        "year_built": Column(NUMBER, "год постройки"),
        "total_area": Column(VOLUME, "площадь, кв. м"),
    },
    is_monthly=False,
)
GROUPS = Kind(
    "groups",
    "группа услуг",
    {
        "service_group": Column(NUMBER, "ключ"),
        "name": Column(WORD, "название"),
        "sort": Column(NUMBER, "порядок в счёте"),
        "purpose": Column(WORD, "housing, utilities, capital"),
    },
    is_monthly=False,
)
SERVICES = Kind(
    "services",
    "услуга",
    {
        "service": Column(NUMBER, "ключ"),
        "service_group": _GROUP,
        "name": Column(WORD, "название"),
        "unit": Column(WORD, "единица"),
        "basis": Column(WORD, "чем определяется объём"),
        "resource": Column(WORD, "ресурс счётчика; пусто: без счётчика"),
    },
    is_monthly=False,
)
CALENDAR = Kind(
    "calendar",
    "день",
    {
        "day": Column(DAY, "день"),
        "is_working": Column(FLAG, "рабочий"),
        "is_heating": Column(FLAG, "отопительный сезон: октябрь–апрель"),
    },
    is_monthly=False,
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            CHARGES,
            CHARGES_BY_HOUSE,
            PAYMENTS,
            PAYMENTS_BY_HOUSE,
            PAYERS_BY_HOUSE,
            BALANCES,
            BALANCES_BY_HOUSE,
            ACCOUNT_MONTHS,
            HOUSE_MONTHS,
            READINGS,
            SUBMISSIONS,
            HOUSE_VOLUMES,
            APPEALS,
            ORGANIZATIONS,
            HOUSES,
            GROUPS,
            SERVICES,
            CALENDAR,
        )
    }
)
