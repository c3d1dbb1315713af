"""Letters about attaching accounts; numbers are masked, as others may read the mailbox."""

from lib import config, links
from lib.mail.letter import Letter, compose_letter, mask_number


def write_attached_by_another(*, name: str, number: str) -> Letter:
    """Write to a login whose account another login has attached."""
    return compose_letter(
        subject="К вашему лицевому счёту присоединён ещё один кабинет",
        greeting=_greeting(name),
        paragraphs=(
            (
                f"Лицевой счёт {mask_number(number)} из вашего личного кабинета "
                "присоединён ещё к одному."
            ),
            "Если это сделал кто-то из вашей семьи, ничего делать не нужно.",
            "Если вы этого не ожидали, сообщите в расчётный центр.",
        ),
    )


def write_request_received(*, name: str, number: str) -> Letter:
    """Write that a request has been received and waits for staff."""
    return compose_letter(
        subject="Заявка на лицевой счёт принята",
        greeting=_greeting(name),
        paragraphs=(
            f"Мы получили вашу заявку на лицевой счёт {mask_number(number)} с документом.",
            "Её рассмотрит сотрудник организации. О решении сообщим письмом.",
        ),
        button=("Посмотреть заявку", _address(links.ATTACH)),
    )


def write_request_approved(*, name: str, number: str) -> Letter:
    """Write that a request is approved and the account attached."""
    return compose_letter(
        subject="Лицевой счёт присоединён",
        greeting=_greeting(name),
        paragraphs=(
            f"Ваша заявка одобрена: лицевой счёт {mask_number(number)} теперь в вашем кабинете.",
        ),
        button=("Открыть личный кабинет", _address(links.HOME)),
    )


def write_request_declined(*, name: str, number: str, reason: str) -> Letter:
    """Write that a request is declined, and why."""
    return compose_letter(
        subject="Заявка на лицевой счёт отклонена",
        greeting=_greeting(name),
        paragraphs=(
            f"Заявка на лицевой счёт {mask_number(number)} отклонена.",
            f"Причина: {reason}",
            "Исправьте то, о чём сказано, и отправьте новую заявку или выберите другой способ.",
        ),
        button=("Отправить новую заявку", _address(links.ATTACH)),
    )


def _greeting(name: str) -> str:
    return f"Здравствуйте, {name}!"


def _address(path: str) -> str:
    return config.get_settings().address + links.link_to_screen(path)
