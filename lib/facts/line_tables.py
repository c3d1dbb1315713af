"""Tables of lines: of accounts, payments, readings and appeals."""

from lib.facts.kinds import DAY, FLAG, KEY, MOMENT, MONEY, NUMBER, PRICE, VOLUME, WORD, Column, Kind
from lib.facts.shared_columns import ACCOUNT, GROUP, MONEY_COLUMNS, PAID, SERVICE, VOLUMES, where

CHARGES = Kind(
    "charges",
    "строка счёта: услуга счёта за месяц",
    where("месяц начисления")
    | {
        "account": ACCOUNT,
        "service_group": GROUP,
        "service": SERVICE,
        "supplier": Column(NUMBER, "поставщик"),
        "method": Column(WORD, "чем определён объём: meter, norm, average, area, other"),
        "tariff": Column(PRICE, "тариф, рублей за единицу"),
    }
    | VOLUMES
    | MONEY_COLUMNS,
)
PAYMENTS = Kind(
    "payments",
    "часть платежа: сколько в одну группу услуг",
    where("месяц оплаты")
    | {
        "account": ACCOUNT,
        "payment": Column(KEY, "ключ платежа"),
        "service_group": Column(NUMBER, "группа услуг; пусто: не распределён"),
    }
    | PAID
    | {
        "amount": Column(MONEY, "сумма части; меньше нуля: возврат"),
        "is_first": Column(FLAG, "первая часть платежа: по ней считают платежи"),
        "is_reversal": Column(FLAG, "отмена платежа"),
    },
)
BALANCES = Kind(
    "balances",
    "долг счёта по группе услуг на конец месяца, по месяцам начисления: старый гасится первым",
    where("месяц, на конец которого долг")
    | {
        "account": ACCOUNT,
        "service_group": GROUP,
        "charged_in": Column(DAY, "месяц, за который долг; пусто: раньше или переплата"),
        "due_on": Column(DAY, "день, до которого надо было заплатить; пусто: переплата"),
        "amount": Column(MONEY, "долг; меньше нуля: переплата"),
    },
)
ACCOUNT_MONTHS = Kind(
    "account_months",
    "счёт за месяц: начислено, оплачено, долг",
    where("месяц")
    | {
        "account": ACCOUNT,
        "charged": Column(MONEY, "итого за месяц с пенями"),
        "paid": Column(MONEY, "оплачено, как учёл биллинг"),
        "owed": Column(MONEY, "долг на конец месяца по группам услуг с долгом"),
        "overpaid": Column(MONEY, "переплата на конец месяца, меньше нуля"),
        "oldest_due_on": Column(DAY, "срок самого старого долга; пусто: долга нет"),
    },
)
READINGS = Kind(
    "readings",
    "показание счётчика, как его учёл биллинг",
    where("месяц показания")
    | {
        "account": ACCOUNT,
        "meter": Column(KEY, "ключ счётчика"),
        "service": SERVICE,
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
    where("месяц, за который передано")
    | {
        "account": ACCOUNT,
        "meter": Column(KEY, "ключ счётчика"),
        "service": SERVICE,
        "submitted_on": Column(DAY, "день передачи"),
        "status": Column(WORD, "accepted, doubtful, returned, superseded"),
        "used": Column(VOLUME, "расход"),
    },
)
HOUSE_VOLUMES = Kind(
    "house_volumes",
    "расход дома по услуге за месяц",
    where("месяц")
    | {
        "service": SERVICE,
        "metered": Column(VOLUME, "по счётчику дома"),
        "premises": Column(VOLUME, "в помещениях"),
        "common": Column(VOLUME, "на общее имущество"),
    },
)
APPEALS = Kind(
    "appeals",
    "обращение или заявка на платную услугу, без слов",
    where("месяц отправки")
    | {
        "account": ACCOUNT,
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
