"""Columns that several tables of the facts have."""

from lib.facts.kinds import DAY, KEY, MONEY, NUMBER, VOLUME, WORD, Column


def where(period: str) -> dict[str, Column]:
    """Return the columns that say which month and where; ``period`` is the month's meaning."""
    return {
        "period": Column(DAY, period),
        "organization": Column(NUMBER, "управляющая организация счёта"),
        "house": Column(NUMBER, "дом"),
    }


ACCOUNT = Column(KEY, "ключ счёта: по нему нельзя узнать номер")
GROUP = Column(NUMBER, "группа услуг")
SERVICE = Column(NUMBER, "услуга; пусто: пени, которые биллинг ведёт отдельно от услуг")
VOLUMES = {
    "volume_own": Column(VOLUME, "объём в квартире, в единицах услуги"),
    "volume_common": Column(VOLUME, "объём на общее имущество"),
}
MONEY_COLUMNS = {
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
AMOUNTS = tuple(MONEY_COLUMNS)

PAID = {
    "paid_on": Column(DAY, "день оплаты"),
    "counted_in": Column(DAY, "месяц, в котором платёж учёл биллинг; пусто: ещё не учёл"),
    "known_on": Column(DAY, "день, с которого платёж есть в книге"),
    "channel": Column(WORD, "способ: bank, cash, online, post, other"),
    "source": Column(WORD, "откуда платёж"),
    "origin": Column(WORD, "кто сообщил: billing, register, portal"),
}
