"""Letters about mistakes in the text."""

from lib.mail.letter import Letter, compose

_LONGEST = 120


def fixed(*, name: str, words: str) -> Letter:
    """Thank a reader: what they have found is mended."""
    return compose(
        subject="Ошибка в тексте исправлена",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(_reported(words), "Мы её исправили. Спасибо, что помогаете."),
    )


def declined(*, name: str, words: str, reason: str) -> Letter:
    """Tell a reader why the words stay as they are."""
    return compose(
        subject="Сообщение об ошибке рассмотрено",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            _reported(words),
            f"Мы проверили и оставили текст как есть: {reason}",
            "Спасибо за внимание к тексту.",
        ),
    )


def _reported(words: str) -> str:
    quoted = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
    return f"Вы сообщили об ошибке в тексте личного кабинета: «{quoted}»."
