"""Letters about changes of a profile, done or to be confirmed."""

import datetime as dt

from lib import clock, config, links
from lib.domain import formats
from lib.mail.letter import Letter, compose_letter

_NOT_YOU = (
    "Если это были не вы, восстановите доступ по ссылке «Забыли пароль?» на странице входа "
    "и сообщите в расчётный центр."
)
_UNEXPECTED = (
    "Если вы этого не делали, ничего не нажимайте: без вашего подтверждения e-mail не изменится."
)


def write_password_changed(*, name: str, changed_at: dt.datetime, address: str) -> Letter:
    """Write that the password is changed."""
    return compose_letter(
        subject="Пароль личного кабинета изменён",
        greeting=_greeting(name),
        paragraphs=(
            (
                f"{formats.format_moment(clock.local(changed_at))} пароль вашего личного кабинета "
                f"изменён{_from(address)}. На остальных устройствах кабинет попросит войти заново."
            ),
            _NOT_YOU,
        ),
    )


def write_to_old_email(*, name: str, email: str, token: str, address: str) -> Letter:
    """Ask the old address to confirm a change of the e-mail."""
    return compose_letter(
        subject="Подтвердите смену e-mail",
        greeting=_greeting(name),
        paragraphs=(
            f"В личном кабинете попросили{_from(address)} заменить этот e-mail на {email}.",
            "Смена произойдёт, когда её подтвердят с обоих адресов. Ссылка действует сутки.",
        ),
        button=("Подтвердить смену", _confirmation(token)),
        after=(
            (
                f"{_UNEXPECTED} Смените пароль в разделе «Мой профиль»: "
                "кто-то вошёл в кабинет под вашим именем."
            ),
        ),
    )


def write_to_new_email(*, name: str, username: str, token: str) -> Letter:
    """Ask the new address to confirm a change of the e-mail."""
    return compose_letter(
        subject="Подтвердите новый e-mail",
        greeting=_greeting(name),
        paragraphs=(
            f"Этот адрес указан как новый e-mail учётной записи {username} в личном кабинете.",
            "Смена произойдёт, когда её подтвердят с обоих адресов. Ссылка действует сутки.",
        ),
        button=("Это мой адрес", _confirmation(token)),
        after=("Если вы не пользуетесь личным кабинетом, просто удалите это письмо.",),
    )


def write_email_taken() -> Letter:
    """Write to the owner of an address that another login has tried to use it."""
    return compose_letter(
        subject="Ваш e-mail пытались указать в другой учётной записи",
        greeting="Здравствуйте!",
        paragraphs=(
            (
                "Этот адрес попросили указать как новый e-mail другой учётной записи кабинета. "
                "Он уже принадлежит вашей, поэтому ничего не изменилось."
            ),
            "Если это сделали вы сами, войдите под той учётной записью, где указан этот адрес.",
        ),
    )


def write_email_changed(*, name: str, email: str) -> Letter:
    """Write to both addresses that the e-mail is changed."""
    return compose_letter(
        subject="E-mail личного кабинета изменён",
        greeting=_greeting(name),
        paragraphs=(
            (
                f"Смена подтверждена с обоих адресов. Теперь письма приходят на {email}, "
                "и он же годится для входа."
            ),
            "Если вы этого не делали, позвоните в расчётный центр.",
        ),
    )


def write_login_deleted(*, name: str) -> Letter:
    """Write that the login is deleted, and which data stay."""
    return compose_letter(
        subject="Учётная запись личного кабинета удалена",
        greeting=_greeting(name),
        paragraphs=(
            (
                "Ваша учётная запись удалена: имя, e-mail, пароль, сеансы, согласия и подписки "
                "стёрты, лицевые счета отсоединены."
            ),
            (
                "Начисления, платежи и показания по лицевым счетам остались у расчётного центра: "
                "хранить их требует закон."
            ),
            "Если это сделали не вы, позвоните в расчётный центр.",
        ),
    )


def _greeting(name: str) -> str:
    return f"Здравствуйте, {name}!"


def _from(address: str) -> str:
    return f" с адреса {address}" if address else ""


def _confirmation(token: str) -> str:
    return config.get_settings().address + links.link_to_screen(links.EMAIL_CHANGE, token=token)
