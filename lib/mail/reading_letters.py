"""Letters about readings; the account's number is starred, a mailbox may be read by others."""

from lib import config, links
from lib.mail.letter import Letter, compose_letter

_SHOWN_DIGITS = 4


def write_returned(
    *, name: str, number: str, meter: str, value: str, reason: str, kept: str | None
) -> Letter:
    """Tell a resident that a reading was returned, why, and which one counts meanwhile."""
    meanwhile = (f"Пока действует прежнее показание: {kept}.",) if kept else ()
    return compose_letter(
        subject="Показание счётчика возвращено",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"Показание {value} по счётчику {meter} не принято.",
            f"Лицевой счёт ***{number[-_SHOWN_DIGITS:]}.",
            f"Причина: {reason}",
            *meanwhile,
            "Сверьте цифры со счётчиком и передайте показание ещё раз.",
        ),
        button=("Передать показание", config.settings().address + links.screen(links.METERS)),
    )
