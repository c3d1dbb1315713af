"""Appeals of the demonstration's residents: a dozen threads in all states."""

from dataclasses import dataclass

from lib.domain.appeals.rules import EntryKind, Side, Status, Topic


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a thread, some hours after the one before."""

    kind: EntryKind
    side: Side
    body: str
    status: Status | None = None
    hours: int = 3


@dataclass(frozen=True, slots=True)
class Thread:
    """An appeal.

    Attributes:
        sender: the sender whose account it is from: «kamal» or «uyut».
        topic: what it is about.
        days: how many days ago it was sent.
        text: its first message.
        status: its status now.
        is_taken: whether the demonstration's member of staff has taken it.
        lines: what came after the first message.
        rating: the resident's rating of the answer.
    """

    sender: str
    topic: Topic
    days: int
    text: str
    status: Status = Status.NEW
    is_taken: bool = False
    lines: tuple[Line, ...] = ()
    rating: int | None = None


def _answer(body: str) -> Line:
    return Line(EntryKind.ANSWER, Side.STAFF, body, hours=26)


def _status(to: Status, body: str = "", *, side: Side = Side.STAFF) -> Line:
    return Line(EntryKind.STATUS, side, body, to, hours=1)


_WORKING = _status(Status.IN_PROGRESS)
_DONE = _status(Status.COMPLETED)

THREADS = (
    Thread("kamal", Topic.QUALITY, 0, "С утра нет горячей воды, из крана идёт чуть тёплая."),
    Thread("kamal", Topic.QUALITY, 1, "Горячая вода пропала вечером. Когда её вернут?"),
    Thread(
        "kamal",
        Topic.CHARGES,
        2,
        "Почему за октябрь водоотведение больше, чем за сентябрь? Показания я передавал вовремя.",
    ),
    Thread(
        "kamal",
        Topic.LIFT,
        6,
        "Лифт во втором подъезде останавливается между третьим и четвёртым этажами.",
        Status.IN_PROGRESS,
        is_taken=True,
        lines=(_WORKING,),
    ),
    Thread(
        "kamal",
        Topic.CERTIFICATES,
        9,
        "Нужна справка об отсутствии задолженности для продажи квартиры.",
        Status.DEFERRED,
        is_taken=True,
        lines=(
            _WORKING,
            Line(EntryKind.QUESTION, Side.STAFF, "На какую дату нужна справка и сколько копий?"),
            _status(Status.DEFERRED, "Нужен ваш ответ на вопрос."),
        ),
    ),
    Thread(
        "kamal",
        Topic.MAINTENANCE,
        24,
        "В подъезде на первом этаже отвалилась плитка, об неё можно порезаться.",
    ),
    Thread(
        "kamal",
        Topic.METERS,
        12,
        "Заменил счётчик холодной воды 3 числа, акт у меня. Что сделать, чтобы его учли?",
        Status.COMPLETED,
        is_taken=True,
        lines=(
            _WORKING,
            _answer(
                "Здравствуйте! Приложите фотографию акта в ответ на это сообщение: мы внесём "
                "счётчик в течение трёх рабочих дней и пересчитаем месяц."
            ),
            _DONE,
        ),
    ),
    Thread(
        "kamal",
        Topic.CLEANING,
        40,
        "Неделю не мыли лестницу в первом подъезде.",
        Status.CLOSED,
        is_taken=True,
        lines=(
            _WORKING,
            _answer("Уборку провели сегодня, график повесили на первом этаже."),
            _DONE,
            Line(EntryKind.RATING, Side.RESIDENT, "Оценка 5 из 5: спасибо, чисто"),
            _status(Status.CLOSED, side=Side.PORTAL),
        ),
        rating=5,
    ),
    Thread(
        "kamal",
        Topic.WASTE,
        30,
        "Поставьте, пожалуйста, второй контейнер для стекла.",
        Status.DECLINED,
        is_taken=True,
        lines=(
            _status(
                Status.DECLINED,
                "Места под контейнеры определяет администрация города: мы передали ей просьбу.",
            ),
        ),
    ),
    Thread("uyut", Topic.CHARGES, 1, "В квитанции указана площадь 38,1 кв. м, а по документам 38."),
    Thread(
        "uyut",
        Topic.WORKS,
        4,
        "Пришлите перечень работ по содержанию дома за прошлый год.",
        Status.IN_PROGRESS,
        lines=(_WORKING,),
    ),
    Thread(
        "uyut",
        Topic.PERSONAL_DATA,
        15,
        "Какие мои личные данные вы храните и кому их передаёте?",
        Status.COMPLETED,
        lines=(
            _WORKING,
            _answer("Имя плательщика, адрес, номер счёта. Передаём только расчётному центру."),
            _DONE,
        ),
    ),
)
TEMPLATES = (
    (
        "Приняли в работу",
        "Здравствуйте, {имя}! Обращение № {номер} приняли в работу, ответим до {срок}.",
    ),
    (
        "Нужно фото",
        "Здравствуйте, {имя}! Пришлите, пожалуйста, фотографию: так мы быстрее разберёмся.",
    ),
    (
        "Заявка мастеру",
        "Здравствуйте, {имя}! По адресу {адрес} выезжает мастер, время согласует по телефону.",
    ),
)
