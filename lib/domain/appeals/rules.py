"""Appeals: their kinds, topics and statuses, and which status leads to which."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a thread is about."""

    APPEAL = "appeal"
    PAID_SERVICE = "paid_service"


class Status(StrEnum):
    """How far a thread has come."""

    NEW = "new"
    AGREED = "agreed"  # a paid request alone
    IN_PROGRESS = "in_progress"
    DEFERRED = "deferred"
    COMPLETED = "completed"
    CLOSED = "closed"
    DECLINED = "declined"


class Side(StrEnum):
    """Who speaks in a thread."""

    RESIDENT = "resident"
    STAFF = "staff"
    PORTAL = "portal"


class EntryKind(StrEnum):
    """What a line of a thread is."""

    MESSAGE = "message"
    ANSWER = "answer"
    QUESTION = "question"
    STATUS = "status"
    RATING = "rating"
    REDIRECT = "redirect"
    PRICE = "price"
    EXTENSION = "extension"


class Topic(StrEnum):
    """What a resident writes about, in the order of the form."""

    CHARGES = "charges"
    METERS = "meters"
    METER_CHECK = "meter_check"
    HOUSE_METER = "house_meter"
    QUALITY = "quality"
    MAINTENANCE = "maintenance"
    WORKS = "works"
    CLEANING = "cleaning"
    LIFT = "lift"
    WASTE = "waste"
    CERTIFICATES = "certificates"
    DISCLOSURE = "disclosure"
    PERSONAL_DATA = "personal_data"
    PORTAL = "portal"
    OTHER = "other"
    ACCIDENT = "accident"
    LIFT_STUCK = "lift_stuck"


# where waiting for an answer is dangerous: the dispatcher is called instead
EMERGENCY = frozenset({Topic.ACCIDENT, Topic.LIFT_STUCK})

TOPICS: Mapping[Topic, str] = {
    Topic.CHARGES: "Начисления и перерасчёт",
    Topic.METERS: "Счётчики и показания",
    Topic.METER_CHECK: "Проверка счётчика",
    Topic.HOUSE_METER: "Показания общедомового счётчика",
    Topic.QUALITY: "Качество услуги: температура, давление, отсутствие",
    Topic.MAINTENANCE: "Содержание и ремонт дома",
    Topic.WORKS: "Перечень, объёмы и качество работ",
    Topic.CLEANING: "Уборка",
    Topic.LIFT: "Лифт",
    Topic.WASTE: "Вывоз мусора (ТКО)",
    Topic.CERTIFICATES: "Справки и выписки",
    Topic.DISCLOSURE: "Сведения об организации и её работе",
    Topic.PERSONAL_DATA: "Персональные данные",
    Topic.PORTAL: "Работа личного кабинета",
    Topic.OTHER: "Другой вопрос",
    Topic.ACCIDENT: "Авария: течь, затопление, нет света, искрит проводка",
    Topic.LIFT_STUCK: "Человек застрял в лифте",
}
STATUSES: Mapping[Status, str] = {
    Status.NEW: "Новое",
    Status.AGREED: "Согласовано",
    Status.IN_PROGRESS: "В работе",
    Status.DEFERRED: "Ожидает ответа заявителя",
    Status.COMPLETED: "Дан ответ",
    Status.CLOSED: "Закрыто",
    Status.DECLINED: "Отклонено",
}
PAID_STATUSES: Mapping[Status, str] = {
    Status.NEW: "Новая",
    Status.AGREED: "Согласована",
    Status.COMPLETED: "Выполнена",
    Status.CLOSED: "Закрыта",
    Status.DECLINED: "Отклонена",
}
# what waits for somebody
OPEN = frozenset({Status.NEW, Status.AGREED, Status.IN_PROGRESS, Status.DEFERRED})

TRANSITIONS: Mapping[Kind, Mapping[Status, frozenset[Status]]] = {
    Kind.APPEAL: {
        Status.NEW: frozenset({Status.IN_PROGRESS, Status.DEFERRED, Status.DECLINED}),
        Status.IN_PROGRESS: frozenset(
            {Status.DEFERRED, Status.COMPLETED, Status.NEW, Status.DECLINED}
        ),
        Status.DEFERRED: frozenset({Status.NEW, Status.DECLINED}),
        Status.COMPLETED: frozenset({Status.NEW, Status.CLOSED}),
    },
    Kind.PAID_SERVICE: {
        Status.NEW: frozenset({Status.AGREED, Status.DECLINED}),
        Status.AGREED: frozenset({Status.COMPLETED, Status.DECLINED}),
        Status.COMPLETED: frozenset({Status.CLOSED}),
    },
}
# an organisation that refuses or waits says why
NEEDS_REASON = frozenset({Status.DECLINED, Status.DEFERRED})


_NAMES = {known.value: name for known, name in TOPICS.items()}


def can_move(kind: Kind, now: Status, to: Status) -> bool:
    """Tell whether a thread may go from one status to another."""
    return to in TRANSITIONS[kind].get(now, frozenset())


def topic(value: str) -> str:
    """Name a topic; what a paid request is for is its own name."""
    return _NAMES.get(value, value)


def status(kind: Kind, value: Status) -> str:
    """Name a status as it is called for that kind of thread."""
    return (
        PAID_STATUSES.get(value, STATUSES[value]) if kind is Kind.PAID_SERVICE else STATUSES[value]
    )
