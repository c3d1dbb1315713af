"""Summaries by house, and the small tables of names."""

from lib.facts.kinds import DAY, FLAG, MONEY, NUMBER, VOLUME, WORD, Column, Kind
from lib.facts.line_tables import BALANCES, PAYMENTS
from lib.facts.shared_columns import GROUP, MONEY_COLUMNS, PAID, SERVICE, VOLUMES, where

CHARGES_BY_HOUSE = Kind(
    "charges_by_house",
    "услуга дома за месяц",
    where("месяц начисления")
    | {
        "service_group": GROUP,
        "service": SERVICE,
        "accounts": Column(NUMBER, "сколько счетов"),
        "metered": Column(NUMBER, "из них по счётчику"),
        "averaged": Column(NUMBER, "из них по среднему"),
        "by_norm": Column(NUMBER, "из них по нормативу"),
        "penalized": Column(
            NUMBER, "из них с пенями: начисленными или, если пени ведутся отдельно, оплаченными"
        ),
    }
    | VOLUMES
    | MONEY_COLUMNS,
)
PAYMENTS_BY_HOUSE = Kind(
    "payments_by_house",
    "платежи дома за день: группа услуг и способ",
    where("месяц оплаты")
    | {"service_group": PAYMENTS.columns["service_group"]}
    | PAID
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
    where("месяц оплаты")
    | {
        "service_group": Column(NUMBER, "группа услуг; пусто: все"),
        "channel": Column(WORD, "способ; пусто: все"),
        "accounts": Column(NUMBER, "сколько счетов платили"),
    },
)
BALANCES_BY_HOUSE = Kind(
    "balances_by_house",
    "долг дома по группе услуг на конец месяца, по месяцам начисления",
    where("месяц, на конец которого долг")
    | {
        "service_group": GROUP,
        "charged_in": BALANCES.columns["charged_in"],
        "due_on": BALANCES.columns["due_on"],
        "accounts": Column(NUMBER, "сколько счетов"),
        "owed": Column(MONEY, "долг"),
        "overpaid": Column(MONEY, "переплата, меньше нуля"),
    },
)
HOUSE_MONTHS = Kind(
    "house_months",
    "дом за месяц: счета, жители, площадь",
    where("месяц")
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
        "service_group": GROUP,
        "name": Column(WORD, "название"),
        "unit": Column(WORD, "единица"),
        "basis": Column(WORD, "чем определяется объём"),
        "resource": Column(WORD, "ресурс счётчика; пусто: без счётчика"),
    },
    is_monthly=False,
)
CALENDAR = Kind(
    "calendar",
    "день, который отличается от обычной недели: праздник или перенос",
    {
        "day": Column(DAY, "день"),
        "is_working": Column(FLAG, "рабочий"),
        "is_heating": Column(FLAG, "отопительный сезон: октябрь–апрель"),
    },
    is_monthly=False,
)
