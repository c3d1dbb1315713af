"""Letters about a lost password."""

import datetime as dt

from lib import clock, config, links
from lib.domain import formats
from lib.mail.letter import Letter, compose_letter


def write_recovery(*, name: str, username: str, token: str) -> Letter:
    """Write a letter with a link for a new password."""
    return compose_letter(
        subject="Восстановление доступа к личному кабинету",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"Вы попросили восстановить доступ. Имя пользователя — {username}.",
            "Задайте новый пароль по ссылке. Она действует 30 минут и работает один раз.",
        ),
        button=("Задать новый пароль", _address(links.NEW_PASSWORD, token=token)),
        after=(
            (
                "Если вы этого не просили, ничего не делайте: пароль останется прежним. "
                "Никому не пересылайте это письмо."
            ),
        ),
    )


def write_password_set(*, name: str, changed_at: dt.datetime) -> Letter:
    """Write that the password is changed by the link of a letter."""
    return compose_letter(
        subject="Пароль личного кабинета изменён",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            (
                f"{formats.format_moment(clock.local(changed_at))} пароль вашего личного кабинета "
                "изменён по ссылке из письма. На всех устройствах кабинет попросит войти заново."
            ),
            "Если это были не вы, восстановите доступ ещё раз и смените пароль своей почты.",
        ),
        button=("Восстановить доступ", _address(links.RECOVERY)),
    )


def _address(screen: str, **query: str) -> str:
    return config.get_settings().address + links.link_to_screen(screen, **query)
