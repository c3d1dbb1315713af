"""Letters to employees."""

import datetime as dt
from collections.abc import Mapping

from lib import clock, config, links
from lib.access import Role
from lib.domain import formats
from lib.mail.letter import Letter, compose_letter

_ROLES: Mapping[Role, str] = {
    Role.STAFF: "сотрудника организации",
    Role.ANALYST: "аналитика",
    Role.ADMIN: "администратора",
}


def write_invitation(
    *, first_name: str, middle_name: str | None, role: Role, token: str, expires_at: dt.datetime
) -> Letter:
    """Write an invitation to an employee; its link works until ``expires_at``."""
    settings = config.get_settings()
    until = formats.format_moment(clock.local(expires_at))
    who = f"{settings.kabinet_centre_name} приглашает вас работать в личном кабинете"
    return compose_letter(
        subject="Приглашение в личный кабинет",
        greeting=f"Здравствуйте, {' '.join(filter(None, (first_name, middle_name)))}!",
        paragraphs=(
            f"{who} в роли {_ROLES[role]}.",
            "Откройте ссылку, придумайте имя пользователя и пароль — и входите.",
        ),
        button=(
            "Принять приглашение",
            f"{settings.address}{links.link_to_screen(links.INVITATION, token=token)}",
        ),
        after=(
            f"Ссылка действует до {until} и сработает один раз. Никому её не пересылайте.",
            "Если вы не ждали приглашения, ничего не делайте: без вас учётная запись не появится.",
        ),
    )
