"""Letters about readings; numbers are masked, as others may read the mailbox."""

from lib import config, links
from lib.mail.letter import Letter, compose_letter, mask_number


def write_returned(
    *, name: str, number: str, meter: str, value: str, reason: str, current: str | None
) -> Letter:
    """Write that a reading is returned, why, and which reading counts meanwhile."""
    meanwhile = (f"Пока действует прежнее показание: {current}.",) if current else ()
    return compose_letter(
        subject="Показание счётчика возвращено",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"Показание {value} по счётчику {meter} не принято.",
            f"Лицевой счёт {mask_number(number)}.",
            f"Причина: {reason}",
            *meanwhile,
            "Сверьте цифры со счётчиком и передайте показание ещё раз.",
        ),
        button=(
            "Передать показание",
            config.get_settings().address + links.link_to_screen(links.METERS),
        ),
    )
