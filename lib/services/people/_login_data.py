"""The archive of everything that the portal keeps about a login."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from db import session as database
from db.queries.billing import account_cards
from db.queries.people import login_data as queries
from db.session import DatabaseRole, Viewer
from lib import clock, config
from lib.documents.data_archive import DataArchive
from lib.domain import formats, masking
from lib.services.audit.trail import Action

_ABOUT = """Копия ваших данных из личного кабинета
{centre}
Сделана {moment}

csv/   таблицы для Excel и других табличных программ
json/  то же самое для программ; суммы записаны точно

{tables}

Начисления показаны за закрытые месяцы. Отчество плательщика скрыто, как и в кабинете.
Пароль в кабинете не хранится: есть только его отпечаток, из которого пароль не узнать.
"""
_EXPORTED_ACTIONS = (
    Action.REGISTERED,
    Action.ACTIVATED,
    Action.SIGNED_IN,
    Action.SIGN_IN_FAILED,
    Action.SIGNED_OUT,
    Action.PASSWORD_CHANGED,
    Action.EMAIL_CHANGED,
    Action.SESSIONS_ENDED,
    Action.ACCOUNT_ATTACHED,
    Action.ACCOUNT_REMOVED,
    Action.EXPORTED,
)
_TITLES: Mapping[str, str] = {
    "login": "учётная запись",
    "sessions": "сеансы",
    "consents": "согласия",
    "subscriptions": "подписки на письма",
    "news_read": "прочитанные новости",
    "accesses": "какие лицевые счета присоединены",
    "requests": "заявки на присоединение счетов",
    "accounts": "лицевые счета",
    "charges": "начисления",
    "recalculations": "перерасчёты",
    "payments": "платежи",
    "online_payments": "онлайн-платежи, начатые в кабинете",
    "readings": "показания счётчиков",
    "submitted_readings": "показания, переданные в кабинете",
    "appeals": "обращения и заявки на услуги",
    "paid_requests": "что заказано в заявках на услуги",
    "appeal_lines": "переписка по ним",
    "appeal_files": "файлы в переписке",
    "events": "входы и изменения в профиле",
    "mistakes": "ошибки в тексте, о которых сообщено",
    "saved_views": "сохранённые виды аналитики",
    "view_subscriptions": "подписки на эти виды",
    "view_letters": "что отправлено по этим подпискам и почему нет",
}
_HEADINGS: Mapping[str, str] = {
    "username": "Имя пользователя",
    "role": "Роль",
    "last_name": "Фамилия",
    "first_name": "Имя",
    "middle_name": "Отчество",
    "email": "E-mail",
    "created_at": "Создана",
    "activated_at": "Подтверждена",
    "opened_at": "Начат",
    "expires_at": "Действует до",
    "ended_at": "Завершён",
    "address": "Адрес в сети",
    "browser": "Браузер",
    "purpose": "Назначение",
    "text_version": "Версия текста",
    "given_at": "Дано",
    "withdrawn_at": "Отозвано",
    "since": "Начиная с",
    "account": "Лицевой счёт",
    "account_number": "Лицевой счёт",
    "level": "Доступ",
    "valid_to": "До",
    "organization": "Организация",
    "comment": "Комментарий",
    "status": "Состояние",
    "submitted_at": "Передано",
    "reason": "Причина",
    "requested_at": "Подана",
    "decided_at": "Решена",
    "els": "ЕЛС",
    "city": "Город",
    "street": "Улица",
    "house": "Дом",
    "building": "Корпус",
    "premise": "Помещение",
    "area": "Площадь",
    "ownership": "Собственность",
    "registered": "Зарегистрировано",
    "residents": "Проживает",
    "period": "Месяц",
    "service_group": "Группа",
    "service": "Услуга",
    "unit": "Единица",
    "supplier": "Поставщик",
    "tariff": "Тариф",
    "volume_ind": "Объём",
    "volume_common": "Объём на общее имущество",
    "opening": "На начало",
    "accrued": "Начислено",
    "coefficient_amount": "Повышающий коэффициент",
    "recalculation": "Перерасчёт",
    "privilege": "Льгота",
    "penalty": "Пени",
    "paid": "Оплачено",
    "total": "Итого начислено",
    "closing": "На конец",
    "for_period_from": "За период с",
    "for_period_to": "По",
    "amount": "Сумма",
    "paid_on": "Оплачен",
    "paid_at": "Оплачен",
    "news_id": "Новость №",
    "read_at": "Прочитано",
    "fee": "Комиссия",
    "refunded": "Возвращено",
    "method": "Чем платили",
    "posted_on": "Учтён",
    "channel": "Способ",
    "is_reversal": "Возврат",
    "serial": "Номер счётчика",
    "place": "Место",
    "zone": "Зона",
    "taken_on": "Снято",
    "value": "Показание",
    "source": "Источник",
    "happened_at": "Когда",
    "number": "Номер",
    "topic": "Тема",
    "contact": "Куда ответить",
    "about": "О чём",
    "sent_at": "Отправлено",
    "due_on": "Срок ответа",
    "rating": "Оценка",
    "rating_comment": "Комментарий к оценке",
    "side": "Сторона",
    "author": "Кто",
    "kind": "Вид",
    "body": "Текст",
    "name": "Файл",
    "size": "Байт",
    "action": "Что",
    "wanted_on": "Желаемый день",
    "list_price": "Цена прейскуранта",
    "offered": "Предложенная цена",
    "price": "Согласованная цена",
    "reported_at": "Сообщено",
    "screen": "Экран",
    "selected": "Выделенные слова",
    "query": "Фильтры",
    "is_shared": "Для коллег",
    "view": "Вид",
    "occasion": "Когда",
    "figure": "Показатель",
    "is_above": "Выше порога",
    "bound": "Порог",
    "paused_at": "Приостановлена",
    "outcome": "Итог",
}


def build_archive(*, login_id: int) -> bytes:
    """Return the archive of a login's data; each part is read in the narrowest role that may."""
    result = DataArchive(about=_about())
    viewer = Viewer(DatabaseRole.APP, login=login_id)
    with database.transaction(database.GATE) as session:
        _add(result, session, queries.IDENTITY, viewer)
    with database.transaction(viewer) as session:
        accounts = account_cards.list_accessible_ids(session, login=login_id, now=clock.now())
    viewer = Viewer(DatabaseRole.APP, login=login_id, accounts=accounts)
    with database.transaction(viewer) as session:
        _add(result, session, queries.OWN, viewer)
    with database.transaction(database.OPERATOR) as session:
        actions = [action.value for action in _EXPORTED_ACTIONS]
        _add(result, session, queries.LOGGED, viewer, actions=actions)
    return result.finished()


def _about() -> str:
    return _ABOUT.format(
        centre=config.get_settings().kabinet_centre_name,
        moment=formats.format_moment(clock.local(clock.now())),
        tables="\n".join(f"{name:<20}{title}" for name, title in _TITLES.items()),
    )


def _add(
    result: DataArchive,
    session: Session,
    tables: Mapping[str, queries.Table],
    viewer: Viewer,
    *,
    actions: Sequence[str] = (),
) -> None:
    for name, statement in tables.items():
        headings = {key: _HEADINGS[key] for key in statement.selected_columns.keys()}  # noqa: SIM118 - no mapping
        rows = queries.read_rows(session, statement, viewer=viewer, actions=actions)
        result.add(name, headings, map(_format, rows))


def _format(row: dict[str, object]) -> dict[str, object]:
    """Convert moments to the centre's time zone; mask a payer's patronymic as screens do."""
    formatted = {
        key: clock.local(value) if isinstance(value, dt.datetime) else value
        for key, value in row.items()
    }
    if "els" in row:  # an account: its holder and its payer may be different people
        patronymic = row["middle_name"]
        formatted["middle_name"] = masking.mask_patronymic(str(patronymic) if patronymic else None)
    return formatted
