"""The table of screens: each with its address, its script, and who may open it."""

from dataclasses import dataclass

from lib import links
from lib.access import Permission


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: its address, its script, and who may open it."""

    path: str
    script: str
    title: str
    icon: str
    permission: Permission


_PROFILE = Screen(
    links.PROFILE,
    "public/profile.py",
    "Мой профиль",
    ":material/person:",
    Permission.PROFILE_MANAGE,
)
# in the order of the guide's menu
RESIDENT = (
    Screen(links.HOME, "resident/home.py", "Главная", ":material/home:", Permission.ACCOUNTS_READ),
    Screen(
        links.CHARGES,
        "resident/charges.py",
        "Начисления",
        ":material/receipt_long:",
        Permission.CHARGES_READ,
    ),
    Screen(
        links.METERS,
        "resident/meters.py",
        "Показания счётчиков",
        ":material/speed:",
        Permission.READINGS_SUBMIT,
    ),
    Screen(
        links.PAYMENTS,
        "resident/payments.py",
        "Платежи",
        ":material/payments:",
        Permission.PAYMENTS_READ,
    ),
    Screen(
        links.ORGANIZATIONS,
        "resident/organizations.py",
        "Организации",
        ":material/domain:",
        Permission.ORGANIZATIONS_READ,
    ),
    Screen(
        links.APPEALS,
        "resident/appeals.py",
        "Обращения",
        ":material/forum:",
        Permission.APPEALS_WRITE,
    ),
    Screen(
        links.PAID_SERVICES,
        "resident/paid_services.py",
        "Заявки на платные услуги",
        ":material/handyman:",
        Permission.PAID_SERVICES_ORDER,
    ),
    Screen(
        links.NEWS,
        "resident/news.py",
        "Новости",
        ":material/campaign:",
        Permission.NEWS_READ,
    ),
    _PROFILE,
)
# of employees and administrators, by permission
STAFF = (
    Screen(
        links.SERVICE_DESK,
        "staff/service_desk.py",
        "Обращения",
        ":material/forum:",
        Permission.APPEALS_ANSWER,
    ),
    Screen(
        links.ACCOUNT_CARD,
        "staff/account_card.py",
        "Карточка лицевого счёта",
        ":material/badge:",
        Permission.ACCOUNTS_OPEN,
    ),
    Screen(
        links.ACCOUNT_REQUESTS,
        "staff/account_requests.py",
        "Заявки на лицевые счета",
        ":material/assignment_ind:",
        Permission.ACCOUNT_REQUESTS_DECIDE,
    ),
    Screen(
        links.READINGS_REVIEW,
        "staff/readings_review.py",
        "Показания на проверке",
        ":material/speed:",
        Permission.READINGS_REVIEW,
    ),
    Screen(
        links.NEWS_DESK,
        "staff/news_desk.py",
        "Новости организации",
        ":material/campaign:",
        Permission.NEWS_WRITE,
    ),
    Screen(
        links.PRICE_LIST,
        "staff/price_list.py",
        "Прейскурант",
        ":material/sell:",
        Permission.PAID_SERVICES_MANAGE,
    ),
    Screen(
        links.EXCHANGE,
        "staff/exchange.py",
        "Обмен с банками",
        ":material/account_balance:",
        Permission.EXCHANGE_MANAGE,
    ),
    Screen(
        links.MISTAKES_DESK,
        "staff/mistakes.py",
        "Ошибки в тексте",
        ":material/spellcheck:",
        Permission.MISTAKES_DECIDE,
    ),
    Screen(links.PEOPLE, "staff/people.py", "Люди", ":material/group:", Permission.PEOPLE_MANAGE),
    Screen(
        links.AUDIT,
        "staff/audit.py",
        "Журнал действий",
        ":material/history:",
        Permission.AUDIT_READ,
    ),
    Screen(
        links.INSIGHT_RULES,
        "staff/insight_rules.py",
        "Цели и сроки аналитики",
        ":material/target:",
        Permission.INSIGHT_MANAGE,
    ),
    _PROFILE,
)
# of analysts
ANALYST = (
    Screen(
        links.HOME,
        "analyst/overview.py",
        "Обзор",
        ":material/monitoring:",
        Permission.INSIGHT_READ,
    ),
    Screen(
        links.INSIGHT_PAYMENTS,
        "analyst/payments.py",
        "Платежи",
        ":material/payments:",
        Permission.INSIGHT_READ,
    ),
    Screen(
        links.COLLECTION,
        "analyst/collection.py",
        "Собираемость",
        ":material/percent:",
        Permission.INSIGHT_READ,
    ),
    Screen(
        links.DEBTS,
        "analyst/debts.py",
        "Долги",
        ":material/account_balance_wallet:",
        Permission.INSIGHT_READ,
    ),
    Screen(
        links.CONSUMPTION,
        "analyst/consumption.py",
        "Потребление",
        ":material/water_drop:",
        Permission.INSIGHT_READ,
    ),
    Screen(
        links.INSIGHT_APPEALS,
        "analyst/appeals.py",
        "Обращения",
        ":material/forum:",
        Permission.INSIGHT_READ,
    ),
    Screen(
        links.FREE_QUERY,
        "analyst/free_query.py",
        "Свободный запрос",
        ":material/terminal:",
        Permission.INSIGHT_READ,
    ),
    Screen(
        links.SAVED_VIEWS,
        "analyst/saved_views.py",
        "Мои виды",
        ":material/bookmarks:",
        Permission.INSIGHT_READ,
    ),
    _PROFILE,
)
PUBLIC = (
    (links.REGISTRATION, "public/registration.py", "Регистрация"),
    (links.ACTIVATION, "public/activation.py", "Подтверждение регистрации"),
    (links.RECOVERY, "public/recovery.py", "Восстановление доступа"),
    (links.NEW_PASSWORD, "public/new_password.py", "Новый пароль"),
    (links.EMAIL_CHANGE, "public/email_change.py", "Смена e-mail"),
    (links.INVITATION, "public/invitation.py", "Приглашение"),
    (links.GUIDE, "public/guide.py", "Руководство пользователя"),
    (links.PRIVACY, "public/privacy.py", "Политика обработки персональных данных"),
    (links.TERMS, "public/terms.py", "Пользовательское соглашение"),
)
