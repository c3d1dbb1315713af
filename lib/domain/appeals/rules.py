"""Appeals: kinds, topics, statuses and the transitions between statuses."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """The kind of a thread."""

    APPEAL = "appeal"
    PAID_SERVICE = "paid_service"


class Status(StrEnum):
    """The status of a thread."""

    NEW = "new"
    AGREED = "agreed"  # only of a paid request
    IN_PROGRESS = "in_progress"
    DEFERRED = "deferred"
    COMPLETED = "completed"
    CLOSED = "closed"
    DECLINED = "declined"


class Side(StrEnum):
    """The side that writes a line of a thread."""

    RESIDENT = "resident"
    STAFF = "staff"
    PORTAL = "portal"


class EntryKind(StrEnum):
    """The kind of a line of a thread."""

    MESSAGE = "message"
    ANSWER = "answer"
    QUESTION = "question"
    STATUS = "status"
    RATING = "rating"
    REDIRECT = "redirect"
    PRICE = "price"
    EXTENSION = "extension"


class Topic(StrEnum):
    """The topic of an appeal, in the order of the form."""

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


# emergencies: the resident must call the dispatcher and not wait for an answer
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
# statuses in which somebody still has to act
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
# statuses that need a reason from the organisation
NEEDS_REASON = frozenset({Status.DECLINED, Status.DEFERRED})


_NAMES = {known.value: name for known, name in TOPICS.items()}


def can_move(kind: Kind, now: Status, to: Status) -> bool:
    """Tell whether the status of a thread may change from one to another."""
    return to in TRANSITIONS[kind].get(now, frozenset())


def format_topic(value: str) -> str:
    """Return the Russian name of a topic; the topic of a paid request is a name already."""
    return _NAMES.get(value, value)


def format_status(kind: Kind, value: Status) -> str:
    """Return the Russian name of a status for a kind of thread."""
    return (
        PAID_STATUSES.get(value, STATUSES[value]) if kind is Kind.PAID_SERVICE else STATUSES[value]
    )
