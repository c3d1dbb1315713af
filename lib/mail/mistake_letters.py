"""Letters about reports of mistakes in the portal's texts."""

from lib import config, links
from lib.mail.letter import Letter, compose_letter

_LONGEST = 120


def write_fixed(*, name: str, words: str) -> Letter:
    """Write to a reader that the mistake is fixed."""
    return compose_letter(
        subject="Ошибка в тексте исправлена",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(_reported(words), "Мы её исправили. Спасибо, что помогаете."),
    )


def write_declined(*, name: str, words: str, reason: str) -> Letter:
    """Write to a reader why the text stays as it is."""
    return compose_letter(
        subject="Сообщение об ошибке рассмотрено",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            _reported(words),
            f"Мы проверили и оставили текст как есть: {reason}",
            "Спасибо за внимание к тексту.",
        ),
    )


def write_waiting(*, name: str) -> Letter:
    """Write to a decider that a report waits.

    The letter does not quote it: anybody may report, and could send texts to staff this way.
    """
    return compose_letter(
        subject="Читатель нашёл ошибку в тексте",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            "В личном кабинете сообщили об ошибке в тексте. Выделенные слова – в очереди.",
            "Следующее письмо придёт, когда очередь будет разобрана и появится новое сообщение.",
        ),
        button=(
            "Открыть очередь",
            config.get_settings().address + links.link_to_screen(links.MISTAKES_DESK),
        ),
    )


def _reported(words: str) -> str:
    quoted = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
    return f"Вы сообщили об ошибке в тексте личного кабинета: «{quoted}»."
