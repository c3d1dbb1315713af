"""The open tables of «Свободный запрос»: what any SQL may read, with the meaning of each column.

Every row stands for at least ten accounts, and rows of one table never overlap. So whatever is
added up, subtracted or joined, it is made of groups of ten accounts or more.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lib.facts import tables
from lib.facts.tables import DAY, FLAG, MONEY, NUMBER, VOLUME, WORD, Column, Kind

_MERGED = "пусто: несколько вместе, где мало счетов"
_ORGANIZATION = Column(NUMBER, f"управляющая организация; {_MERGED}")
_HOUSE = Column(NUMBER, f"дом; {_MERGED}")
_GROUP = Column(NUMBER, f"группа услуг; {_MERGED}")
_SERVICE = Column(NUMBER, f"услуга; 0: пени, которые ведутся отдельно; {_MERGED}")
_ACCOUNTS = Column(NUMBER, "сколько счетов; где строки сложены, не меньше этого числа")
_PAYERS = Column(NUMBER, "сколько счетов платили; где строки сложены, не меньше этого числа")
_HIDDEN = "пусто, если она у немногих счетов или выдала бы такую сумму другого дома"
_PART = "пусто, если их или остальных меньше десяти"


def _where(period: str) -> dict[str, Column]:
    return {
        "period": Column(DAY, f"{period}, первым числом"),
        "organization": _ORGANIZATION,
        "house": _HOUSE,
    }


MONTHS = Kind(
    "months",
    "дом за месяц: счета, жители, площадь, начислено, оплачено, долг",
    _where("месяц")
    | {
        "accounts": Column(NUMBER, "сколько счетов"),
        "residents": Column(NUMBER, "сколько жителей"),
        "area": Column(VOLUME, "площадь квартир, кв. м"),
        "charged": Column(MONEY, "итого за месяц с пенями"),
        "paid": Column(MONEY, "оплачено, как учёл биллинг"),
        "owed": Column(MONEY, f"сумма долга на конец месяца; {_HIDDEN}"),
        "overpaid": Column(MONEY, f"сумма переплат на конец месяца, меньше нуля; {_HIDDEN}"),
        "owing": Column(NUMBER, f"сколько счетов с долгом; {_PART}"),
    },
)
CHARGES = Kind(
    "charges",
    "услуга дома за месяц: сколько начислено и какой объём",
    _where("месяц начисления")
    | {
        "service_group": _GROUP,
        "service": _SERVICE,
        "accounts": _ACCOUNTS,
        "metered": Column(NUMBER, f"из них по счётчику; {_PART}"),
        "by_norm": Column(NUMBER, f"из них по нормативу; {_PART}"),
        "volume_own": Column(VOLUME, "объём в квартирах; пусто у сложенных строк"),
        "volume_common": Column(VOLUME, "объём на общее имущество; пусто у сложенных строк"),
        "charged": Column(MONEY, "начислено за месяц с пенями"),
        "paid": tables.CHARGES.columns["paid"],
    },
)
CHARGE_PARTS = Kind(
    "charge_parts",
    "перерасчёты, льготы, доплаты и пени дома за месяц; где их немного, места сложены",
    _where("месяц начисления")
    | {
        "part": Column(
            WORD,
            "recalculation: перерасчёт, privilege: льгота, coefficient: доплата за повышающий "
            "коэффициент, penalty: пени",
        ),
        "accounts": Column(NUMBER, "у скольких счетов, не меньше этого числа"),
        "amount": Column(MONEY, "сумма"),
    },
)
PAYMENTS = Kind(
    "payments",
    "платежи дома за месяц по группам услуг",
    _where("месяц оплаты")
    | {
        "service_group": Column(NUMBER, f"группа услуг; 0: не распределено; {_MERGED}"),
        "accounts": _PAYERS,
        "amount": Column(MONEY, "сумма; отмены вычтены"),
        "reversed": Column(MONEY, "из неё отменено, меньше нуля"),
    },
)
PAYMENTS_BY_DAY = Kind(
    "payments_by_day",
    "платежи организации за день по способам",
    {
        "period": Column(DAY, "месяц оплаты, первым числом"),
        "organization": _ORGANIZATION,
        "paid_on": Column(DAY, "день оплаты; пусто: дни месяца, когда платили мало счетов"),
        "channel": Column(WORD, f"способ: bank, cash, online, post, subsidy, other; {_MERGED}"),
        "accounts": _PAYERS,
        "amount": Column(MONEY, "сумма; отмены вычтены"),
    },
)
DEBTS = Kind(
    "debts",
    "долг дома на конец месяца по группам услуг и возрасту",
    _where("месяц, на конец которого долг")
    | {
        "service_group": _GROUP,
        "age": Column(
            WORD,
            "сколько дней просрочен, с теми же границами, что на экране «Долги» в конце этого "
            "месяца, например «0–30 дней», «больше года»; «срок не наступил»; «переплата»; "
            f"{_MERGED}",
        ),
        "accounts": _ACCOUNTS,
        "owed": Column(MONEY, f"сумма долга; {_HIDDEN}"),
        "overpaid": Column(MONEY, f"сумма переплат, меньше нуля; {_HIDDEN}"),
    },
)
CONSUMPTION = Kind(
    "consumption",
    "расход дома по услуге за месяц; домов и услуг, где мало счетов, нет",
    _where("месяц")
    | {
        "service": Column(NUMBER, "услуга"),
        "accounts": Column(NUMBER, "сколько счетов с этой услугой"),
        "metered": Column(VOLUME, "по счётчику дома"),
        "premises": Column(VOLUME, "в помещениях"),
        "common": Column(VOLUME, "на общее имущество"),
    },
)
APPEALS = Kind(
    "appeals",
    "обращения и заявки на платные услуги за месяц по темам",
    {
        "period": Column(DAY, "месяц отправки, первым числом"),
        "organization": _ORGANIZATION,
        "kind": Column(WORD, f"appeal: обращение, paid_service: заявка; {_MERGED}"),
        "topic": Column(WORD, f"тема; {_MERGED}"),
        "accounts": Column(NUMBER, "от скольких счетов"),
        "appeals": Column(NUMBER, "сколько обращений"),
        "answer_hours": Column(
            VOLUME, "часов до первого ответа в среднем; пусто, если ответов меньше десяти"
        ),
        "answered": Column(NUMBER, f"сколько с ответом; {_PART}"),
        "late": Column(NUMBER, f"сколько с ответом позже срока; {_PART}"),
        "reopened": Column(NUMBER, f"сколько открыто снова; {_PART}"),
        "rated": Column(NUMBER, f"сколько с оценкой; {_PART}"),
        "rating": Column(VOLUME, "средняя оценка; пусто, если оценок меньше десяти"),
    },
)
ORGANIZATIONS = Kind("organizations", "организация", tables.ORGANIZATIONS.columns, is_monthly=False)
HOUSES = Kind(
    "houses",
    "дом, о котором есть строки; домов, где мало счетов, нет",
    tables.HOUSES.columns,
    is_monthly=False,
)
GROUPS = Kind("groups", "группа услуг", tables.GROUPS.columns, is_monthly=False)
SERVICES = Kind("services", "услуга", tables.SERVICES.columns, is_monthly=False)
CALENDAR = Kind(
    "calendar",
    "каждый день лет, за которые есть данные",
    {
        "day": Column(DAY, "день"),
        "is_working": Column(FLAG, "рабочий, с переносами и праздниками"),
        "is_heating": Column(FLAG, "отопительный сезон: октябрь–апрель"),
    },
    is_monthly=False,
)

OPEN_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            MONTHS,
            CHARGES,
            CHARGE_PARTS,
            PAYMENTS,
            PAYMENTS_BY_DAY,
            DEBTS,
            CONSUMPTION,
            APPEALS,
            ORGANIZATIONS,
            HOUSES,
            GROUPS,
            SERVICES,
            CALENDAR,
        )
    }
)
