"""Letters about mistakes in the text."""

from lib import config, links
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


def waiting(*, name: str, words: str) -> Letter:
    """Tell those whose matter it is that a reader has found a mistake, and where they wait.

    Args:
        name: whom the letter greets.
        words: what the reader has selected.
    """
    return compose(
        subject="Читатель нашёл ошибку в тексте",
        greeting=f"Здравствуйте, {name}!",
        paragraphs=(
            f"В личном кабинете сообщили об ошибке: «{_cut(words)}».",
            "Следующее письмо придёт, когда очередь будет разобрана и появится новое сообщение.",
        ),
        button=("Открыть очередь", config.settings().address + links.screen(links.MISTAKES_DESK)),
    )


def _reported(words: str) -> str:
    return f"Вы сообщили об ошибке в тексте личного кабинета: «{_cut(words)}»."


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
