"""Russian words for the actions and details of the audit log."""

from collections.abc import Mapping

from lib.access import Role
from lib.services.audit.trail import Action

ACTIONS: Mapping[Action, str] = {
    Action.SIGNED_IN: "Вход",
    Action.SIGN_IN_FAILED: "Неудачный вход",
    Action.SIGNED_OUT: "Выход",
    Action.REGISTERED: "Регистрация",
    Action.ACTIVATED: "Учётная запись подтверждена",
    Action.PASSWORD_CHANGED: "Пароль изменён",
    Action.EMAIL_CHANGED: "E-mail изменён",
    Action.ACCOUNT_ATTACHED: "Лицевой счёт добавлен",
    Action.ATTACH_FAILED: "Лицевой счёт не добавлен",
    Action.ACCOUNT_REMOVED: "Лицевой счёт убран",
    Action.ACCOUNT_REQUESTED: "Заявка на лицевой счёт",
    Action.ACCOUNT_REQUEST_DECIDED: "Решение по заявке",
    Action.ACCOUNT_VIEWED: "Просмотр лицевого счёта",
    Action.EXPORTED: "Выгрузка данных",
    Action.REGISTER_IMPORTED: "Реестр банка загружен",
    Action.REGISTER_ROW_MATCHED: "Платёж из реестра проведён",
    Action.REGISTER_ROW_DISMISSED: "Платёж из реестра не проведён",
    Action.READING_SUBMITTED: "Показание передано",
    Action.READING_CORRECTED: "Показание исправлено",
    Action.READING_REVIEWED: "Показание проверено",
    Action.LOGIN_DELETED: "Учётная запись удалена",
    Action.INVITED: "Приглашение",
    Action.ROLE_CHANGED: "Роль изменена",
    Action.LOGIN_BLOCKED: "Учётная запись заблокирована",
    Action.LOGIN_UNBLOCKED: "Учётная запись разблокирована",
    Action.SESSIONS_ENDED: "Сеансы завершены",
    Action.PAID: "Оплачено онлайн",
    Action.PAYMENT_CANCELLED: "Онлайн-платёж отменён",
    Action.PAYMENT_DISPUTED: "Онлайн-платёж расходится с банком",
    Action.PAYMENT_REFUNDED: "Онлайн-платёж возвращён",
    Action.NEWS_PUBLISHED: "Новость опубликована",
    Action.NEWS_CHANGED: "Новость изменена",
    Action.NEWS_WITHDRAWN: "Новость снята",
    Action.MISTAKE_DECIDED: "Сообщение об ошибке рассмотрено",
    Action.APPEAL_SENT: "Обращение отправлено",
    Action.APPEAL_FILE_VIEWED: "Просмотр вложения",
    Action.PRICE_LIST_CHANGED: "Прейскурант изменён",
    Action.FIGURES_VIEWED: "Просмотр аналитики",
    Action.FIGURES_TAKEN: "Выгрузка аналитики",
    Action.INSIGHT_RULES_CHANGED: "Цели и сроки аналитики изменены",
    Action.VIEW_SAVED: "Вид аналитики сохранён",
    Action.VIEW_CHANGED: "Вид аналитики изменён",
    Action.VIEW_DELETED: "Вид аналитики удалён",
    Action.VIEW_SUBSCRIBED: "Подписка на вид аналитики",
    Action.VIEW_UNSUBSCRIBED: "Подписка на вид прекращена",
    Action.VIEW_MAILED: "Письмо с цифрами вида отправлено",
}
_NAMES = {action.value: words for action, words in ACTIONS.items()}
_DETAILS: Mapping[str, str] = {
    "amount": "сумма",
    "appeal": "обращение",
    "before": "прежняя роль",
    "browser": "браузер",
    "by": "как",
    "days": "дни",
    "decision": "решение",
    "email": "e-mail",
    "file": "файл",
    "line": "строка",
    "ended": "сеансов",
    "invited_by": "пригласил №",
    "login": "учётная запись",
    "meter": "счётчик",
    "mistake": "сообщение №",
    "name": "название",
    "new": "новый e-mail",
    "news": "новость",
    "old": "прежний e-mail",
    "organization": "организация",
    "part": "часть",
    "query": "запрос",
    "payment": "платёж №",
    "reason": "причина",
    "recipient": "получатель",
    "register": "реестр №",
    "request": "заявка №",
    "role": "роль",
    "rows": "строк",
    "run": "выгрузка №",
    "screen": "экран",
    "shared": "для коллег",
    "service": "услуга",
    "since": "с",
    "target": "план",
    "until": "по",
    "value": "показание",
    "view": "вид",
    "way": "способ",
    "view_id": "вид №",
    "was": "было",
    "what": "что",
    "withdrawn": "отозвано",
    "when": "когда",
    "zone": "зона",
} | {
    f"{name}_{number:02}": f"{words}, часть {number}"
    for name, words in (("query", "запрос"), ("view", "вид"))
    for number in range(2, 51)
}
_ROLES: Mapping[str, str] = {
    Role.RESIDENT: "житель",
    Role.STAFF: "сотрудник организации",
    Role.ANALYST: "аналитик",
    Role.ADMIN: "администратор",
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "role": _ROLES,
    "before": _ROLES,
    "what": {
        "audit": "журнал действий",
        "readings": "показания",
        "payments": "платежи",
        "target": "план собираемости",
        "target_deleted": "план собираемости удалён",
        "ages": "сроки долга",
        "ages_deleted": "сроки долга удалены",
    },
    "by": {"command": "команда на сервере", "recovery": "по ссылке из письма"},
    "decision": {
        "approved": "одобрена",
        "declined": "отклонена",
        "accepted": "принято",
        "returned": "возвращено",
        "added": "добавлено",
        "changed": "изменено",
        "offered": "предлагается снова",
        "withdrawn": "снято",
        "fixed": "исправлено",
    },
    "part": {
        "charges": "начисления",
        "payments": "платежи",
        "meters": "счётчики",
        "appeals": "обращения",
        "logins": "кабинеты",
    },
    "screen": {
        "": "обзор",
        "insight_payments": "платежи",
        "collection": "собираемость",
        "debts": "долги",
        "consumption": "потребление",
        "insight_appeals": "обращения",
        "free_query": "свободный запрос",
    },
    "way": {"payment": "последний платёж", "code": "код с квитанции"},
}


def format_action(value: str) -> str:
    """Return the Russian name of an action; an unknown action is returned as it is."""
    return _NAMES.get(value, value)


def format_details(values: Mapping[str, object]) -> str:
    """Format an event's details on one line, sorted by name."""
    return "; ".join(
        f"{_DETAILS.get(name, name)}: {_value(name, value)}"
        for name, value in sorted(values.items())
        if value is not None
    )


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    return _VALUES.get(name, {}).get(str(value), str(value))
